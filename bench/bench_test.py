"""The comparison is fair: all programs show the same posts, in the same words.

These tests are not among those of the course; `pytest bench` runs them.
"""

import json

import pytest

from bench.candidates import LIMIT, PEERS, all_running
from bench.data import fill
from bench.databases import empty_database
from tools import environment
from tools.mysql import find_program

if environment.installed(environment.BENCH_STAMP) != environment.stamp(environment.BENCH_LOCK):
    pytest.skip('course.py bench installs what these tests need', allow_module_level=True)


@pytest.fixture(scope='module', params=['sqlite', 'mysql'])
def site(request):
    if request.param == 'mysql' and not find_program():
        pytest.skip('there is no MariaDB or MySQL here')
    with empty_database(request.param, '') as url:
        ids = fill(url)
        with all_running(url) as programs:
            yield programs, ids


@pytest.fixture(params=['final, log off', 'final, log on', 'final, log off, counting', *PEERS])
def both(request, site):
    programs, _ = site
    return programs[LIMIT], programs[request.param]


def words(answer):
    assert answer.status == 200
    return answer.text.split()


def test_the_home_pages_are_the_same(both):
    by_hand, other = both
    assert words(other.get('/')) == words(by_hand.get('/'))


def test_the_pages_of_a_post_are_the_same(both, site):
    (by_hand, other), (_, ids) = both, site
    assert words(other.get(f'/blog/{ids[7]}')) == words(by_hand.get(f'/blog/{ids[7]}'))


def test_the_lists_for_programs_are_the_same(both):
    by_hand, other = both
    for page in 1, 2, 100:
        path = f'/api/blogs?page={page}'
        assert json.loads(other.get(path).text) == json.loads(by_hand.get(path).text)


def test_a_post_is_rendered_from_markdown_and_shows_its_comments(site):
    programs, ids = site
    html = programs[LIMIT].get(f'/blog/{ids[7]}').text
    assert '<h2>7.1 What the <em>server</em> does</h2>' in html
    assert html.count('<article class="comment"') == 5
