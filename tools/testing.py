"""What the tests of all stages may ask for: a database, and the program in a process of its own."""

import gc
import logging
import os
import re
from collections import Counter
from contextlib import ExitStack
from subprocess import CalledProcessError

import pymysql
import pytest

from tools import mysql
from tools.program import Program

# To read the certificates of all authorities takes each program, and each connection to MySQL,
# 20 ms. Nobody here needs them.
os.environ['SSL_CERT_FILE'] = os.devnull


def pytest_addoption(parser):
    parser.addoption('--db', metavar='URL', help='the MySQL server for the tests: mysql://…')
    parser.addoption('--nothing-skipped', action='store_true', help='a skipped test is an error')


def pytest_ignore_collect(collection_path, config):
    """Do not import a file whose mark is left out: Hypothesis in vain takes each worker 0.1 s."""
    expression = config.option.markexpr
    if collection_path.suffix == '.py' and re.fullmatch(r'not \w+( and not \w+)*', expression):
        text = collection_path.read_text(encoding='utf-8')
        mark = re.search(r'^pytestmark = pytest\.mark\.(\w+)', text, re.MULTILINE)
        if mark and re.search(rf'\b{mark[1]}\b', expression):
            return True
    return None


def pytest_collection_finish():
    """Take the tests out of garbage collection, which pytest starts several times at its end."""
    gc.freeze()


def pytest_terminal_summary(terminalreporter):
    """Say in one line each why tests were skipped, and how many."""
    reasons = Counter(report.longrepr[2] for report in terminalreporter.stats.get('skipped', ()))
    for reason, number in reasons.items():
        terminalreporter.write_line(f'{number} tests: {reason}')


def pytest_generate_tests(metafunc):
    """Run what needs a database once for each: from day02 on, SQLite and MySQL.

    What needs a browser as well runs on SQLite only: the pages do not depend on the database.
    """
    if 'database_kind' in metafunc.fixturenames:
        has_database = (metafunc.definition.path.parent / 'drivers.py').exists()
        both = has_database and 'browser' not in metafunc.fixturenames
        kinds = ['sqlite', 'mysql'] if both else ['sqlite']
        metafunc.parametrize('database_kind', kinds, scope='module')


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item):
    report = yield
    if report.skipped and item.config.option.nothing_skipped:
        report.outcome = 'failed'
    return report


@pytest.fixture(scope='session')
def mysql_server(request):
    """A MySQL server: the one of `--db`, or one that this run starts and removes."""
    url = request.config.option.db or os.environ.get('DATABASE_URL', '')
    program = mysql.find_program()
    if url.startswith('mysql:'):
        server = mysql.Server(url.rpartition('/')[0] if url.count('/') > 2 else url)
        try:
            server.run('select 1')
        except (pymysql.MySQLError, ValueError) as error:
            pytest.exit(f'The MySQL server that was named cannot be used: {error}', 2)
    elif program:
        try:
            server = mysql.OwnServer(program)
        except (OSError, RuntimeError, CalledProcessError) as error:
            pytest.skip(f'no MySQL here: {program} does not start: {error}')
    else:
        pytest.skip('no MySQL here: install mariadb-server, or name a server with --db')
    yield server
    server.remove()


@pytest.fixture
def database_url(request, database_kind, tmp_path):
    """The URL of an empty database."""
    yield from _database(request, database_kind, tmp_path)


@pytest.fixture(scope='module')
def site_url(request, database_kind, tmp_path_factory):
    """Like `database_url`, for all tests of a module."""
    yield from _database(request, database_kind, tmp_path_factory.mktemp('site'))


def _database(request, kind, folder):
    if kind == 'sqlite':
        yield f'sqlite:///{folder / "blog.db"}'
    else:
        server = request.getfixturevalue('mysql_server')
        url = server.create_database()
        yield url
        server.drop_database(url)


@pytest.fixture(scope='module')
def www(request):
    """The folder under test: the stage's www/, or the learner's."""
    return (request.config.option.www or request.path.parent).resolve()


@pytest.fixture
def start(www):
    """A function that starts the program, on a database and with more environment variables."""
    with ExitStack() as stack:

        def start(database_url, www=www, **environ):
            program = Program(www, database_url, **environ)
            stack.callback(program.close)
            return program

        yield start


@pytest.fixture
def program(start, database_url):
    """The program, started on an empty database."""
    return start(database_url)


@pytest.fixture(scope='module')
def site(www, site_url):
    """The program, started once for all tests of a module."""
    site = Program(www, site_url)
    yield site
    site.close()


@pytest.fixture
def log(caplog):
    """What the stage's own code logs from INFO on, without the lines of the test's server."""
    caplog.set_level(logging.INFO)
    only_ours = logging.Filter('root')
    caplog.handler.addFilter(only_ours)
    yield caplog
    caplog.handler.removeFilter(only_ours)
