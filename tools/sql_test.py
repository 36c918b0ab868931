"""course.py sql opens the database that is meant, keeps the password secret, and asks first."""

import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from urllib.parse import quote

import pytest

from tools.course_test import course
from tools.program import Program
from tools.stages import ROOT

pytestmark = pytest.mark.once

PASSWORD = "p@ss w'rd"


def sql(*args, typed='', **environ):
    """Return what `course.py sql ARGS` prints when this is typed into it, and its exit code."""
    done = subprocess.run(
        [sys.executable, ROOT / 'course.py', 'sql', *args],
        env=os.environ | {'DATABASE_URL': ''} | environ,
        input=typed,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding='utf-8',
        timeout=60,
        check=False,
    )
    return done.stdout, done.returncode


@pytest.fixture
def database(tmp_path):
    """The file of a database like those that the stages leave behind."""
    path = tmp_path / 'blog.db'
    with closing(sqlite3.connect(path)) as connection:
        connection.execute('pragma journal_mode=wal')
        connection.execute('create table blogs as select 6 * 7 as answer')
        connection.commit()
    return path


# Opening


def test_what_is_typed_is_run_on_the_database_of_the_url(database):
    text, code = sql('--db', f'sqlite:///{database}', typed='select answer from blogs;\n')
    assert '42' in text
    assert code == 0


def test_without_db_the_environment_names_the_database(database):
    url = f'sqlite:///{database}'
    assert '42' in sql(typed='select answer from blogs;\n', DATABASE_URL=url)[0]


def test_without_the_client_python_opens_the_file_or_says_what_to_install(database):
    text, code = sql('--db', f'sqlite:///{database}', typed='select answer from blogs;\n', PATH='')
    if sys.version_info >= (3, 12):
        assert '42' in text
    else:
        assert text.startswith('Install sqlite3 ')
        assert (text.count('\n'), code) == (1, 3)


def test_a_database_that_is_not_there_is_not_made(tmp_path):
    text, code = sql('--db', f'sqlite:///{tmp_path}/blog.db')
    sentence = f'There is no database {tmp_path}/blog.db yet: a stage makes it when it runs.\n'
    assert (text, code) == (sentence, 2)
    assert not list(tmp_path.iterdir())


def test_the_database_of_a_stage_is_beside_its_program(database, tmp_path):
    shutil.copy(ROOT / 'course.py', tmp_path)
    shutil.copytree(ROOT / 'tools', tmp_path / 'tools')
    shutil.copytree(ROOT / 'day03_models/www', tmp_path / 'day03_models/www')
    database = database.replace(tmp_path / 'day03_models/www/blog.db')
    text, _ = course('sql', 'day03', '--reset', '--yes', root=tmp_path, DATABASE_URL='')
    assert text.startswith(f'Deleted {database}. ')


def test_the_first_stage_has_no_database():
    sentence = 'day01_hello has no database: the first that has one is day02_orm.\n'
    assert sql('day01') == (sentence, 2)


@pytest.mark.parametrize('url', ['blog.db', 'mysql://me:pass@db', 'mysql://me:pass@db:x/blog'])
def test_a_url_that_cannot_be_read_is_not_repeated(url):
    text, code = sql('--db', url)
    assert text.startswith('Cannot read the database URL, write sqlite:///FILE or ')
    assert (text.count('\n'), code) == (1, 2)
    assert 'pass@db' not in text


# MySQL


@pytest.fixture
def client(tmp_path):
    """A folder with a client that only tells how it was called."""
    if os.name == 'nt':
        pytest.skip('the client of this test is a shell script')
    script = tmp_path / 'mysql'
    script.write_text('#!/bin/sh\necho "password: $MYSQL_PWD"\nexit 7\n')
    script.chmod(0o755)
    return str(tmp_path)


def test_the_password_is_not_on_the_command_line(client):
    url = f'mysql://me:{quote(PASSWORD)}@db.local:3307/blog'
    text, code = sql('--db', url, PATH=client)
    command, password = text.splitlines()
    assert command.endswith(' --host=db.local --port=3307 --user=me --database=blog')
    assert ' --protocol=tcp ' in command  # also if the host is called localhost
    assert PASSWORD not in command
    assert (password, code) == (f'password: {PASSWORD}', 7)


def test_a_password_of_the_environment_is_not_sent_to_a_server_of_the_url(client):
    text, _ = sql('--db', 'mysql://me@db.local/blog', PATH=client, MYSQL_PWD='other')
    assert text.endswith('password: \n')


def test_without_a_client_it_is_told_what_to_install():
    text, code = sql('--db', 'mysql://me@db.local/blog', PATH='')
    assert text.startswith('Install the mysql client ')
    assert (text.count('\n'), code) == (1, 3)


def test_a_server_lets_the_client_in_whatever_the_user_has_set_for_others(mysql_server, tmp_path):
    tmp_path.joinpath('.my.cnf').write_text('[client]\npassword=that of another server\n')
    url = mysql_server.create_database()
    try:
        text, code = sql(
            '--db',
            url.replace('127.0.0.1', 'localhost'),  # by TCP, like the stages
            typed='select database(), 6 * 7;\n',
            HOME=str(tmp_path),
        )
    finally:
        mysql_server.drop_database(url)
    assert f'{url.rpartition("/")[2]}\t42\n' in text
    assert code == 0


def test_the_statement_that_resets_a_mysql_database_is_told():
    text, code = sql('--db', 'mysql://me:pass@db.local/blog', '--reset', '--yes')
    assert text.endswith('Type in its sql: drop database `blog`; create database `blog`;\n')
    assert code == 2


# Resetting


def test_reset_deletes_the_file(database):
    text, code = sql('--db', f'sqlite:///{database}', '--reset', '--yes')
    assert text == f'Deleted {database}. A stage makes a new one when it runs.\n'
    assert code == 0
    assert not list(database.parent.iterdir())


def test_without_a_terminal_reset_refuses(database):
    text, code = sql('--db', f'sqlite:///{database}', '--reset', typed='y\n')
    sentence = 'Nobody can be asked where there is no terminal: add --yes to delete.\n'
    assert (text, code) == (sentence, 2)
    assert database.exists()


@pytest.mark.skipif(os.name == 'nt', reason='Windows has no terminals to make')
@pytest.mark.parametrize(
    ('answer', 'code', 'left'),
    [(b'y\n', 0, False), (b'n\n', 1, True), (b'\n', 1, True), (b'\x04', 1, True)],
)
def test_reset_asks_and_only_yes_deletes(database, answer, code, left):
    keyboard, terminal = os.openpty()
    os.write(keyboard, answer)
    done = subprocess.run(
        [sys.executable, ROOT / 'course.py', 'sql', '--db', f'sqlite:///{database}', '--reset'],
        stdin=terminal,
        stdout=subprocess.PIPE,
        encoding='utf-8',
        timeout=60,
        check=False,
    )
    os.close(keyboard)
    os.close(terminal)
    assert f'Delete {database} and all that it holds? [y/N] ' in done.stdout
    assert ('Nothing is deleted.' in done.stdout) == left
    assert (done.returncode, database.exists()) == (code, left)


@pytest.fixture
def used(tmp_path):
    """The file of a database while a program uses it."""
    program = Program(ROOT / 'day02_orm/www', f'sqlite:///{tmp_path / "blog.db"}')
    yield tmp_path / 'blog.db'
    program.close()


def test_a_program_that_has_the_database_open_is_warned_of(used):
    text, code = sql('--db', f'sqlite:///{used}', '--reset', typed='y\n')
    assert text.startswith('A program has it open: end that first')
    assert code == 2
    assert used.exists()


@pytest.mark.skipif(os.name == 'nt', reason='Windows deletes nothing that is open')
def test_reset_deletes_the_two_files_beside_the_database_too(used):
    assert len(list(used.parent.iterdir())) == 3
    assert sql('--db', f'sqlite:///{used}', '--reset', '--yes')[1] == 0
    assert not list(used.parent.iterdir())


def test_a_file_that_is_no_database_is_not_deleted(tmp_path):
    notes = tmp_path / 'notes.txt'
    notes.write_text('What I want to keep. ' * 100)
    text, code = sql('--db', f'sqlite:///{notes}', '--reset', '--yes')
    assert (text, code) == (f'{notes} is left alone: file is not a database.\n', 2)
    assert notes.exists()


def test_the_help_fits_the_screen():
    text, code = course('sql', '--help')
    assert code == 0
    assert 'Example: python3 course.py sql day03' in text
    assert len(text.splitlines()) <= 24
