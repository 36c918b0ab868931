"""The page of course.py diff --html holds everything that differs, and needs nothing else."""

import re
from functools import cache
from itertools import pairwise
from xml.etree import ElementTree

import pytest

from tools.changes import compare
from tools.diff_page import page, sentence
from tools.diff_rows import changed_words, similar
from tools.highlight import highlight
from tools.stages import NOT_WRITTEN_HERE, STAGES, find

pytestmark = pytest.mark.once

every_step = pytest.mark.parametrize(
    ('before', 'after'), list(pairwise(STAGES)), ids=lambda stage: stage.name
)
NO_XML = re.compile('<!doctype.*?>|<meta.*?>|<wbr>|<style>.*?</style>', re.DOTALL)
page = cache(page)


def parse(before, after, file=None):
    """Return the elements of a page."""
    return ElementTree.fromstring(NO_XML.sub('', page(before, after, file)))


def text(element):
    return ''.join(element.itertext())


def section(step, name):
    """Return the part of the page of two stages that is about one file."""
    return parse(*map(find, step)).find(f'.//section[@id="{name}"]')


@every_step
def test_both_sides_are_the_whole_files(before, after):
    changes = compare(before, after)
    sections = parse(before, after).findall('.//section')
    assert [element.get('id') for element in sections] == [change.name for change in changes]
    for change, element in zip(changes, sections, strict=True):
        for side, lines in [('old', change.before or []), ('now', change.after or [])]:
            found = element.findall(f'.//*[@class="{side}"]')
            assert [text(line) for line in found] == [line.removesuffix('\n') for line in lines]
            numbers = [int(line.get('data-line')) for line in found]
            assert numbers == list(range(1, len(lines) + 1))


@every_step
def test_it_needs_no_script_and_nothing_from_elsewhere(before, after):
    html = parse(before, after)
    tags = {element.tag for element in html.iter()}
    assert not tags & {'script', 'link', 'img', 'iframe', 'object'}
    attributes = {name for element in html.iter() for name in element.attrib}
    assert not {name for name in attributes if name == 'src' or name.startswith('on')}
    style = re.search('<style>(.*?)</style>', page(before, after), re.DOTALL)[1]
    assert 'url(' not in style
    assert '@import' not in style


@every_step
def test_every_link_leads_to_a_part_of_the_page(before, after):
    html = parse(before, after)
    ids = [element.get('id') for element in html.iter() if element.get('id')]
    assert len(ids) == len(set(ids))
    assert {link.get('href') for link in html.iter('a')} == {f'#{name}' for name in ids}


def test_the_index_has_code_and_tests_with_their_numbers():
    index = parse(find('2'), find('3')).find('.//nav')
    assert [text(title) for title in index.findall('h2')] == ['Code +156 −15', 'Tests +171 −5']
    assert 'app.py +12 −15' in [text(item) for item in index.iter('li')]


def test_a_file_is_followed_by_what_its_new_tests_say():
    models = section(('2', '3'), 'models.py')
    assert text(models.find('h3')) == 'What day03_models tests of it, in models_test.py'
    assert 'A new user is no administrator' in [text(item) for item in models.iter('li')]
    app = section(('2', '3'), 'app.py')
    assert [text(item) for item in app.iter('li')] == [
        'The home page counts users blogs and comments'
    ]


def test_one_file_alone_is_followed_by_its_tests_too():
    html = parse(find('2'), find('3'), 'app.py')
    assert [element.get('id') for element in html.iter('section')] == ['app.py']
    assert html.find('.//h3') is not None


def test_unchanged_lines_are_folded_but_for_three_around_a_change():
    app = section(('2', '3'), 'app.py')
    folded = app.findall('details')
    assert [text(fold.find('summary')) for fold in folded] == ['8 unchanged lines']
    assert not [fold for fold in folded if list(fold.iter('ins')) or list(fold.iter('del'))]
    lines = {int(line.get('data-line')) for line in folded[0].findall('.//*[@class="now"]')}
    changed = {int(line.get('data-line')) for line in app.iter('ins')}
    assert min(lines) - max(changed) == 4


def test_the_words_that_differ_are_marked():
    app = section(('2', '3'), 'app.py')
    old, new = (
        next(line for line in app.iter(tag) if text(line).strip() == f'await {call}')
        for tag, call in (('del', 'create_table(Greeting)'), ('ins', 'add_sample_data()'))
    )
    assert [text(mark) for mark in old.iter('mark')] == ['create_table', 'Greeting']
    assert [text(mark) for mark in new.iter('mark')] == ['add_sample_data']


def test_what_somebody_else_wrote_is_left_out():
    ids = {element.get('id') for element in parse(*STAGES[-2:]).iter('section')}
    assert not ids & set(NOT_WRITTEN_HERE)


@pytest.mark.parametrize(
    ('before', 'after', 'old', 'new'),
    [
        ('a = b', 'a = b', [], []),
        ('f(x)', 'f(x, y)', [], [', y']),
        ('one two three', 'one 2 3', ['two three'], ['2 3']),
        ('    x', '        x', ['    '], ['        ']),
    ],
)
def test_words_side_by_side_are_one_change(before, after, old, new):
    places = changed_words(before, after)
    assert [before[start:end] for start, end in places[0]] == old
    assert [after[start:end] for start, end in places[1]] == new


def test_a_line_is_paired_with_its_new_version_and_pairs_do_not_cross():
    before = ('def f(x):', '    return g(x)', 'x = 1')
    after = ('# new', 'def f(x, y):', '    return g(x, y)')
    assert similar(before, after) == [(0, 1), (1, 2)]
    assert similar(('a b c d', 'e f g h'), ('e f g h', 'a b c d')) in ([(0, 1)], [(1, 0)])


@pytest.mark.parametrize('name', ['a.py', 'a.html', 'a.xml', 'a.css', 'a.txt', 'LICENSE'])
def test_colours_leave_every_line_in_its_place(name):
    lines = ['\n', '\n', '"1 <b> {{ 2\n', '\t3  \n', '\n']
    pieces = highlight(name, lines)[: len(lines)]
    assert [''.join(text for _, text in line) for line in pieces] == [
        '',
        '',
        '"1 <b> {{ 2',
        '\t3  ',
        '',
    ]


def test_the_name_of_a_test_becomes_a_sentence():
    assert sentence('a_new_user_is_no_administrator') == 'A new user is no administrator'
