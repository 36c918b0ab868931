"""What is not lost when a database dies, or two of three, or when all three are written to at once.

`course.py cluster` runs these tests and those of cluster_faults.py, which take longer.
"""

import json
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest

from tools.cluster_service import wait_until
from tools.load import Load
from tools.visitor import PASSWORD, Visitor
from tools.writers import Writers

pytestmark = pytest.mark.once

LIMIT = 8  # seconds that a request may take: the blog gives up after 6


class Editors(Load):
    """Administrators who all edit the same post, each time in other words."""

    def __init__(self, urls, path, ada):
        super().__init__(urls, number=6)
        self.path = path
        cookies = '; '.join(f'{name}={value}' for name, value in ada.cookies.items())
        self.headers |= {'Content-Type': 'application/json', 'Cookie': cookies}

    def next_request(self):
        text = uuid.uuid4().hex
        body = json.dumps({'name': 'Edited', 'summary': 'by all', 'content': text})
        return text, 'POST', self.path, body, self.headers


def path_of_post(site):
    """Return the path of the newest post's API."""
    return f'/api/blogs/{Visitor(site).call("/api/blogs").json["blogs"][0]["id"]}'


def test_a_killed_node_costs_seconds_and_no_comment(cluster, check):
    with Writers([cluster.origin]) as writers:
        writers.wait_for(100)
        node = cluster.writer
        copies = node.copies
        node.kill()
        writers.wait_for(100)
        node.start()
        node.wait()
        assert node.copies == copies  # it got what it had missed, not everything
        assert cluster.writer != node  # who has taken over goes on
        writers.wait_for(100)
    check(writers)
    assert writers.longest_gap < 20
    assert writers.longest_wait < LIMIT


def test_without_a_majority_nothing_is_acknowledged_and_nobody_waits_long(cluster, check):
    with Writers([cluster.origin]) as writers:
        writers.wait_for(100)
        survivor = next(node for node in cluster.nodes if node != cluster.writer)
        for node in cluster.nodes:
            if node != survivor:
                node.kill()
        wait_until(lambda: writers.refused[503] >= 20)
        survivor.run("set global wsrep_provider_options='pc.bootstrap=YES'")
        writers.wait_for(100)
    check(writers)
    assert set(writers.refused) == {503}
    assert writers.longest_wait < LIMIT


def test_edits_on_three_nodes_at_once_collide_inside(cluster, blogs, sign_in):
    path = path_of_post(cluster)
    with Editors([blog.url for blog in blogs], path, sign_in(cluster)) as editors:
        editors.wait_for(300)
    conflicts = sum(node.conflicts for node in cluster.nodes)
    print(f'\n    {editors}, {conflicts} conflicts')
    failed = editors.refused.total() + len(editors.broken)
    assert failed <= 0.05 * (failed + len(editors.acknowledged))
    assert conflicts
    contents = {Visitor(blog).call(path).json['content'] for blog in blogs}
    assert len(contents) == 1
    assert contents <= {*editors.acknowledged}


def test_a_comment_is_seen_on_every_node_as_soon_as_it_is_acknowledged(cluster, blogs, sign_in):
    here, there = sign_in(blogs[0]), Visitor(blogs[1])
    path = f'{path_of_post(cluster)}/comments'
    for _ in range(100):
        text = uuid.uuid4().hex
        assert here.call(path, {'content': text}).status == 200
        assert there.call(path).json['comments'][0]['content'] == text


def test_an_address_is_registered_once_on_whatever_node(cluster, blogs):
    def register(site):
        account = {'name': 'Somebody', 'email': email, 'passwd': PASSWORD}
        return Visitor(site).call('/api/users', account).status

    with ThreadPoolExecutor(6) as threads:
        for _ in range(10):
            email = f'{uuid.uuid4().hex}@example.com'
            statuses = sorted(threads.map(register, [*blogs, *blogs]))
            assert statuses[0] == 200
            assert 200 not in statuses[1:]
            assert max(statuses) < 500
            for node in cluster.nodes:
                assert node.run(f"select count(*) from blog.users where email='{email}'") == ((1,),)
