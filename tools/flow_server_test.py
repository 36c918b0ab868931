"""course.py run --flow as one uses it: the terminal, the pages, two stages, and its end."""

import gzip
import http.client
import os
import re
import shutil
import socket
import sys
from contextlib import contextmanager

import pytest

from tools.course_test import course
from tools.flow_watch import Flows
from tools.flow_watching import Watching
from tools.ports import free_port, is_listening
from tools.program import Program
from tools.stages import ROOT
from tools.transcripts import NOT_COPIED

pytestmark = pytest.mark.skipif(os.name == 'nt', reason='no Ctrl-C for one process group there')


@contextmanager
def watching(*words, **options):
    program = Watching(*words, **options)
    try:
        yield program
    finally:
        program.close()


@pytest.fixture(scope='module')
def day05():
    """Day 5, of which a page, an API call, and a style sheet have been asked, in this order."""
    with watching('day05') as program:
        for path in ('/', '/api/blogs', '/static/blog.css'):
            program.visit(path)
        yield program


@pytest.fixture(scope='module')
def both():
    """Days 4 and 5, of which the home page has been asked."""
    with watching('day04', 'day05') as program:
        program.visit('/')
        yield program


def heading(answer):
    """Return what stands above a page, without tags."""
    return re.sub('<.*?>', '', re.search('<h1>.*</h1>', answer.text)[0])


# One stage


def test_the_terminal_has_the_address_of_the_page_and_a_tree_for_each_request(day05):
    first, _, second, *_ = day05.stdout.splitlines()
    assert first == f'The way of each request: http://127.0.0.1:{day05.port}'
    assert second.startswith('GET /  200  text/html ')
    assert '└─ logger_factory.logger ' in day05.stdout


def test_the_log_is_only_that_of_the_start(day05):
    assert day05.stderr.splitlines()[-1].startswith('INFO:root:server started at ')
    assert 'Request: GET' not in day05.stderr


def test_the_first_page_shows_the_newest_request_that_one_has_sent_oneself(day05):
    newest = day05.get('/')
    assert heading(newest) == 'GET /api/blogs → 200 application/json'
    names = re.findall('<li.*?<b>(.*?)</b>', newest.text)[:3]
    assert names == ['GET /static/blog.css', 'GET /api/blogs', 'GET /']


def test_every_request_has_a_page(day05):
    assert heading(day05.get('/requests/1')) == 'GET / → 200 text/html'
    assert heading(day05.get('/requests/3')) == 'GET /static/blog.css → 200 text/css'


def test_two_requests_are_compared(day05):
    page = day05.get('/compare/1/2')
    assert [text.split(' →')[0] for text in re.findall('<h2>(GET.*?) <', page.text)] == [
        'GET /',
        'GET /api/blogs',
    ]


@pytest.mark.parametrize('path', ['/requests/99', '/compare/1/99', '/compare/99/1', '/requests/0'])
def test_a_request_that_is_not_there_is_said_to_be_too_old(day05, path):
    page = day05.get(path)
    assert page.status == 404
    assert heading(page) == f'Request {99 if "99" in path else 0} is not here'
    assert 'it is too old' in page.text
    assert 'href="/requests/1"' in page.text


@pytest.mark.parametrize('path', ['/nothing', '/requests/x', '/requests/1/2', '/compare/1'])
def test_another_address_is_no_page(day05, path):
    assert day05.get(path).status == 404
    assert heading(day05.get(path)) == 'No such page'


@pytest.mark.parametrize(
    'path', ['/', '/requests/1', '/nothing', '/flow.css', '/flow.js', '/flow.svg']
)
def test_nothing_from_elsewhere_is_allowed_and_nothing_is_kept(day05, path):
    headers = day05.get(path).headers
    assert headers['Content-Security-Policy'] == (
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; "
        "img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    assert headers['X-Content-Type-Options'] == 'nosniff'
    assert headers['Cache-Control'] == 'no-store'


def test_pages_need_no_style_or_script_of_their_own(day05):
    page = day05.get('/').text
    assert ' style=' not in page
    assert '<style' not in page
    assert re.findall('<script.*', page) == ['<script src="/flow.js" type="module"></script>']
    assert day05.get('/flow.css').headers['Content-Type'].startswith('text/css')
    assert day05.get('/flow.js').headers['Content-Type'].startswith('text/javascript')


def test_the_page_is_no_part_of_the_stage(day05):
    stage = http.client.HTTPConnection('127.0.0.1', day05.stage_port, timeout=30)
    stage.request('GET', '/requests/1')
    assert stage.getresponse().status == 404
    stage.close()


def test_a_request_is_told_to_those_who_listen():
    with watching('day01') as day01:
        connection = http.client.HTTPConnection('127.0.0.1', day01.port, timeout=30)
        connection.request('GET', '/events')
        events = connection.getresponse()
        assert events.headers['Content-Type'] == 'text/event-stream'
        for number in (b'1', b'2'):
            day01.visit('/')
            assert [events.readline(), events.readline()] == [b'data: %s\n' % number, b'\n']
        connection.close()
        day01.visit('/')
        assert 'Traceback' not in day01.stderr


def test_without_a_request_the_page_says_what_to_open():
    with watching('day01') as day01:
        page = day01.get('/')
        assert (page.status, heading(page)) == (200, 'No request yet')
        assert f'<a href="http://127.0.0.1:{day01.stage_port}">' in page.text


def test_with_log_the_log_is_what_it_is_without_flow():
    plain = Program(ROOT / 'day05_middleware' / 'www', 'sqlite:///:memory:')
    paths = ('/', '/api/blogs/x', '/nothing')
    try:
        for path in paths:
            plain.get(path)
        plain.stop()
        with watching('day05', '--log') as watched:
            for path in paths:
                watched.visit(path)
            watched.end()
            log = watched.stderr.replace(f'127.0.0.1:{watched.stage_port}', '127.0.0.1:9000')
            assert log.splitlines() == plain.log.replace('…/', f'{plain.www}{os.sep}').splitlines()
            assert 'INFO:root:Request: GET /nothing' in log
    finally:
        plain.close()


@pytest.mark.once
def test_a_learners_own_version_is_watched_too(tmp_path):
    root = tmp_path / 'course'
    shutil.copytree(ROOT, root, ignore=NOT_COPIED)
    assert course('start', 'day02', root=root, COURSE_VENV=sys.prefix)[1] == 0
    app = root / 'my' / 'www' / 'app.py'
    source = app.read_text(encoding='utf-8').replace('def index(', 'def my_own_page(')
    app.write_text(source.replace('index)', 'my_own_page)'), encoding='utf-8')
    with watching('my', root=root) as my:
        my.visit('/')
        page = my.get('/').text
        assert '<b>my_own_page</b>' in page
        assert '<span class="stage">my</span>' in page
        assert '<p>my/www/app.py</p>' in page


# Its end


def test_ctrl_c_ends_everything_even_while_somebody_listens():
    with watching('day05') as program, socket.create_connection(('127.0.0.1', program.port)) as s:
        s.sendall(b'GET /events HTTP/1.1\r\nHost: x\r\n\r\n')
        assert s.recv(1)
        assert program.end() == 0
        assert not is_listening(program.stage_port)
        assert not is_listening(program.port)
        assert 'Traceback' not in program.stderr


def test_ctrl_c_ends_two_stages():
    with watching('day01', 'day02') as two:
        two.visit('/')
        assert two.end() == 0
        assert 'Traceback' not in two.stderr


@pytest.mark.parametrize('option', ['--port', '--flow-port'])
def test_a_busy_port_is_answered_with_one_sentence(option):
    with socket.create_server(('127.0.0.1', free_port())) as server:
        port = server.getsockname()[1]
        free = {'--port': free_port(), '--flow-port': free_port()} | {option: port}
        words = [f'{name}={number}' for name, number in free.items()]
        text, code = course('run', 'day05', '--flow', *words)
    assert (text.count('\n'), code) == (1, 5)
    assert text.startswith(f'Port {port} is in use by another program')
    assert text.endswith(f'course.py run day05_middleware --flow {option} {port + 1}\n')


def test_one_port_is_not_enough():
    port = str(free_port())
    text, code = course('run', '1', '--flow', '--port', port, '--flow-port', port)
    assert (text, code) == (
        'The page needs a port of its own: choose another --flow-port.\n',
        2,
    )


def test_a_program_that_does_not_start_ends_the_tool_with_its_code():
    text, code = course(
        *('run', 'day02', '--flow', '--db', 'sqlite:////no/such/folder/x.db'),
        *(f'--port={free_port()}', f'--flow-port={free_port()}'),
        COURSE_VENV=sys.prefix,
    )
    assert code == 1
    assert 'cannot open the database' in text
    assert 'Traceback' not in text


# Two stages


def test_the_first_stage_answers_and_the_page_shows_both(both):
    assert '<h1>' in both.visit('/').text
    page = both.get('/').text
    assert heading(both.get('/')) == 'Side by side'
    stages = re.findall('<p class="story"><span class="stage">(.*?)</span>', page)
    assert stages == ['day04_coroweb', 'day05_middleware']
    assert 'only here' in page


def test_the_two_answers_to_one_request_are_one_entry_of_the_list(both):
    both.visit('/api/blogs')
    entries = re.findall('<b>GET /api/blogs</b> <span>(.*?)</span>', both.get('/').text)
    assert [re.sub(r'\d+ ms', '# ms', entry) for entry in entries] == ['200 · # ms | 200 · # ms']


def test_what_goes_through_the_proxy_is_what_was_sent_and_what_was_answered(both):
    alone = Program(ROOT / 'day04_coroweb' / 'www', 'sqlite:///:memory:')
    try:
        for path in ('/static/blog.css', '/nothing', '/blog/%2e%2e/%E4%BD%A0?a=%20b'):
            expected, answer = alone.get(path), both.visit(path)
            assert (answer.status, answer.text) == (expected.status, expected.text)
            assert answer.headers['Content-Type'] == expected.headers['Content-Type']
        assert both.stdout.count('\nGET /blog/%2e%2e/%E4%BD%A0?a=%20b  404 ') == 2
    finally:
        alone.close()


def test_a_compressed_answer_stays_as_it_is():
    with watching('final', 'day01') as two:
        connection = http.client.HTTPConnection('127.0.0.1', two.stage_port, timeout=30)
        connection.request('GET', '/', headers={'Accept-Encoding': 'gzip'})
        answer = connection.getresponse()
        assert answer.headers['Content-Encoding'] == 'gzip'
        assert b'<h1' in gzip.decompress(answer.read())
        connection.close()


def test_visitors_stay_signed_in_at_both_stages():
    account = '{"name": "Ann", "email": "ann@example.com", "passwd": "a long password"}'
    with watching('final', 'final') as two:
        origin = {
            'Origin': f'http://127.0.0.1:{two.stage_port}',
            'Content-Type': 'application/json',
        }
        answer = two.visit('/api/users', 'POST', account, **origin)
        assert answer.status == 200
        cookie = answer.headers['Set-Cookie'].partition(';')[0]
        two.visit('/manage/blogs', Cookie=cookie)
        assert two.get('/').text.count('→ 200 text/html</span></h2>') == 2


# What is kept


def test_requests_of_a_pair_stand_in_the_order_of_the_stages():
    flows = Flows(['day04', 'day05'])
    for stage, pair in [('day05', 1), ('day04', 2), ('day04', 1), ('day05', 2), ('day04', 3)]:
        flows.add({'stage': stage, 'pair': pair})
    numbers = [[tree['number'] for tree in entry] for entry in flows.entries()]
    assert numbers == [[5], [2, 4], [3, 1]]


def test_a_visitor_cannot_pair_the_requests_of_one_stage():
    flows = Flows(['day05'])
    for _ in range(3):
        flows.add({'stage': 'day05', 'pair': 1})
    assert [len(entry) for entry in flows.entries()] == [1, 1, 1]
