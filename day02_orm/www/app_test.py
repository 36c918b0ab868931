"""The program as a whole: it answers, and tells its log what it does."""

import socket
from pathlib import Path

import pytest

GO_AHEAD = b'100-continue'


def test_the_home_page_is_html(site):
    answer = site.get('/')
    assert answer.status == 200
    assert answer.headers['Content-Type'].startswith('text/html')
    assert 'My Blog' in answer.text


def test_the_log_is_the_transcript(program):
    program.get('/')
    program.stop()
    transcript = Path(__file__).with_name('transcript.txt').read_text(encoding='utf-8')
    assert program.log == transcript


@pytest.mark.parametrize('path', ['/', '/nothing'])
@pytest.mark.parametrize(
    'expected', [GO_AHEAD, GO_AHEAD.upper(), b'a miracle', b'\xff', GO_AHEAD + b'\r\nExpect: \xff']
)
def test_one_may_expect_a_go_ahead_and_nothing_else(site, path, expected):
    with socket.create_connection(('127.0.0.1', site.port), 10) as connection:
        head = f'HEAD {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nExpect: '
        connection.sendall(head.encode() + expected + b'\r\n\r\n')
        status = connection.makefile('rb').readline().split()[1]
    assert status == (b'100' if expected.lower() == GO_AHEAD else b'417')
