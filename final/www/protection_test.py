"""What keeps other sites out, and what every answer says to the browser."""

import gzip
import re
import socket
from http.client import HTTPResponse

import pytest

from protection import HEADERS
from tools.visitor import Visitor

HERE = 'http://127.0.0.1:{port}'


@pytest.fixture
def comment(user, admin):
    """Return a function that tries to comment with other headers, and its answer's status."""
    blog = admin.call('/api/blogs', {'name': 'A', 'summary': 'B', 'content': 'C'}).json['id']

    def comment(**headers):
        kind = 'application/x-www-form-urlencoded'
        headers = {name.replace('_', '-'): text for name, text in headers.items()}
        headers = {name: text.format(port=user.site.port) for name, text in headers.items()}
        return user.request(
            'POST', f'/blog/{blog}', 'content=Hello', **{'Content-Type': kind} | headers
        ).status

    return comment


# Where a request comes from


@pytest.mark.parametrize(
    'headers',
    [
        {'Sec_Fetch_Site': 'cross-site'},
        {'Sec_Fetch_Site': 'same-site'},
        {'Sec_Fetch_Site': 'cross-site', 'Origin': HERE},
        {'Sec_Fetch_Site': 'junk'},
        {'Origin': 'null'},
        {'Origin': ''},
        {'Origin': 'http://evil.example'},
        {'Origin': 'http://127.0.0.1:{port}.evil.example'},
        {'Origin': 'http://evil.example/127.0.0.1:{port}'},
        {'Origin': 'http://127.0.0.1'},
        {'Origin': 'http://127.0.0.1:1'},
    ],
)
def test_another_site_changes_nothing_even_with_the_cookie(comment, headers):
    assert comment(**headers) == 403


@pytest.mark.parametrize(
    'headers',
    [
        {'Sec_Fetch_Site': 'same-origin'},
        {'Sec_Fetch_Site': 'none'},
        {'Sec_Fetch_Site': 'same-origin', 'Origin': 'null'},
        {'Origin': HERE},
        {},
    ],
)
def test_the_site_itself_and_what_is_no_browser_may(comment, headers):
    assert comment(**headers) == 302


@pytest.mark.parametrize('path', ['/signin', '/register', '/signout', '/api/authenticate'])
def test_another_site_signs_nobody_in_or_out(user, path):
    answer = user.request('POST', path, 'a=b', **{'Sec-Fetch-Site': 'cross-site'})
    assert answer.status == 403
    assert user.get('/account').status == 200


def test_another_site_may_link_to_every_page(user):
    assert user.get('/account', **{'Sec-Fetch-Site': 'cross-site'}).status == 200


@pytest.mark.parametrize(
    'kind',
    ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'x', ''],
)
def test_an_api_takes_json_only(user, kind):
    answer = user.request('POST', '/api/authenticate', '{}', **{'Content-Type': kind})
    assert answer.status == 415


def test_no_other_site_may_read_an_answer(user):
    answer = user.get('/api/users', Origin='http://evil.example')
    assert not [name for name in answer.headers if name.startswith('Access-Control')]


@pytest.mark.parametrize('method', ['PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE'])
def test_other_methods_are_refused(user, method):
    assert user.request(method, '/account').status == 405


def test_no_header_turns_one_method_into_another(user):
    answer = user.get('/signout', **{'X-HTTP-Method-Override': 'POST'})
    assert answer.status == 405
    assert user.get('/account').status == 200


# Headers


SAFETY = {
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'strict-origin-when-cross-origin',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Server': 'My Blog',
}
POLICY = {
    "default-src 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "form-action 'self'",
    "script-src 'self'",
}


@pytest.mark.parametrize(
    'path',
    ['/', '/signin', '/account', '/nothing', '/api/blogs', '/api/nothing', '/static/blog.css',
     '/static/nothing', '/feed', '/favicon.ico', '/robots.txt', '/manage/'],
)  # fmt: skip
def test_every_answer_has_the_safety_headers(nobody, path):
    headers = nobody.get(path).headers
    assert {name: headers[name] for name in SAFETY} == SAFETY
    assert set(headers['Content-Security-Policy'].split('; ')) >= POLICY


@pytest.mark.parametrize(
    'request_text',
    ['GET / HTTP/9.9', 'BREW / HTTP/1.1', '\x16\x03\x01', 'GET http://[ HTTP/1.1',
     'GET / HTTP/1.1\r\nno header', f'GET / HTTP/1.1\r\nX: {"x" * 9000}'],
)  # fmt: skip
def test_what_is_no_request_is_told_no_version_either(site, request_text):
    with socket.create_connection(('127.0.0.1', site.port), 10) as connection:
        connection.sendall(f'{request_text}\r\n\r\n'.encode())
        with HTTPResponse(connection) as answer:
            answer.begin()
            assert (answer.status, answer.headers.get_all('Server')) == (400, ['My Blog'])


def test_nothing_in_a_page_itself_is_run():
    policy = HEADERS['Content-Security-Policy']
    assert 'unsafe' not in policy
    assert "default-src 'none'" in policy


@pytest.mark.parametrize('path', ['/', '/account', '/manage/users', '/api/users', '/nothing'])
def test_nobody_keeps_what_a_signed_in_user_sees(admin, path):
    assert admin.get(path).headers['Cache-Control'] == 'no-store'


def test_a_file_with_its_hash_in_the_url_is_kept_for_ever(nobody):
    path = re.search(r'/static/blog\.css\?v=\w+', nobody.get('/').text)[0]
    assert 'immutable' in nobody.get(path).headers['Cache-Control']
    for path in ('/static/blog.css', '/static/blog.css?v=1'):
        assert nobody.get(path).headers['Cache-Control'] == 'no-cache'
    assert nobody.get('/static/nothing.css?v=1').headers['Cache-Control'] == 'no-store'


def test_a_file_that_has_not_changed_is_not_sent_again(nobody):
    etag = nobody.get('/static/blog.css').headers['ETag']
    assert nobody.get('/static/blog.css', **{'If-None-Match': etag}).status == 304


@pytest.mark.parametrize(
    ('method', 'header'),
    [('HEAD', 'X'), ('GET', 'If-Modified-Since'), ('GET', 'If-None-Match'), ('GET', 'Range')],
)
@pytest.mark.parametrize('path', ['/', '/favicon.ico', '/static/blog.css'])
def test_an_answer_without_a_body_does_not_disturb_the_next_one(site, method, header, path):
    etag = site.get(path).headers['ETag'] or ''
    values = {'If-Modified-Since': 'Fri, 01 Jan 2100 00:00:00 GMT', 'If-None-Match': etag}
    values |= {'X': 'x', 'Range': 'bytes=0-9'}
    connection = site.connect()
    headers = {'Accept-Encoding': 'gzip', header: values[header]}
    connection.request(method, path, headers=headers)
    connection.getresponse().read()
    connection.request('GET', '/robots.txt')
    assert connection.getresponse().read().startswith(b'User-agent')
    connection.close()


@pytest.mark.parametrize('path', ['/', '/static/pico.min.css', '/feed', '/api/blogs'])
def test_texts_are_compressed_for_those_who_can_unpack_them(site, path):
    connection = site.connect()
    connection.request('GET', path, headers={'Accept-Encoding': 'gzip'})
    answer = connection.getresponse()
    assert answer.headers['Content-Encoding'] == 'gzip'
    assert gzip.decompress(answer.read())
    connection.close()


# Behind a proxy


@pytest.fixture
def proxied(start, database_url):
    return Visitor(start(database_url, TRUSTED_PROXIES='127.0.0.1'))


@pytest.mark.slow
@pytest.mark.parametrize('scheme', ['https', 'HTTPS', 'http, https'])
def test_with_https_cookies_are_secure_and_browsers_stay_with_it(proxied, scheme):
    https = {'X-Forwarded-Proto': scheme}
    fields = 'name=Ada&email=a%40example.org&passwd=correct+horse'
    kind = 'application/x-www-form-urlencoded'
    answer = proxied.request('POST', '/register', fields, **{'Content-Type': kind} | https)
    cookies = answer.headers.get_all('Set-Cookie')
    names = [cookie.partition('=')[0] for cookie in cookies]
    assert names == ['__Host-awesession', '__Host-awedevice']
    for cookie in cookies:
        assert {'Secure', 'HttpOnly', 'Path=/', 'SameSite=Lax'} <= set(cookie.split('; '))
        assert 'Domain' not in cookie
    assert answer.headers['Strict-Transport-Security'].startswith('max-age=')
    assert proxied.get('/account', **https).status == 200


@pytest.mark.slow
def test_a_network_of_a_visitor_counts_as_one(start, database_url):
    program = start(database_url, TRUSTED_PROXIES='127.0.0.1')
    statuses = [
        Visitor(program)
        .call(
            '/api/authenticate',
            {'email': 'a@example.com', 'passwd': 'wrong password'},
            **{'X-Forwarded-For': f'2001:db8::{number:x}'},
        )
        .status
        for number in range(11)
    ]
    assert statuses == [400] * 10 + [429]


def test_without_a_proxy_that_is_trusted_nobody_can_claim_https(nobody):
    answer = nobody.get('/', **{'X-Forwarded-Proto': 'https'})
    assert answer.headers['Strict-Transport-Security'] is None
