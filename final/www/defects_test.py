"""What the original course got wrong, one test each: none of it may come back."""

import asyncio
import re
import select
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from html import escape

import pytest

from models import Blog, Comment, User
from orm import close_pool, create_pool
from tools.visitor import PASSWORD, Visitor

POST = {'name': 'Title', 'summary': 'In short', 'content': 'Text'}
SLOW = '[a](b "' * 800


@pytest.fixture(scope='module')
def blog(people):
    """The id of a post that is there for the whole module."""
    return people['admin'].call('/api/blogs', POST).json['id']


@pytest.fixture(scope='module')
def rows(site, blog):
    """In each table Row 00 to Row 11 are the newest."""

    async def write():
        await create_pool(site.database_url)
        for number in range(12):
            text, created_at = f'Row {number:02}', time.time() + number / 1000
            row = {'user_name': 'Ada', 'content': text, 'created_at': created_at}
            await Blog(name=text, **row).save()
            await Comment(blog_id=blog, **row).save()
            await User(name=text, email=text, created_at=created_at).save()
        await close_pool()

    asyncio.run(write())


@pytest.mark.parametrize(
    'path',
    ['/', '/blog/{}', '/manage/blogs', '/manage/comments', '/manage/users', '/api/blogs',
     '/api/blogs/full', '/api/blogs/{}/comments', '/api/comments', '/api/users'],
)  # fmt: skip
def test_the_pages_of_a_list_differ(admin, blog, rows, path):
    texts = [admin.get(f'{path.format(blog)}?page={number}').text for number in (1, 2)]
    first, second = ({*re.findall(r'Row \d\d', text)} for text in texts)
    assert sorted(first) == [f'Row {number:02}' for number in range(2, 12)]
    assert sorted(second) == ['Row 00', 'Row 01']


def test_a_second_account_with_one_address_is_a_conflict(people, nobody):
    answer = nobody.call(
        '/api/users', {'name': 'B', 'email': 'bob@example.com', 'passwd': PASSWORD}
    )
    assert answer.status == 409
    assert (answer.json['error'], answer.json['data']) == ('register:failed', 'email')


def test_who_may_not_is_told_so(nobody, user, blog):
    assert nobody.call(f'/api/blogs/{blog}/comments', {'content': 'x'}).status == 403
    answer = user.call('/api/blogs', POST)
    assert (answer.status, answer.json['error']) == (403, 'permission:forbidden')


@pytest.mark.parametrize(
    'body', ['', '{', '[]', '"text"', 'null', '{"name": "\\ud800"}', '[' * 9999]
)
def test_malformed_json_is_the_senders_mistake(admin, body):
    answer = admin.request('POST', '/api/blogs', body, **{'Content-Type': 'application/json'})
    assert answer.status == 400


@pytest.mark.parametrize(
    ('method', 'path'),
    [
        ('GET', '/blog/x'),
        ('GET', '/api/blogs/x'),
        ('POST', '/api/blogs/x'),
        ('POST', '/api/blogs/x/delete'),
        ('POST', '/api/comments/x/delete'),
        ('GET', '/manage/blogs/edit?id=x'),
    ],
)
def test_an_unknown_id_is_not_found(admin, method, path):
    body = '{"name": "a", "summary": "b", "content": "c"}' if method == 'POST' else None
    answer = admin.request(method, path, body, **{'Content-Type': 'application/json'})
    assert answer.status == 404


def test_what_is_too_long_is_refused_before_the_database_sees_it(admin, nobody):
    assert admin.call('/api/blogs', POST | {'name': 'x' * 51}).json['data'] == 'name'
    long = {'name': 'E', 'email': f'{"e" * 100}@example.com', 'passwd': PASSWORD}
    assert nobody.call('/api/users', long).json['data'] == 'email'


def test_emoji_come_back_as_they_were_sent(admin):
    sent = {'name': '你好 👋', 'summary': '👩\u200d💻', 'content': '🎉 %s ? ü'}
    id = admin.call('/api/blogs', sent).json['id']
    got = admin.call(f'/api/blogs/{id}').json
    assert {key: got[key] for key in sent} == sent


@pytest.mark.parametrize('value', [5, 1.5, True, None, ['a'], {'a': 'b'}])
@pytest.mark.parametrize('field', ['name', 'summary', 'content'])
def test_a_value_that_is_no_text_is_refused(admin, field, value):
    answer = admin.call('/api/blogs', POST | {field: value})
    assert (answer.status, answer.json['data']) == (400, field)


def test_a_page_past_the_end_is_the_last_one(nobody):
    page = nobody.call('/api/blogs?page=999999').json['page']
    assert page['page_index'] == page['page_count']
    assert not page['has_next']


def test_a_text_that_is_too_much_for_markdown_is_a_page_all_the_same(admin):
    text = '>' * 300 + 'x'
    id = admin.call('/api/blogs', POST | {'content': text}).json['id']
    assert escape(text) in admin.get(f'/blog/{id}').text


@pytest.mark.slow
def test_while_slow_texts_are_rendered_others_are_answered(start):
    blog = start('sqlite:///:memory:')
    admin = Visitor(blog)
    admin.call('/api/users', {'name': 'A', 'email': 'a@example.com', 'passwd': PASSWORD})
    texts = [f'{number} {SLOW}' for number in range(2)]  # each takes a second, till it is given up
    ids = [admin.call('/api/blogs', POST | {'content': text}).json['id'] for text in texts]
    with closing(blog.connect()) as first, closing(blog.connect()) as second:
        for connection, id in zip((first, second), ids, strict=True):
            connection.request('GET', f'/blog/{id}')
            wait_for_query(blog, id)
        assert [blog.get(path).status for path in ('/', '/signin')] == [200, 200]
        assert not select.select([second.sock], [], [], 0)[0]
        assert escape(texts[1]) in second.getresponse().read().decode().replace('&#34;', '&quot;')


def wait_for_query(blog, id):
    """Wait until the program has all that it needs for the page of a post."""
    deadline = time.monotonic() + 30
    while 'rows returned: 0' not in blog.log.partition(f'GET /blog/{id}')[2]:
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_list_has_the_long_texts_only_for_those_who_ask(nobody, blog):
    listed, full = (nobody.call(f'/api/blogs{path}').json['blogs'] for path in ('', '/full'))
    assert [blog['id'] for blog in listed] == [blog['id'] for blog in full]
    assert not any('content' in blog for blog in listed)
    assert all(blog['content'] for blog in full)


def test_a_post_takes_its_comments_with_it_also_those_that_just_come(site, admin, user):
    id = admin.call('/api/blogs', POST).json['id']

    def comment(number):
        return user.copy().call(f'/api/blogs/{id}/comments', {'content': str(number)}).status

    with ThreadPoolExecutor(10) as threads:
        comments = threads.map(comment, range(30))
        deleted = threads.submit(admin.copy().call, f'/api/blogs/{id}/delete', {})
        assert deleted.result().status == 200
        assert set(comments) <= {200, 404}
    left = admin.call('/api/comments').json['comments']
    assert id not in [comment['blog_id'] for comment in left]


@pytest.mark.slow
def test_nobody_is_waited_for_without_end(start):
    blog = start('sqlite:///:memory:', KEEPALIVE_SECONDS='1', REQUEST_SECONDS='1')
    form = 'Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 9'
    unfinished = [
        '',
        'GET / HTTP/1.1\r\nHost:',
        f'POST /signin HTTP/1.1\r\nHost: a\r\n{form}\r\n\r\nemail=',
    ]
    with ExitStack() as stack:
        connections = []
        for text in unfinished:
            connection = socket.create_connection(('127.0.0.1', blog.port), 10)
            connections.append(stack.enter_context(connection))
            connection.sendall(text.encode())
        ends = [connection.recv(12) for connection in connections]
    assert ends == [b'', b'', b'HTTP/1.1 408']


def test_an_address_with_a_line_break_is_no_address(nobody):
    fields = {'name': 'E', 'email': 'eve@example.com\nx', 'passwd': PASSWORD}
    assert nobody.call('/api/users', fields).status == 400


@pytest.mark.parametrize(
    'harm',
    ['<script>alert(1)</script>', '[x](javascript:alert(1))', '<img src=x onerror=alert(1)>'],
)
def test_a_post_cannot_run_scripts(admin, harm):
    id = admin.call('/api/blogs', POST | {'content': harm}).json['id']
    text = admin.get(f'/blog/{id}').text.partition('class="prose"')[2].partition('</article>')[0]
    assert not any(word in text for word in ('<script', 'href="javascript', 'onerror='))


def test_another_site_cannot_write_or_delete(admin, blog):
    for headers in ({'Origin': 'http://evil.example'}, {'Sec-Fetch-Site': 'cross-site'}):
        kind = {'Content-Type': 'application/x-www-form-urlencoded'}
        answer = admin.request('POST', '/manage/blogs/delete', f'id={blog}', **kind, **headers)
        assert answer.status == 403
    assert admin.call(f'/api/blogs/{blog}').status == 200


def test_people_are_not_listed_with_their_addresses(nobody):
    assert 'example.com' not in nobody.get('/api/users').text


def test_a_signed_out_cookie_is_worth_nothing(site):
    visitor = Visitor(site)
    visitor.call('/api/users', {'name': 'S9', 'email': 's9@example.com', 'passwd': PASSWORD})
    cookies = dict(visitor.cookies)
    visitor.post('/signout')
    assert Visitor(site, cookies).get('/account').status == 302


def test_signing_out_leads_nowhere_else_and_takes_more_than_a_link(user, site):
    assert user.get('/signout', Referer='http://evil.example/').status == 405
    answer = Visitor(site).request('POST', '/signout', Referer='http://evil.example/')
    assert answer.headers['Location'] == '/'


def test_a_long_body_is_refused_and_not_written_to_the_log(site, admin):
    lines = len(site.lines)
    answer = admin.call('/api/blogs', POST | {'content': 'x' * 2_000_000})
    assert answer.status == 413
    answer = admin.call('/api/blogs', POST | {'content': 'x' * 900_000})
    assert answer.status == 400
    assert max(map(len, site.lines[lines:])) < 1000


def test_a_form_that_is_sent_as_a_link_signs_nobody_in_and_hides_the_password(site, nobody):
    nobody.get('/signin?email=bob@example.com&passwd=s3cret+in+a+link')
    assert nobody.get('/account').status == 302
    assert 's3cret' not in site.log


def test_icon_robots_and_head_requests_are_answered(nobody):
    assert nobody.get('/favicon.ico').headers['Content-Type'] == 'image/svg+xml'
    assert 'Disallow: /manage/' in nobody.get('/robots.txt').text
    assert nobody.request('HEAD', '/').status == 200
