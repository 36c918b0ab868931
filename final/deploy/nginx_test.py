"""nginx in front of the blog: what visitors get through it, and what it keeps away."""

import gzip
import http.client
import json
import re
import ssl
import threading
import time
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from final.deploy.site_for_tests import WWW, Nginx
from tools.ports import free_port
from tools.program import Program, ask

pytestmark = pytest.mark.once

JSON = {'Content-Type': 'application/json'}
OWN = 'server date etag last-modified accept-ranges content-type content-length transfer-encoding'


@pytest.fixture(scope='module')
def blog(tmp_path_factory):
    """The blog behind nginx."""
    path = tmp_path_factory.mktemp('blog') / 'blog.db'
    blog = Program(WWW, f'sqlite:///{path}', TRUSTED_PROXIES='127.0.0.1')
    yield blog
    blog.close()


@pytest.fixture(scope='module')
def nginx(blog):
    """nginx in front of the blog."""
    nginx = Nginx(blog.port)
    yield nginx
    nginx.close()


@pytest.fixture
def visit(nginx):
    """A function that sends a request through nginx and returns the answer, with its `text`."""
    return visits(nginx)


@pytest.fixture
def visit_nobody():
    """The same, with no blog behind nginx."""
    nginx = Nginx(free_port())
    yield visits(nginx)
    nginx.close()


class Forgetful(BaseHTTPRequestHandler):
    """Takes changes and says nothing; counts them."""

    protocol_version = 'HTTP/1.1'
    posts = 0

    def do_GET(self):
        self.send_response(204)
        self.end_headers()

    def do_POST(self):
        Forgetful.posts += 1
        self.close_connection = True

    def log_message(self, *_):
        pass


@pytest.fixture
def forgetful():
    """A server that breaks off when it is asked to change something."""
    with ThreadingHTTPServer(('127.0.0.1', free_port()), Forgetful) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def visits(nginx):
    def visit(path, method='GET', body=None, address='127.0.0.1', **headers):
        with closing(connect(nginx, address)) as connection:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            content = answer.read()
            is_packed = answer.headers['Content-Encoding'] == 'gzip'
            answer.text = (gzip.decompress(content) if is_packed else content).decode()
            answer.size = len(content)
            return answer

    return visit


def connect(nginx, address='127.0.0.1'):
    """Return a connection from an address of this machine."""
    tls = ssl.create_default_context(cafile=nginx.folder / 'fullchain.pem')
    source = (address, 0)
    port = nginx.port
    return http.client.HTTPSConnection('127.0.0.1', port, context=tls, source_address=source)


def sign_in(visit, address, email='nobody@example.com', **headers):
    """Try to sign in with a wrong password; return the status."""
    data = json.dumps({'email': email, 'passwd': 'a guess'})
    return visit('/api/authenticate', 'POST', data, address, **JSON, **headers)


def test_browsers_speak_http2(nginx):
    tls = ssl.create_default_context(cafile=nginx.folder / 'fullchain.pem')
    tls.set_alpn_protocols(['h2', 'http/1.1'])
    with closing(http.client.HTTPSConnection('127.0.0.1', nginx.port, context=tls)) as connection:
        connection.connect()
        assert connection.sock.selected_alpn_protocol() == 'h2'


@pytest.mark.filterwarnings('ignore:ssl.TLSVersion')
def test_old_tls_is_refused(nginx):
    tls = ssl.create_default_context(cafile=nginx.folder / 'fullchain.pem')
    tls.minimum_version = ssl.TLSVersion.TLSv1
    tls.maximum_version = ssl.TLSVersion.TLSv1_1
    tls.set_ciphers('ALL:@SECLEVEL=0')
    connection = http.client.HTTPSConnection('127.0.0.1', nginx.port, context=tls)
    with closing(connection), pytest.raises(ssl.SSLError, match='alert protocol version'):
        connection.connect()


def test_plain_http_is_sent_to_the_site_whatever_host_it_names(nginx):
    answer = ask(nginx.plain_port, 'GET', '/blog/1?page=2', headers={'Host': 'evil.example'})
    assert answer.status == 301
    assert answer.headers['Location'] == 'https://blog.example.com/blog/1?page=2'


def test_plain_http_answers_who_asks_for_the_proof_of_a_certificate(nginx):
    proof = nginx.folder / '.well-known' / 'acme-challenge' / 'proof'
    proof.parent.mkdir(parents=True)
    proof.write_text('this name is ours')
    answer = ask(nginx.plain_port, 'GET', '/.well-known/acme-challenge/proof')
    assert (answer.status, answer.text) == (200, 'this name is ours')


def test_headers_of_the_blog_arrive_as_they_are(blog, visit):
    for path in ('/', '/signin', '/nothing-here', '/api/blogs'):
        direct = blog.get(path, **{'X-Forwarded-Proto': 'https'}).headers
        through = visit(path).headers
        for name in {name for name in direct if name.lower() not in OWN.split()}:
            assert through.get_all(name) == direct.get_all(name), (path, name)
        assert 'Strict-Transport-Security' in direct


def test_files_come_from_nginx_with_the_headers_of_the_blog(blog, visit):
    url = re.search('/static/blog.css[^"]*', blog.get('/').text)[0]
    for path in (url, '/static/blog.js', '/static/blog.css?v=old'):
        direct = blog.get(path, **{'X-Forwarded-Proto': 'https'}).headers
        through = visit(path)
        for name in {name for name in direct if name.lower() not in OWN.split()}:
            assert through.headers.get_all(name) == direct.get_all(name), (path, name)
    assert 'immutable' in visit(url).headers['Cache-Control']
    assert blog.log.count('Request: GET /static/blog.js') == 1
    missing = visit(url.replace('blog.css', 'nothing-here'))
    assert (missing.status, missing.headers['Cache-Control']) == (404, 'no-store')


def test_text_is_compressed_once(visit):
    for path in ('/', '/static/pico.min.css', '/feed.xml'):
        packed, plain = visit(path, **{'Accept-Encoding': 'gzip'}), visit(path)
        assert packed.headers.get_all('Content-Encoding') == ['gzip']
        assert packed.size < plain.size / 1.8
        assert packed.text == plain.text


def test_a_body_above_a_megabyte_is_refused_before_the_blog(blog, visit):
    before = len(blog.lines)
    assert sign_in(visit, '127.0.0.5', email='x' * 1_100_000).status == 413
    assert 'POST' not in ''.join(blog.lines[before:])


def test_limits_of_the_blog_count_each_visitor_whatever_else_it_claims_to_be(visit):
    claims = [{'X-Forwarded-For': f'10.0.0.{number}'} for number in range(11)]
    statuses = [sign_in(visit, '127.0.0.2', **claim).status for claim in claims]
    assert statuses == [400] * 10 + [429]
    assert sign_in(visit, '127.0.0.3').status == 400


def test_who_guesses_passwords_is_slowed_down_before_the_blog(blog, visit):
    before = len(blog.lines)
    answers = [visit('/signin', 'POST', '', '127.0.0.4') for _ in range(23)]
    assert [answer.status for answer in answers[20:]].count(429) >= 1
    assert answers[-1].headers['Retry-After'] == '60'
    assert ''.join(blog.lines[before:]).count('Request: POST /signin') < 23
    assert visit('/signin', address='127.0.0.4').status == 200


def test_one_visitor_cannot_take_all_connections(nginx, visit):
    slow = [connect(nginx, '127.0.0.6') for _ in range(100)]
    try:
        for connection in slow:
            connection.putrequest('POST', '/')
            connection.putheader('Content-Length', '10')
            connection.endheaders(b'a')
        deadline = time.monotonic() + 5
        while visit('/', address='127.0.0.6').status != 429:  # it is still reading the others
            assert time.monotonic() < deadline
        assert visit('/', address='127.0.0.7').status == 200
    finally:
        for connection in slow:
            connection.close()


def test_slow_requests_do_not_reach_the_blog(blog, nginx, visit):
    before = len(blog.lines)
    with closing(connect(nginx, '127.0.0.8')) as connection:
        connection.putrequest('POST', '/signin?slow')
        connection.putheader('Content-Length', '10')
        connection.endheaders(b'a')
        assert visit('/').status == 200
    assert 'Request: POST' not in ''.join(blog.lines[before:])


def test_what_is_for_this_machine_only_is_not_to_be_seen(visit):
    for path in ('/metrics', '/readyz', '/%72eadyz', '//metrics', '/x/../metrics', '/readyz?a'):
        assert visit(path).status == 404, path


def test_visitors_come_to_the_blog_by_https(nginx, visit):
    origin = f'https://127.0.0.1:{nginx.port}'
    data = {'name': 'Eve', 'email': 'eve@example.com', 'passwd': 'correct horse battery'}
    answer = visit('/api/users', 'POST', json.dumps(data), '127.0.0.9', Origin=origin, **JSON)
    assert answer.status == 200, answer.text
    assert answer.headers['Set-Cookie'].startswith('__Host-')
    assert 'Secure' in answer.headers['Set-Cookie']


def test_while_the_blog_is_away_visitors_hear_when_to_come_again(visit_nobody):
    for path, kind in (('/', 'text/html; charset=utf-8'), ('/api/blogs', 'application/json')):
        answer = visit_nobody(path)
        assert (answer.status, answer.headers['Retry-After']) == (503, '10')
        assert answer.headers['Content-Type'] == kind
        assert answer.headers['Cache-Control'] == 'no-store'
        assert 'The blog is away for a moment.' in answer.text
    assert visit_nobody('/static/blog.css').status == 200


def test_a_change_is_asked_for_once_even_if_no_answer_comes(forgetful):
    with closing(Nginx(forgetful.server_port)) as nginx:
        visit = visits(nginx)
        assert visit('/').status == 204  # nginx keeps this connection
        assert visit('/', 'POST', 'a=1').status == 503
    assert Forgetful.posts == 1


def test_nginx_does_not_say_which_version_it_is(nginx, visit):
    assert visit('/metrics').headers['Server'] == 'nginx'
    assert ask(nginx.plain_port, 'GET', '/').headers['Server'] == 'nginx'
