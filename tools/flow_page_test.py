"""The page of a request: everything that is in its tree, and nothing that does harm."""

import re
from xml.etree import ElementTree

import pytest

from tools.flow_page import live_page, page
from tools.flow_rows import AXIS
from tools.flow_test import CASES, ask, running, tree_of
from tools.flow_tree import calls, enrich, result, title
from tools.stages import ROOT

NO_XML = re.compile(r'<!doctype.*?>|<meta.*?>|<link.*?>|<wbr>|<br>|<style>.*?</style>', re.DOTALL)
DAY05 = ROOT / 'day05_middleware' / 'www'
EVIL = '<script>alert("1")</script>'


def parse(html):
    """Return the elements of a page."""
    return ElementTree.fromstring(NO_XML.sub('', html).replace(' open>', ' open="">'))


def text(element):
    return ''.join(element.itertext())


def call(name='Model.findAll', file='orm.py', **more):
    """Return a call as the recorder tells it."""
    facts = {'name': name, 'file': file, 'line': 1, 'at': 500, 'took': 1000, 'items': []}
    return facts | {'returned': None, 'error': None} | more


def request(*items, **more):
    """Return a request of day05 as the recorder tells it, enriched."""
    facts = {'method': 'GET', 'path': '/', 'status': 200, 'type': 'text/html', 'bytes': 9}
    facts |= {'error': None, 'started': 0, 'took': 2000, 'items': list(items)}
    return enrich(facts | more, DAY05, 'day05_middleware')


def row(html, number):
    """Return the summary and the content of a row."""
    rows = parse(html).findall('.//details[@class="row"]')
    return next(row for row in rows if text(row.find('.//*[@class="step"]')) == str(number))


def nested(items):
    """Return the names of calls and the lines of the log, nested."""
    return [
        (title(item), nested(item['items'])) if 'name' in item else item['log'] for item in items
    ]


def read(flow):
    """Return the same from a page."""
    return [
        text(item)
        if item.get('class').startswith('log')
        else (text(item.find('./details/summary//b')), read(item.find('./details[2]')))
        for item in flow.findall('./ol/li')
    ] if flow is not None else []  # fmt: skip


@pytest.mark.parametrize('name', ['day01_hello', 'day05_middleware', 'a page with comments'])
async def test_calls_and_lines_of_the_log_are_nested_as_they_happened(name, tmp_path):
    tree = await tree_of(*CASES[name], tmp_path)
    html = parse(page(tree))
    without_ends = re.sub(r'\n(?=\')', '', str(nested(tree['items'])))
    assert str(read(html.find('.//*[@class="flow"]'))) == without_ends
    steps = [text(step) for step in html.findall('.//*[@class="step"]')]
    assert steps == [str(number) for number in range(1, len(list(calls(tree))) + 1)]
    for each, found in zip(calls(tree), html.findall('.//summary/*[@class="what"]'), strict=True):
        assert each['since'].partition('_')[0] in text(found)
        assert result(each).partition(',')[0] in text(found).replace('\N{NO-BREAK SPACE}', ' ')


def test_what_a_visitor_sends_stays_text():
    sql = f"select '{EVIL}'"
    evil = call('select', sql=sql, values=[EVIL], returned=EVIL, items=[{'log': EVIL, 'at': 600}])
    wrong = call('select', error=EVIL)
    html = page(request(evil, wrong, path=f'/{EVIL}', type=EVIL, error=EVIL))
    assert '<script' not in html
    assert html.count('&lt;script&gt;') >= 8


def test_it_needs_no_script_and_nothing_from_elsewhere():
    html = page(request(call()))
    tags = {element.tag for element in parse(html).iter()}
    assert not tags & {'script', 'img', 'iframe', 'object'}
    assert '<link' not in html
    attributes = {name for element in parse(html).iter() for name in element.attrib}
    assert not {name for name in attributes if name in ('src', 'style') or name.startswith('on')}
    style = re.search('<style>(.*?)</style>', html, re.DOTALL)[1]
    assert 'url(' not in style
    assert '@import' not in style


def test_behind_a_row_is_the_source_of_its_function():
    source = row(page(request(call('Model.findAll'))), 1).find('.//pre[@class="source"]')
    lines = {int(line.get('data-line')): text(line) for line in source.findall('.//span')}
    whole = DAY05.joinpath('orm.py').read_text(encoding='utf-8').splitlines()
    assert lines == {number: whole[number - 1] for number in lines}
    assert lines[min(lines)].strip() == '@classmethod'
    assert 'async def findAll' in lines[min(lines) + 1]
    assert whole[max(lines)].strip() == ''


@pytest.mark.parametrize(
    ('name', 'first', 'last'),
    [
        ('block_content', '{% block content %}', '{% endblock %}'),
        ('block_heading', *['{% block heading %}<h1>My Blog</h1>{% endblock %}'] * 2),
        ('root', "{% extends 'base.html' %}", '{% endblock %}'),
    ],
)
def test_behind_a_template_is_its_block_or_all_of_it(name, first, last):
    html = page(request(call(name, 'templates/blogs.html')))
    lines = [text(line) for line in row(html, 1).findall('.//pre[@class="source"]//span')]
    assert (lines[0], lines[-1]) == (first, last)


def test_what_has_changed_since_is_said_to_be_gone():
    assert 'this is no longer there' in text(row(page(request(call('Model.gone'))), 1))


def test_a_statement_has_its_values_and_its_rows():
    sql = 'select `id` from `blogs` limit ?, ?'
    html = page(request(call('select', sql=sql, values=['0', '10'], returned='4 rows')))
    behind = row(html, 1).find('./div')
    assert text(behind.find('./pre[@class="statement"]')) == sql
    assert [text(value) for value in behind.findall('./ol/li')] == ['0', '10']
    assert text(behind.find('./p[@class="rows"]')).strip() == '→\N{NO-BREAK SPACE}4 rows'


async def test_it_does_not_tell_secrets():
    async with running('final') as (recording, visitor):
        account = {'name': 'Ann', 'email': 'ann@example.com', 'passwd': 'a long password'}
        tree = await ask(recording, visitor, 'POST', '/api/users?token=abcdef&x=1', account)
    html = page(tree)
    assert 'ann@example.com' in html
    for secret in ('a long password', 'argon2id$', 'abcdef', *_cookies(visitor)):
        assert secret not in html
    assert '/api/users?token=******&amp;x=1' in html


def _cookies(visitor):
    values = [cookie.value for cookie in visitor.cookie_jar]
    assert values
    return values


def test_bars_are_on_one_axis():
    inner = call(at=1000, took=500)
    html = page(request(call(at=500, took=1000, items=[inner]), call(at=1900, took=0)))
    bars = [tuple(map(int, (r.get('x'), r.get('width')))) for r in parse(html).iter('rect')]
    assert bars[:2] == [(AXIS / 4, AXIS / 2), (AXIS / 2, AXIS / 4)]
    assert bars[2][1] > 0


def test_an_error_is_said_in_words_and_where_it_was_caught():
    inner = call('select', error='ValueError: no')
    html = page(request(call('index', 'handlers.py', returned='404', items=[inner])))
    assert '✗ ValueError: no' in text(row(html, 2))
    assert 'caught ValueError here' in text(row(html, 1))


def test_an_error_that_nobody_caught_stands_above_everything():
    html = page(request(status=500, error='IndexError: out of range'))
    error = parse(html).find('.//p[@class="error"]')
    assert text(error).split('\n') == [
        '✗ IndexError: out of rangeNobody caught it, so aiohttp answered 500.'
    ]


async def test_a_request_that_fails_can_be_shown(tmp_path):
    for name in ('a handler that raises', 'a template that fails', 'no such page'):
        html = page(await tree_of(*CASES[name], tmp_path / name))
        assert '✗ ' in text(parse(html).find('.//*[@class="flow"]'))


def test_of_two_requests_is_told_what_only_one_has():
    one = request(call('Model.findAll'), call('select')) | {'number': 1}
    two = request(call('select', took=4000), took=8000) | {'number': 2}
    html = parse(live_page([[two], [one]], [one, two]))
    first, second = html.findall('.//section')
    assert [text(what) for what in first.findall('.//*[@class="only"]')] == ['only here']
    assert second.find('.//*[@class="only"]') is None
    assert [text(axis) for axis in html.findall('.//*[@class="axis"]')] == ['08.0 ms'] * 2
    assert [link.get('aria-current') for link in html.findall('.//nav//a')] == ['true'] * 2


def test_the_list_leads_to_every_request_and_compares_it_with_the_one_that_is_shown():
    trees = [request(call(), path=f'/{number}') | {'number': number} for number in (3, 2, 1)]
    html = parse(live_page([[tree] for tree in trees], [trees[1]]))
    assert [(link.get('href'), text(link)) for link in html.findall('.//nav//a')] == [
        ('/requests/3', 'GET /3 200 · 2 ms'),
        ('/compare/2/3', 'compare with GET /3'),
        ('/requests/2', 'GET /2 200 · 2 ms'),
        ('/requests/1', 'GET /1 200 · 2 ms'),
        ('/compare/2/1', 'compare with GET /1'),
    ]
