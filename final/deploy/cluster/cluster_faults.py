"""More that may happen to the cluster: what takes too long to try after every change.

`course.py cluster` runs these tests after those of cluster_test.py.
"""

import signal

from tools.cluster_service import wait_until
from tools.load import Readers
from tools.writers import Writers

LIMIT = 8  # seconds that a request may take: the blog gives up after 6


def test_a_node_that_is_cut_off_gets_no_visitors_until_it_is_back(cluster, check):
    with Writers([cluster.origin]) as writers:
        writers.wait_for(100)
        node = cluster.writer
        node.isolate(True)
        wait_until(lambda: not node.is_synced())
        writers.wait_for(100)
        assert cluster.writer != node
        node.isolate(False)
        node.wait()
        writers.wait_for(100)
    check(writers)
    assert writers.longest_gap < 20
    assert writers.longest_wait < LIMIT


def test_a_node_that_hangs_is_left_alone(cluster, check):
    with Writers([cluster.origin]) as writers:
        writers.wait_for(100)
        node = cluster.writer
        node.process.send_signal(signal.SIGSTOP)
        writers.wait_for(100)
        node.process.send_signal(signal.SIGCONT)
        node.wait()
        writers.wait_for(100)
    check(writers)
    assert writers.longest_gap < 20
    assert writers.longest_wait < LIMIT


def test_nodes_are_restarted_one_by_one_without_an_error(cluster, check):
    with Writers([cluster.origin]) as writers, Readers([cluster.origin]) as readers:
        for node in cluster.nodes:
            writers.wait_for(100)
            node.stop()
            node.start()
            node.wait()
        writers.wait_for(100)
    check(writers)
    assert not readers.refused + writers.refused
    assert not readers.broken + writers.broken


def test_when_all_nodes_have_died_they_find_together_again(cluster, check):
    with Writers([cluster.origin]) as writers:
        writers.wait_for(100)
        for node in cluster.nodes:
            node.kill()
        wait_until(lambda: writers.refused[503] >= 20)
        for node in cluster.nodes:
            node.start()
        writers.wait_for(100, seconds=60)
    check(writers)
    assert set(writers.refused) == {503}
    assert writers.longest_wait < LIMIT


def test_two_of_three_that_have_died_go_on_without_the_third(cluster, check):
    with Writers([cluster.origin]) as writers:
        writers.wait_for(100)
        writer = cluster.writer
        other, _ = (node for node in cluster.nodes if node != writer)
        for node in cluster.nodes:
            node.kill()
        second, first = sorted([writer, other], key=number)
        state = first.state.read_text()
        first.state.write_text(state.replace('safe_to_bootstrap: 0', 'safe_to_bootstrap: 1'))
        first.start('--wsrep-new-cluster')
        second.start()
        writers.wait_for(100)
    check(writers)
    assert writers.longest_wait < LIMIT


def test_the_node_that_was_stopped_last_begins_a_new_cluster(cluster, check):
    with Writers([cluster.origin]) as writers:
        for node in cluster.nodes:
            writers.wait_for(50)
            node.stop()
        last, *others = reversed(cluster.nodes)
        assert 'safe_to_bootstrap: 1' in last.state.read_text()
        assert all('safe_to_bootstrap: 0' in node.state.read_text() for node in others)
        last.start('--wsrep-new-cluster')
        writers.wait_for(100)
    check(writers)
    assert writers.longest_wait < LIMIT


def test_a_killed_blog_is_replaced_by_the_other(cluster, check):
    with Writers([cluster.origin]) as writers, Readers([cluster.origin]) as readers:
        writers.wait_for(100)
        cluster.apps[0].kill()
        writers.wait_for(100)
        cluster.apps[0].start()
        cluster.apps[0].wait()
        writers.wait_for(100)
    check(writers)
    assert not readers.refused  # nginx asks the other, for a page
    assert not readers.broken
    assert set(writers.refused) <= {503}  # but not for a comment that may have been stored
    assert writers.longest_gap < 2


def test_a_killed_haproxy_stops_one_of_the_blogs(cluster, check):
    with Writers([cluster.origin]) as writers:
        writers.wait_for(100)
        cluster.proxies[0].kill()
        writers.wait_for(100)
        cluster.proxies[1].kill()
        seen = writers.refused[503]
        wait_until(lambda: writers.refused[503] >= seen + 20)
        for proxy in cluster.proxies:
            proxy.start()
        writers.wait_for(100)
    check(writers)
    assert set(writers.refused) == {503}
    assert writers.longest_wait < LIMIT


def test_a_restarted_haproxy_learns_from_the_other_who_gets_the_writes(cluster, check):
    with Writers([cluster.origin]) as writers:
        first = cluster.writer
        first.kill()
        writers.wait_for(100)
        first.start()
        first.wait()
        cluster.proxies[0].kill()
        cluster.proxies[0].start()
        writers.wait_for(100)
    check(writers)
    assert cluster.writer != first


def number(node):
    """Return how many changes this node has, which is down."""
    return int(node.position().rpartition(':')[2])
