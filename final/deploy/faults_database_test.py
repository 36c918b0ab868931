"""Whatever happens to the database: clear answers in time, and nothing that was stored is lost."""

import os
import signal
import sqlite3
import time
from contextlib import closing, contextmanager, suppress

import pymysql
import pytest

from final.deploy.blog_for_tests import check_stored, on_linux, wait_until
from tools.load import Readers
from tools.mysql import Server
from tools.writers import Writers

pytestmark = [pytest.mark.once, on_linux]
GONE_SECONDS = int(os.environ.get('GONE_SECONDS', '5'))
LIMIT = 7.5  # seconds of a request: the blog gives up after 6
QUICK = 2  # seconds: what needs no database, on a busy machine
STATIC = '/static/blog.css'


@contextmanager
def gone(server):
    server.process.kill()
    server.process.wait()
    try:
        yield
    finally:
        server.start()


@contextmanager
def frozen(server):
    server.process.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        server.process.send_signal(signal.SIGCONT)


@contextmanager
def another_program(database_url):
    """What another program does in the same MySQL database, in a transaction."""
    with closing(Server(database_url).connect()) as connection, connection.cursor() as cursor:
        yield cursor


def timed(ask, *args):
    """Return the answer, and the seconds that it took."""
    began = time.monotonic()
    return ask(*args), time.monotonic() - began


def check_quick(blog, *paths):
    """Fail unless these pages come at once."""
    for path in paths:
        answer, seconds = timed(blog.get, path)
        assert (path, answer.status) == (path, 200)
        assert seconds < QUICK


@pytest.mark.parametrize('fault', [gone, frozen])
def test_without_its_server_the_blog_says_so_and_comes_back(
    serve, durable_server, mysql_url, fault
):
    blog = serve(mysql_url)
    with (
        Writers([blog.url], number=4) as writers,
        Readers([blog.url], number=2) as readers,
        Readers([blog.url], '/readyz', number=1) as probes,
    ):
        writers.wait_for(20)
        with fault(durable_server):
            deadline = time.monotonic() + GONE_SECONDS
            while time.monotonic() < deadline or not probes.refused:
                check_quick(blog, STATIC, '/healthz')
                page = blog.get('/')
                assert page.status == 503
                assert int(page.headers['Retry-After']) > 0
        for load in (writers, readers, probes):
            load.wait_for(20)
    for load in (writers, readers, probes):
        assert {*load.refused} == {503}
        assert not load.broken
        assert load.longest_wait < LIMIT
    check_stored(writers.acknowledged, mysql_url)


def test_nobody_sees_that_connections_to_the_server_are_cut(serve, durable_server, mysql_url):
    blog = serve(mysql_url)
    database = mysql_url.rpartition('/')[2]
    with Writers([blog.url], number=4) as writers, Readers([blog.url], number=4) as readers:
        for _ in range(5):
            writers.wait_for(10)
            readers.wait_for(10)
            sql = f"select id from information_schema.processlist where db='{database}'"
            for (number,) in durable_server.run(sql):
                with suppress(pymysql.MySQLError):  # it has ended meanwhile
                    durable_server.run(f'kill {number}')
        readers.wait_for(10)
    for load in (writers, readers):
        assert not load.refused
        assert not load.broken
    check_stored(writers.acknowledged, mysql_url)


def test_slow_statements_keep_nobody_waiting_without_end(serve, mysql_url):
    blog = serve(mysql_url)
    with Writers([blog.url], number=40) as writers, Readers([blog.url], number=2) as readers:
        writers.wait_for(40)
        with another_program(mysql_url) as cursor:
            cursor.execute('lock tables comments write')
            wait_until(lambda: writers.refused[503] >= 40)
            check_quick(blog, STATIC, '/healthz')
        writers.wait_for(100)
        readers.wait_for(10)
    for load in (writers, readers):
        assert {*load.refused} <= {503}
        assert not load.broken
        assert load.longest_wait < LIMIT
    check_stored(writers.acknowledged, mysql_url)


def test_a_lock_that_is_held_for_long_refuses_nobody_in_another_way(serve, mysql_url):
    blog = serve(mysql_url)
    with Writers([blog.url], number=4) as writers:
        writers.wait_for(20)
        with another_program(mysql_url) as cursor:
            cursor.execute('select * from blogs for update')  # a comment needs its blog
            wait_until(lambda: writers.refused[503] >= 4)
            check_quick(blog, '/')
        writers.wait_for(20)
    assert {*writers.refused} == {503}
    assert writers.longest_wait < LIMIT
    check_stored(writers.acknowledged, mysql_url)


def test_a_deadlock_is_solved_without_its_visitor(serve, mysql_url):
    blog, server = serve(mysql_url), Server(mysql_url)
    deadlocks = "select `count` from information_schema.innodb_metrics where name='lock_deadlocks'"
    # Not innodb_trx: to whoever asks again within a tenth of a second, it gives the old rows.
    waits = "show global status like 'innodb_row_lock_current_waits'"
    before, ours = server.run(deadlocks)[0][0], 0
    with Writers([blog.url]) as writers, another_program(mysql_url) as cursor:
        cursor.execute('create table ballast (id int auto_increment primary key, x int)')
        for _ in range(10):
            writers.wait_for(10)
            cursor.execute('begin')
            cursor.execute(f'insert into ballast (x) values {", ".join(["(1)"] * 1000)}')
            cursor.execute('select * from blogs for update')
            # For a blog, with a comment in its hands.
            wait_until(lambda: server.run(waits)[0][1] != '0')
            try:
                cursor.execute('select * from comments for update')
            except pymysql.OperationalError:
                ours += 1
            cursor.execute('rollback')
        writers.wait_for(10)
    against_blog = server.run(deadlocks)[0][0] - before - ours
    assert against_blog > writers.refused[503]  # who meets five in a row has to try again later
    assert {*writers.refused} <= {503}
    check_stored(writers.acknowledged, mysql_url)


def test_while_another_program_writes_to_the_sqlite_file_pages_are_read(serve, sqlite_url):
    blog = serve(sqlite_url)
    with Writers([blog.url]) as writers, Readers([blog.url], number=2) as readers:
        writers.wait_for(20)
        path = sqlite_url.removeprefix('sqlite:///')
        with closing(sqlite3.connect(path, isolation_level=None)) as database:
            database.execute('begin immediate')
            wait_until(lambda: writers.refused[503] >= 8)
            readers.wait_for(20)
        writers.wait_for(20)
    assert not readers.refused
    assert readers.longest_wait < QUICK
    assert {*writers.refused} == {503}
    assert writers.longest_wait < LIMIT
    check_stored(writers.acknowledged, sqlite_url)


def test_a_full_disk_stops_writers_only(serve, sqlite_url):
    blog = serve(sqlite_url)
    with Writers([blog.url]) as writers, Readers([blog.url], number=2) as readers:
        writers.wait_for(20)
        blog.limit_file_size(100_000)
        wait_until(lambda: writers.refused[503] >= 20)
        readers.wait_for(20)
        blog.limit_file_size(None)
        writers.wait_for(20)
    assert {*writers.refused} == {503}
    assert not readers.refused
    assert len(blog.lines) == writers.refused[503]
    check_stored(writers.acknowledged, sqlite_url)
