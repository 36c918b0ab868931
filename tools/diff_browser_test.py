"""The page of course.py diff --html in a browser: for every eye, window and paper."""

from types import SimpleNamespace

import pytest

from tools.browser import axe, screenshot
from tools.diff_page import page
from tools.stages import find

NO_SERVER = SimpleNamespace(port=0)  # the page is a file
OPEN_ALL = 'document.querySelectorAll("details").forEach(details => details.open = true)'


@pytest.fixture
def open_diff(open_page, tmp_path):
    """A function that opens a page with new and changed files."""

    def open_diff(**options):
        path = tmp_path / 'diff.html'
        path.write_text(page(find('day02'), find('day03')), encoding='utf-8')
        return open_page(NO_SERVER, path.as_uri(), **options)

    return open_diff


@pytest.mark.parametrize('width', [1280, 390])
@pytest.mark.parametrize('scheme', ['light', 'dark'])
def test_it_shuts_nobody_out_and_fits_the_window(open_diff, scheme, width):
    view = open_diff(color_scheme=scheme, width=width)
    screenshot(view, f'diff-{scheme}-{width}')
    view.evaluate(OPEN_ALL)
    assert axe(view) == []
    assert view.evaluate('document.documentElement.scrollWidth') <= width


def box(view, line):
    """Return where a line of app.py is."""
    return view.locator(f'[id="app.py"] {line}').bounding_box()


def pair(view):
    """Return where a line of before is, and what it has become."""
    return box(view, 'del:has-text("create_table(")'), box(view, 'ins:has-text("sample_data()")')


def test_a_wide_window_has_old_and_new_side_by_side(open_diff):
    view = open_diff()
    old, new = pair(view)
    assert old['y'] == new['y']
    assert old['x'] + old['width'] <= new['x']
    first, second = (box(view, f'del[data-line="{number}"]') for number in (25, 26))
    assert first['y'] == box(view, 'ins[data-line="21"]')['y'] < second['y']


def test_a_telephone_has_the_new_below_the_old_and_what_is_the_same_once(open_diff):
    view = open_diff(width=390)
    old, new = pair(view)
    assert old['x'] == new['x']
    assert old['y'] + old['height'] <= new['y']
    assert view.locator('[id="app.py"] span.old:visible').count() == 0


def test_folded_lines_are_shown_on_demand_without_scripts(open_diff):
    view = open_diff(scripts=False)
    fold = view.locator('[id="app.py"] details')
    line = fold.locator('.now').last
    assert not line.is_visible()
    fold.locator('summary').click()
    assert line.is_visible()


def test_paper_is_white_even_at_night(open_diff):
    view = open_diff(color_scheme='dark')
    color = 'getComputedStyle(document.body).backgroundColor'
    assert view.evaluate(color) == 'rgb(20, 24, 29)'
    view.emulate_media(media='print', color_scheme='dark')
    assert view.evaluate(color) == 'rgb(253, 253, 251)'


def test_what_is_copied_is_the_code_without_numbers_and_what_is_the_same_once(open_diff):
    view = open_diff()
    copied = view.evaluate(
        """() => {
            getSelection().selectAllChildren(document.getElementById('app.py'))
            return getSelection().toString().split('\\n')
        }"""
    )
    assert copied.count('import asyncio') == 1
    assert "    blogs = await Blog.findNumber('count(id)')" in copied
