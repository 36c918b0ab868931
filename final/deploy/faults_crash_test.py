"""Whatever is killed while visitors write: what was acknowledged is there, and there once."""

import os
import signal
import sqlite3
import time
from contextlib import closing

import pytest

from final.deploy.blog_for_tests import check_stored, on_linux, wait_until
from tools.load import Readers
from tools.ports import is_listening
from tools.writers import Writers

pytestmark = [pytest.mark.once, on_linux]
TIMES = range(3)


def count_started(blog):
    """Return how many workers have been ready until now."""
    return sum('server started' in line for line in blog.lines)


@pytest.fixture
def workers(serve):
    """A function that starts the blog with two workers, and returns when both are ready."""

    def start(database_url):
        blog = serve(database_url, '--workers', '2', LOG_LEVEL='INFO')
        wait_until(lambda: count_started(blog) == 2)
        return blog

    return start


def test_a_killed_blog_has_stored_what_it_acknowledged(serve, any_url):
    acknowledged = []
    for _ in TIMES:
        blog = serve(any_url)
        with Writers([blog.url]) as writers:
            writers.wait_for(50)
            blog.stop(signal.SIGKILL)
        acknowledged += writers.acknowledged
        check_stored(acknowledged, any_url)
    assert serve(any_url).get('/').status == 200


def test_a_killed_blog_leaves_an_intact_sqlite_file(serve, sqlite_url):
    blog = serve(sqlite_url)
    with Writers([blog.url]) as writers:
        writers.wait_for(50)
        blog.stop(signal.SIGKILL)
    with closing(sqlite3.connect(sqlite_url.removeprefix('sqlite:///'))) as database:
        assert database.execute('pragma integrity_check').fetchall() == [('ok',)]


def test_a_killed_worker_is_replaced_while_the_others_go_on(workers, any_url):
    blog = workers(any_url)
    with Writers([blog.url], keep_alive=False) as writers:
        for number in TIMES:
            writers.wait_for(50)
            os.kill(blog.children[0], signal.SIGKILL)
            wait_until(lambda number=number: count_started(blog) == 3 + number)
        writers.wait_for(50)
    assert not writers.refused
    assert writers.unreachable == 0
    assert writers.longest_gap < 3
    check_stored(writers.acknowledged, any_url)


def test_workers_end_when_their_parent_is_killed(workers, sqlite_url):
    blog = workers(sqlite_url)
    family = blog.children
    blog.stop(signal.SIGKILL)
    wait_until(lambda: not any(os.path.exists(f'/proc/{pid}') for pid in family))


def test_a_killed_database_server_has_stored_what_was_acknowledged(
    serve, durable_server, mysql_url
):
    blog = serve(mysql_url)
    with Writers([blog.url]) as writers:
        for _ in TIMES:
            writers.wait_for(50)
            durable_server.process.kill()
            durable_server.process.wait()
            durable_server.start()
        writers.wait_for(50)
    assert {*writers.refused} <= {503}
    assert not writers.broken
    assert writers.longest_wait < 7
    check_stored(writers.acknowledged, mysql_url)


def test_sigterm_cuts_no_request_off(serve, any_url):
    for _ in TIMES:
        blog = serve(any_url)
        with Writers([blog.url], keep_alive=False) as writers:
            writers.wait_for(50)
            assert blog.stop() == 0
        assert not writers.broken
        assert not writers.refused
        assert 'Traceback' not in blog.log
        check_stored(writers.acknowledged, any_url)


def test_sigterm_waits_for_a_body_that_is_on_its_way(serve, sqlite_url):
    blog = serve(sqlite_url)
    with closing(blog.connect()) as visitor:
        visitor.putrequest('POST', '/api/authenticate')
        visitor.putheader('Content-Type', 'application/json')
        visitor.putheader('Content-Length', '2')
        visitor.endheaders(b'{')
        wait_until(lambda: blog.get('/').status == 200)  # so the head has been read by then
        blog.process.send_signal(signal.SIGTERM)
        wait_until(lambda: not is_listening(blog.port))
        time.sleep(1)  # a slow visitor, but one who was let in
        visitor.send(b'}')
        answer = visitor.getresponse()
        assert (answer.status, answer.getheader('Connection')) == (400, 'close')
        assert answer.read()
    assert blog.wait() == 0


def is_replaced(blog, old):
    """Return whether two workers run, and none of the old ones."""
    return len(blog.children) == 2 and not {*old} & {*blog.children}


def test_a_rolling_restart_fails_no_request(workers, any_url):
    blog = workers(any_url)
    with (
        Writers([blog.url], keep_alive=False) as writers,
        Readers([blog.url], number=2) as readers,
    ):
        writers.wait_for(50)
        old = blog.children
        blog.process.send_signal(signal.SIGHUP)
        wait_until(lambda: is_replaced(blog, old), 30)
        writers.wait_for(50)
        readers.wait_for(10)
    for load in (writers, readers):
        assert not load.broken
        assert not load.refused
        assert load.unreachable == 0
    check_stored(writers.acknowledged, any_url)
    assert blog.stop() == 0


def test_a_restart_that_is_asked_for_early_is_not_forgotten(serve, sqlite_url):
    blog = serve(sqlite_url, '--workers', '2')
    wait_until(lambda: len(blog.children) == 2)
    old = blog.children
    blog.process.send_signal(signal.SIGHUP)
    wait_until(lambda: is_replaced(blog, old), 30)
