"""The blog as its readers see it: the real program, asked over HTTP."""

import json
from datetime import datetime
from itertools import chain
from uuid import UUID
from xml.etree import ElementTree

import pytest
from jinja2 import UndefinedError

from models import Blog
from orm import close_pool, create_pool
from templating import init_jinja2

ATOM = '{http://www.w3.org/2005/Atom}'


@pytest.fixture
async def database(site):
    """The database of the running program, to write what the test wants to read."""
    await create_pool(site.database_url)
    yield
    await close_pool()


@pytest.fixture
def blogs(site):
    return json.loads(site.get('/api/blogs').text)['blogs']


# The APIs


def test_the_list_of_blogs_has_a_page_and_the_newest_first(site):
    answer = json.loads(site.get('/api/blogs').text)
    assert answer['page']['item_count'] == len(answer['blogs']) == 4
    times = [blog['created_at'] for blog in answer['blogs']]
    assert times == sorted(times, reverse=True)


def test_a_blog_is_found_by_its_id_with_its_content(site, blogs):
    for blog in blogs:
        answer = json.loads(site.get(f'/api/blogs/{blog["id"]}').text)
        assert answer.pop('content')
        assert answer == blog


def test_the_comments_of_a_blog_are_its_own(site, blogs):
    counts = []
    for blog in blogs:
        answer = json.loads(site.get(f'/api/blogs/{blog["id"]}/comments').text)
        assert {comment['blog_id'] for comment in answer['comments']} <= {blog['id']}
        counts.append(len(answer['comments']))
    assert counts == [2, 0, 0, 0]


def test_a_time_is_there_as_a_number_and_in_iso_8601(site, blogs):
    paths = {'blogs': '/api/blogs', 'comments': '/api/comments', 'users': '/api/users'}
    lists = [json.loads(site.get(path).text)[name] for name, path in paths.items()]
    rows = [json.loads(site.get(f'/api/blogs/{blogs[0]["id"]}').text), *chain(*lists)]
    assert len(rows) == 1 + 4 + 2 + 1
    for row in rows:
        time = datetime.fromisoformat(row['created_at_iso'])
        assert time.timestamp() == int(row['created_at'])


@pytest.mark.parametrize('path', ['/api/blogs/{}', '/api/blogs/{}/comments'])
@pytest.mark.parametrize('id', ['0', 'x' * 3000, '%F0%9F%98%80', "'%20or%201=1", '%00', '%ff', '*'])
def test_an_unknown_id_is_a_404_in_json(site, path, id):
    answer = site.get(path.format(id))
    assert answer.status == 404
    assert json.loads(answer.text)['error'] == 'value:notfound'


# The pages


def test_the_home_page_shows_the_blogs(site, blogs):
    text = site.get('/').text
    for blog in blogs:
        assert blog['name'] in text
        assert blog['summary'] in text


async def test_what_people_write_is_text_and_not_html(site, database):
    blog = Blog(name='<script>alert(1)</script>', user_name='<b>', summary='"\'&', content='<b>')
    await blog.save()
    home, page = site.get('/').text, site.get(f'/blog/{blog.id}').text
    await blog.remove()
    assert '<script>alert' not in home + page
    assert '&lt;script&gt;' in home
    assert page.count('&lt;b&gt;') == home.count('&lt;b&gt;') > 0


def test_the_page_of_a_blog_shows_its_text_and_its_comments(site, blogs):
    text = site.get(f'/blog/{blogs[0]["id"]}').text
    assert '<p>This page was a row in a table a moment ago.' in text
    assert 'First!' in text
    assert 'No comments yet.' in site.get(f'/blog/{blogs[1]["id"]}').text


def test_a_name_that_a_template_lacks_is_an_error():
    with pytest.raises(UndefinedError):
        init_jinja2().from_string('{{ missing }}').render()


def test_the_page_of_an_unknown_blog_is_a_404(site):
    assert site.get('/blog/0').status == 404


def test_a_list_of_one_page_has_no_pager(site):
    assert 'Page 1 of' not in site.get('/').text


async def test_one_turns_the_pages_of_the_home_page(site, database):
    extra = [Blog(name=f'Blog {number}', user_name='Ada') for number in range(8)]
    for blog in extra:
        await blog.save()
    pages = [site.get(f'/?page={number}').text for number in (1, 2)]
    for blog in extra:
        await blog.remove()
    assert ['href="?page=2"' in page for page in pages] == [True, False]
    assert ['href="?page=1"' in page for page in pages] == [False, True]


async def test_a_long_list_comes_in_pages(site, database):
    extra = [Blog(name=f'Blog {number}', user_name='Ada') for number in range(8)]
    for blog in extra:
        await blog.save()
    pages = [json.loads(site.get(f'/api/blogs?page={number}').text) for number in (1, 2, 3)]
    for blog in extra:
        await blog.remove()
    assert [len(page['blogs']) for page in pages] == [10, 2, 2]
    assert [page['page']['page_index'] for page in pages] == [1, 2, 2]
    assert [page['page']['has_next'] for page in pages] == [True, False, False]


# Bad input


@pytest.mark.parametrize('path', ['/', '/api/blogs'])
@pytest.mark.parametrize(
    'page', ['-1', '0', '99', '1e9', 'two', '%EF%BC%92', '9' * 5000, '%00', '']
)
def test_an_odd_page_number_gives_a_page_all_the_same(site, path, page):
    assert site.get(f'{path}?page={page}').status == 200


def test_a_page_number_of_ten_thousand_characters_is_a_400(site):
    assert site.get('/?page=' + '9' * 10_000).status == 400


@pytest.mark.parametrize(
    'path',
    [
        '/static/../app.py',
        '/static/%2e%2e/app.py',
        '/static/..%2fapp.py',
        '/static/%2e%2e%2fapp.py',
        '/static/..%5capp.py',
        '/static/..\\app.py',
        '/static//../app.py',
        '/static/./../app.py',
        '/static/%252e%252e/app.py',
        '/static//etc/passwd',
        '/static/%00',
        '/static/nothing.css',
        '/static/' + 'x' * 300,
        '/static/' + '%F0%9F%98%80' * 64,
        '/static/' + '%F0%9F%98%80' * 63,
        '/static/' + '%0A' * 300,
        '/nothing',
        '//',
    ],
)
def test_a_path_that_leads_nowhere_is_a_404(site, path):
    assert site.get(path).status == 404


@pytest.mark.parametrize('name', ['nothing.css', 'nothing/', 'blog.css/x', '%00', '/nothing'])
def test_a_file_that_is_not_there_is_a_page_like_any_other(site, name):
    answer = site.get(f'/static/{name}')
    assert (answer.status, answer.headers['Content-Type']) == (404, 'text/html; charset=utf-8')
    assert 'There is nothing at this address.' in answer.text
    head = site.request('HEAD', f'/static/{name}')
    assert (head.status, head.headers['Content-Length'], head.text) == (
        404,
        answer.headers['Content-Length'],
        '',
    )


def test_a_folder_is_not_listed(site):
    assert site.get('/static/').status == 403


@pytest.mark.parametrize('method', ['POST', 'PUT', 'DELETE', 'PATCH', 'TRACE'])
def test_a_page_that_is_for_reading_takes_no_other_method(site, method):
    assert site.request(method, '/').status == 405


def test_a_method_that_does_not_exist_is_a_400(site):
    assert site.request('BREW', '/').status == 400


@pytest.mark.parametrize(
    'headers',
    [
        {'Cookie': 'a=b; ;;=; "'},
        {'Cookie': 'awesession=' + 'x' * 4000},
        {'Cookie': 'awesession=é-1-2'},
        {'Cookie': 'awesession=1-9999999999-0'},
        {'Cookie': 'awesession=1-' + '9' * 5000 + '-0'},
        {'Accept': '\x80\xff', 'X-Junk': 'x' * 4000},
        {'If-Modified-Since': 'yesterday', 'Range': 'bytes=9-1'},
        {'Content-Type': ';;;', 'Content-Encoding': 'none'},
        {'Host': ''},
    ],
)
def test_odd_headers_do_no_harm(site, headers):
    assert site.get('/', **headers).status == 200


def test_what_is_no_http_is_one_line_in_the_log(site):
    lines = len(site.lines)
    for _ in range(3):
        site.get('/' + 'x' * 10_000)
    assert (
        site.lines[lines:] == ['ERROR:aiohttp.server:Error handling request from 127.0.0.1\n'] * 3
    )


def test_a_body_that_nobody_can_unpack_leaves_no_traceback_in_the_log(site):
    for path in ('/', '/nothing', '/static/blog.css'):
        site.request('GET', path, b'{"title": "1"}', {'Content-Encoding': 'deflate'})
    assert site.get('/').status == 200
    assert 'Traceback' not in site.log


# The feed


@pytest.fixture
def feed(site):
    """The feed, as a program reads it."""
    answer = site.get('/feed')
    assert answer.headers['Content-Type'] == 'application/atom+xml; charset=utf-8'
    return ElementTree.fromstring(answer.text)


def test_a_feed_and_its_entries_have_what_the_standard_asks_for(feed):
    entries = feed.findall(f'{ATOM}entry')
    assert len(entries) == 4
    for element in (feed, *entries):
        assert UUID(element.findtext(f'{ATOM}id').removeprefix('urn:uuid:'))
        assert element.findtext(f'{ATOM}title')
        assert datetime.fromisoformat(element.findtext(f'{ATOM}updated'))
    ids = [element.findtext(f'{ATOM}id') for element in (feed, *entries)]
    assert len(set(ids)) == 5
    assert all(entry.findtext(f'{ATOM}author/{ATOM}name') == 'Ada' for entry in entries)


def test_the_links_of_a_feed_lead_to_its_posts(site, feed):
    for entry in feed.findall(f'{ATOM}entry'):
        page = site.get(entry.find(f'{ATOM}link').get('href')).text
        assert entry.findtext(f'{ATOM}title') in page


def test_a_feed_has_the_summaries_of_its_posts(feed, blogs):
    summaries = [entry.findtext(f'{ATOM}summary') for entry in feed.findall(f'{ATOM}entry')]
    assert summaries == [blog['summary'] for blog in blogs]


async def test_no_title_breaks_the_feed(site, database):
    title = '<b>&amp; "\']]>你好👋'
    blog = Blog(name=title, user_name='<', summary='&')
    await blog.save()
    text = site.get('/feed').text
    await blog.remove()
    assert title in [element.text for element in ElementTree.fromstring(text).iter(f'{ATOM}title')]


# For those who look after it


def test_it_says_that_it_is_alive(site):
    answer = site.get('/healthz')
    assert (answer.status, answer.text) == (200, 'ok')


def test_it_says_that_it_is_ready_when_the_database_answers(site):
    answer = site.get('/readyz')
    assert (answer.status, answer.text) == (200, 'ok')


@pytest.mark.slow
def test_these_answers_look_at_no_cookie(start):
    blog = start('sqlite:///:memory:')
    for path in ('/healthz', '/readyz'):
        assert blog.get(path, Cookie='awesession=1-9999999999-x').headers['Set-Cookie'] is None
    assert [line for line in blog.lines if 'SQL: ' in line][-1] == 'INFO:root:SQL: select 1\n'
