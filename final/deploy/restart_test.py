"""The blog is replaced by another version while people read and write, and nobody notices."""

import signal
import time
from contextlib import contextmanager

import pytest

from final.deploy.site_for_tests import Activated, Nginx
from tools.load import Readers
from tools.writers import Writers, doubled, found, lost

pytestmark = pytest.mark.once


@pytest.fixture
def database_url(tmp_path):
    """The URL of an empty SQLite database."""
    return f'sqlite:///{tmp_path / "blog.db"}'


@pytest.fixture
def blog(database_url):
    """The blog as systemd runs it, with two workers."""
    blog = Activated(database_url, '--workers', '2')
    yield blog
    blog.close()


@pytest.fixture
def nginx(blog):
    """nginx in front of the blog."""
    nginx = Nginx(blog.port, tls=False)
    yield nginx
    nginx.close()


def test_no_request_is_lost_in_a_restart(blog, nginx, database_url):
    with visitors(nginx, database_url):
        assert blog.restart() == 0


def test_no_request_is_lost_in_a_reload(blog, nginx, database_url):
    with visitors(nginx, database_url):
        old = blog.workers
        blog.process.send_signal(signal.SIGHUP)
        deadline = time.monotonic() + 30
        while len(blog.workers - old) < 2 or blog.workers & old:
            assert time.monotonic() < deadline
            time.sleep(0.02)


@contextmanager
def visitors(nginx, database_url):
    """People who read and write before, while and after something happens; none is refused."""
    url = [f'http://127.0.0.1:{nginx.port}']
    with Writers(url, number=4) as writers, Readers(url, number=4) as readers:
        writers.wait_for(20)
        yield
        writers.wait_for(100)
    for load in (writers, readers):
        assert [*load.refused, *load.broken, *[None] * load.unreachable] == [], load
    assert not lost(writers.acknowledged, found(database_url))
    assert not doubled(found(database_url))
