"""The program's two ends: it says in one sentence why it can't begin, and stops when it is told."""

import os
import shutil
import signal
import sqlite3
from contextlib import closing

import pytest

from tools.ports import free_port

pytestmark = pytest.mark.slow(each_python=True)


@pytest.mark.skipif(os.name == 'nt', reason='Windows has no way to send Ctrl-C to one process')
@pytest.mark.parametrize('number', [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_cleanly_while_a_browser_is_connected(program, number):
    browser = program.connect()
    browser.request('GET', '/')
    browser.getresponse().read()
    assert program.stop(number) == 0
    assert 'Traceback' not in program.log
    browser.close()


def test_a_busy_port_is_told_in_one_sentence(site, start):
    second = start(site.database_url, PORT=str(site.port))
    assert second.wait() == 1
    assert second.lines[-1].startswith('Cannot listen on ')
    assert 'Traceback' not in second.log


@pytest.mark.parametrize('port', ['65536', 'abc'])
def test_an_impossible_port_is_told_in_one_sentence(start, port):
    program = start('sqlite:///:memory:', PORT=port)
    assert program.wait() == 1
    assert port in program.lines[-1]
    assert 'Traceback' not in program.log


def test_a_file_that_is_no_database_is_told_in_one_sentence(start, tmp_path):
    tmp_path.joinpath('diary').write_text('Dear diary,\n' * 100)
    program = start(f'sqlite:///{tmp_path}/diary')
    assert program.wait() == 1
    assert program.lines[-1].endswith('Check DATABASE_URL.\n')
    assert 'Traceback' not in program.log


def test_a_server_that_does_not_answer_is_told_in_one_sentence(start):
    program = start(f'mysql://blog:s3cret@127.0.0.1:{free_port()}/blog')
    assert program.wait() == 1
    assert "Can't connect to MySQL server on '127.0.0.1'" in program.lines[-1]
    assert 'Traceback' not in program.log
    assert 's3cret' not in program.log


def test_tables_of_another_program_are_told_in_one_sentence(start, tmp_path):
    with closing(sqlite3.connect(tmp_path / 'blog.db')) as database:
        database.executescript('create table greetings (x int); create table users (x int)')
    program = start(f'sqlite:///{tmp_path}/blog.db')
    assert program.wait() == 1
    assert program.lines[-1].endswith('Check DATABASE_URL.\n')
    assert 'Traceback' not in program.log


def test_without_settings_the_database_is_a_file_beside_the_program(www, tmp_path, start):
    shutil.copytree(www, tmp_path / 'www', ignore=shutil.ignore_patterns('blog.db*'))
    program = start('', www=tmp_path / 'www')
    assert program.get('/').status == 200
    program.stop()
    assert [path.name for path in tmp_path.glob('www/blog.db*')] == ['blog.db']


def test_what_was_stored_is_there_after_a_restart(program, start):
    before = program.get('/').text
    program.stop()
    again = start(program.database_url)
    assert again.get('/').text == before
