"""The blog as its readers see it: the real program, asked over HTTP."""

import json

import pytest

from models import Blog
from orm import close_pool, create_pool


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


def test_a_blog_is_found_by_its_id(site, blogs):
    for blog in blogs:
        assert json.loads(site.get(f'/api/blogs/{blog["id"]}').text) == blog


def test_the_comments_of_a_blog_are_its_own(site, blogs):
    counts = []
    for blog in blogs:
        answer = json.loads(site.get(f'/api/blogs/{blog["id"]}/comments').text)
        assert {comment['blog_id'] for comment in answer['comments']} <= {blog['id']}
        counts.append(len(answer['comments']))
    assert counts == [2, 0, 0, 0]


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
    blog = Blog(name='<script>alert(1)</script>', summary='"\'&', content='<b>')
    await blog.save()
    answer = site.get('/')
    await blog.remove()
    assert '<script>' not in answer.text
    assert '&lt;script&gt;' in answer.text


async def test_a_long_list_comes_in_pages(site, database):
    extra = [Blog(name=f'Blog {number}', summary='', content='') for number in range(8)]
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
