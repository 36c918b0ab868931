"""The cluster for its tests: brought up once, whole again after each."""

from functools import partial
from types import SimpleNamespace

import pytest

from tools.cluster import check_machine
from tools.cluster_run import ADMIN, Cluster
from tools.cluster_service import wait_until
from tools.errors import CommandError
from tools.ports import free_port
from tools.program import ask
from tools.visitor import PASSWORD, Visitor
from tools.writers import doubled, lost


@pytest.fixture(scope='session')
def machines():
    """The six machines, for all tests."""
    try:
        check_machine()
    except CommandError as error:
        pytest.skip(str(error))
    with Cluster() as cluster:
        yield cluster


@pytest.fixture
def cluster(machines):
    """The six machines, all of them well; what a test breaks is mended afterwards."""
    yield machines
    machines.mend()


@pytest.fixture
def check(cluster):
    """A function that mends all, and fails unless what was acknowledged is there, and once."""

    def check(writers):
        print(f'\n    {writers}')
        cluster.mend()
        wait_until(lambda: agree(cluster.nodes))  # a request that nobody awaits may go on
        texts = [
            content for (content,) in cluster.nodes[0].run('select content from blog.comments')
        ]
        assert not lost(writers.acknowledged, texts)
        assert not doubled(texts)

    return check


def agree(nodes):
    """Tell whether the nodes have the same rows."""
    first, *others = map(rows, nodes)
    return all(first == other for other in others)


def rows(node):
    """Return all that the blog has stored, as this node has it when it is up to date."""
    wait, tables = 'set session wsrep_sync_wait=1', ('users', 'blogs', 'comments')
    return {row for table in tables for row in node.run(f'{wait}; select * from blog.{table}')}


@pytest.fixture(scope='module')
def blogs(machines):
    """Three blogs, each on a node of its own, without HAProxy between."""
    blogs = []
    try:
        for address in machines.database_addresses:
            port = free_port()
            service = machines.app(f'at-{address}', '127.0.0.1', machines.url(address), port)
            url = f'http://127.0.0.1:{port}'
            site = SimpleNamespace(port=port, request=partial(ask, port), url=url, service=service)
            blogs.append(site)
            service.start()
        for blog in blogs:
            blog.service.wait()
        yield blogs
    finally:
        for blog in blogs:
            blog.service.kill()


@pytest.fixture
def sign_in():
    """A function that returns the administrator, signed in at this site."""

    def sign_in(site):
        ada = Visitor(site)
        assert ada.call('/api/authenticate', {'email': ADMIN, 'passwd': PASSWORD}).status == 200
        return ada

    return sign_in
