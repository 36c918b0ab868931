"""Whatever visitors do, the others are served, and nothing of them stays behind.

Some of it takes minutes: LONG=1 in the environment asks for the whole.
"""

import os
import socket
import struct
import time
from contextlib import ExitStack, suppress

import pytest

from final.deploy.blog_for_tests import on_linux, wait_until
from tools.load import Readers
from tools.writers import Writers

pytestmark = [pytest.mark.once, on_linux]
IS_LONG = os.environ.get('LONG') == '1'
QUICK = 2  # seconds, on a busy machine
HEAD = b'GET / HTTP/1.1\r\nHost: blog\r\n'
FILE = HEAD.replace(b' / ', b' /static/pico.min.css ') + b'\r\n'  # more than one packet
POST = b'POST /signin HTTP/1.1\r\nHost: blog\r\nContent-Type: application/x-www-form-urlencoded\r\n'


@pytest.fixture
def connect():
    """A function that makes a raw connection, which the blog may find slow, mute or gone."""
    with ExitStack() as stack:

        def connect(blog):
            visitor = socket.socket()
            stack.callback(visitor.close)
            visitor.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            visitor.connect(('127.0.0.1', blog.port))
            return visitor

        yield connect


def is_dropped(visitor):
    """Return whether the blog has ended the connection, with an answer or without."""
    visitor.setblocking(False)
    try:
        while visitor.recv(1 << 20):  # what it was told before
            pass
        return True
    except BlockingIOError:
        return False
    except ConnectionError:
        return True


def leave(visitor):
    """Break the connection as a program does that crashes: no farewell, only a reset."""
    visitor.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
    visitor.close()


def test_slow_visitors_hinder_nobody_and_are_dropped(serve, sqlite_url, connect):
    number, seconds = (500, 95) if IS_LONG else (100, 4)
    blog = serve(sqlite_url)
    visitors = [connect(blog) for _ in range(number)]
    for visitor in visitors[::2]:
        visitor.send(HEAD + b'X-Slow: ')
    for visitor in visitors[1::2]:
        visitor.send(POST + b'Content-Length: 1000\r\n\r\n')
    with Readers([blog.url], number=2) as readers:
        for _ in range(seconds):
            for visitor in visitors:
                with suppress(OSError):
                    visitor.send(b'a')
            time.sleep(1)  # this is how slow they are
    assert not readers.refused
    assert not readers.broken
    assert readers.longest_wait < QUICK
    assert not IS_LONG or all(map(is_dropped, visitors))


def test_visitors_who_never_read_their_answers_hold_little(serve, sqlite_url, connect):
    blog = serve(sqlite_url)
    blog.get('/')
    descriptors, _, before = blog.usage
    visitors = [connect(blog) for _ in range(50)]
    for visitor in visitors:
        visitor.setblocking(False)
        with suppress(BlockingIOError):
            visitor.send((HEAD + b'\r\n') * 1000)
    with Readers([blog.url], number=2) as readers:
        readers.wait_for(200, seconds=60)
    assert readers.longest_wait < QUICK
    assert blog.usage[2] < before + 20
    if IS_LONG:
        wait_until(lambda: blog.usage[0] <= descriptors, seconds=95)


def test_who_leaves_early_leaves_nothing_behind(serve, any_url, connect):
    number = 200_000 if IS_LONG else 3_000
    blog = serve(any_url)
    post = blog.get('/feed').text.partition('/blog/')[2].partition('"')[0]
    path = f'/blog/{post}'
    before = None
    with Readers([blog.url], path) as readers, Writers([blog.url], number=1) as writers:
        while len(readers.acknowledged) < number:
            readers.wait_for(100)
            for start in (b'', HEAD, HEAD + b'\r\n', FILE, POST + b'Content-Length: 9\r\n\r\na'):
                visitor = connect(blog)
                visitor.send(start)
                leave(visitor)
            if not before and len(readers.acknowledged) > 1000:
                before = blog.usage
    assert not readers.refused
    assert not writers.refused
    wait_until(lambda: blog.usage[0] <= before[0])
    assert blog.usage[1] <= before[1] + 32  # asyncio keeps up to 32 threads to read files
    assert blog.usage[2] < before[2] + 10
    assert not blog.lines
