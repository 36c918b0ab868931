"""What the tests of faults ask for: the blog, and databases that may be ill-treated."""

import signal
from contextlib import ExitStack

import pytest

from final.deploy.blog_for_tests import Blog
from tools import mysql


@pytest.fixture
def serve():
    """A function that starts the blog, on a database and with options and environment variables."""
    with ExitStack() as stack:

        def serve(database_url, *options, **environ):
            blog = Blog(database_url, *options, **environ)
            stack.callback(blog.close)
            assert blog.process.poll() is None, blog.log
            return blog

        yield serve


@pytest.fixture(scope='session')
def durable_server():
    """A MySQL server that may be killed, stopped and frozen."""
    program = mysql.find_program()
    if not program:
        pytest.skip('no MySQL here: install mariadb-server')
    server = mysql.OwnServer(program, durable=True)
    yield server
    server.process.send_signal(signal.SIGCONT)
    server.remove()


@pytest.fixture
def mysql_url(durable_server):
    """The URL of an empty database on that server."""
    url = durable_server.create_database()
    yield url
    durable_server.drop_database(url)


@pytest.fixture
def sqlite_url(tmp_path):
    """The URL of an empty SQLite database."""
    return f'sqlite:///{tmp_path / "blog.db"}'


@pytest.fixture(params=['sqlite', 'mysql'])
def any_url(request):
    """The URL of an empty database, of the one kind and of the other."""
    return request.getfixturevalue(f'{request.param}_url')
