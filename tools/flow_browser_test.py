"""The page of course.py run --flow in a browser: live, with the keyboard, by day and by night."""

import os

import pytest

from tools.browser import axe, refused, screenshot
from tools.flow_watching import Watching

pytestmark = pytest.mark.skipif(os.name == 'nt', reason='no Ctrl-C for one process group there')


@pytest.fixture
def start():
    """A function that runs stages with --flow."""
    started = []

    def start(*words):
        started.append(Watching(*words))
        return started[-1]

    yield start
    for program in started:
        program.close()


@pytest.fixture(scope='module')
def final():
    """The complete blog, of which pages have been asked, one of them not there."""
    final = Watching('final')
    for path in ('/', '/', '/manage/blogs', '/nothing'):
        final.visit(path)
    yield final
    final.close()


def shown(page):
    """Return the headline of the request that the page shows."""
    return page.locator('main h1').inner_text()


def requests(page):
    return page.locator('nav li b').all_inner_texts()


PAGES = {'home': '/requests/2', 'denied': '/requests/3', 'pair': '/compare/3/4'}


@pytest.mark.parametrize('width', [1280, 390])
@pytest.mark.parametrize('scheme', ['light', 'dark'])
@pytest.mark.parametrize('name', PAGES)
def test_it_shuts_nobody_out_and_fits_the_window(final, open_page, name, scheme, width):
    page = open_page(final, PAGES[name], color_scheme=scheme, width=width)
    screenshot(page, f'flow-{name}-{scheme}-{width}')
    page.evaluate('document.querySelectorAll(".SQL > .row").forEach((row) => { row.open = true })')
    assert axe(page) == []
    assert page.evaluate('document.documentElement.scrollWidth') <= width


def test_a_request_comes_in_without_reloading(start, open_page):
    day05 = start('day05')
    page = open_page(day05)
    assert shown(page) == 'No request yet'
    day05.visit('/')
    page.locator('h1', has_text='GET / → 200').wait_for()
    day05.visit('/api/blogs')
    page.locator('h1', has_text='GET /api/blogs → 200').wait_for()
    assert page.title() == 'GET /api/blogs · day05_middleware'
    assert requests(page) == ['GET /api/blogs', 'GET /']
    day05.visit('/static/blog.css')
    page.locator('nav b', has_text='/static/blog.css').wait_for()
    assert shown(page) == 'GET /api/blogs → 200 application/json'


def test_who_has_opened_the_newest_request_gets_the_next_one_and_its_address(start, open_page):
    day05 = start('day05')
    day05.visit('/')
    page = open_page(day05, '/requests/1')
    day05.visit('/api/blogs')
    page.locator('h1', has_text='GET /api/blogs').wait_for()
    page.reload()
    assert shown(page) == 'GET /api/blogs → 200 application/json'


def test_an_older_request_stays_when_a_new_one_comes(start, open_page):
    day05 = start('day05')
    day05.visit('/')
    day05.visit('/api/blogs')
    page = open_page(day05, '/requests/1')
    page.locator('nav a[aria-current]').focus()
    day05.visit('/nothing')
    page.locator('nav b', has_text='/nothing').wait_for()
    assert shown(page) == 'GET / → 200 text/html'
    assert page.evaluate('document.activeElement.textContent').startswith('GET / ')


def test_who_reads_the_code_of_a_row_is_not_interrupted(start, open_page):
    day05 = start('day05')
    day05.visit('/')
    page = open_page(day05)
    page.locator('.row summary').first.click()
    day05.visit('/nothing')
    page.locator('nav b', has_text='/nothing').wait_for()
    assert shown(page) == 'GET / → 200 text/html'
    page.locator('.row summary').first.click()
    day05.visit('/api/blogs')
    page.locator('h1', has_text='GET /api/blogs').wait_for()


def test_rows_open_and_fold_by_keyboard(final, open_page):
    page = open_page(final, '/requests/2')
    select = page.locator('.SQL').first
    source = select.locator('.source').first
    assert not source.is_visible()
    select.locator('.row > summary').first.focus()
    page.keyboard.press('Enter')
    assert 'async def select(' in source.inner_text()
    page.keyboard.press('Enter')
    assert not source.is_visible()
    page.keyboard.press('Tab')
    inside = select.locator('.log').first
    assert inside.is_visible()
    page.keyboard.press('Space')
    assert not inside.is_visible()


def test_without_scripts_everything_can_be_read(final, open_page):
    page = open_page(final, scripts=False)
    assert requests(page) == ['GET /nothing', 'GET /manage/blogs', 'GET /', 'GET /']
    page.locator('nav li', has_text='GET /').last.locator('a').first.click()
    assert shown(page) == 'GET / → 200 text/html'
    page.locator('.SQL .row > summary').first.click()
    assert page.locator('.SQL .statement').first.is_visible()


def test_two_requests_are_side_by_side_and_on_a_telephone_one_below_the_other(final, open_page):
    page = open_page(final, '/requests/2')
    page.locator('nav li', has_text='GET /manage/blogs').get_by_role('link', name='compare').click()
    first, second = (section.bounding_box() for section in page.locator('section').all())
    assert first['y'] == second['y']
    assert first['x'] + first['width'] <= second['x']
    page.set_viewport_size({'width': 390, 'height': 800})
    first, second = (section.bounding_box() for section in page.locator('section').all())
    assert first['x'] == second['x']
    assert first['y'] + first['height'] <= second['y']


def test_one_request_at_two_stages_is_shown_side_by_side(start, open_page):
    two = start('day04', 'day05')
    page = open_page(two)
    two.visit('/')
    page.locator('section').nth(1).wait_for()
    assert page.locator('.story .stage').all_inner_texts() == ['day04_coroweb', 'day05_middleware']
    assert len(requests(page)) == 1
    screenshot(page, 'flow-two-stages')


def test_a_long_statement_is_wrapped(final, open_page):
    page = open_page(final, '/requests/2', width=390)
    statement = page.locator('.log.sql', has_text='`user_image`').first
    box = statement.bounding_box()
    assert box['x'] + box['width'] <= 390
    assert box['height'] > 40


def test_what_is_too_old_is_said_to_be(final, open_page, complaints):
    page = open_page(final, '/requests/999')
    refused(complaints, 404)
    assert shown(page) == 'Request 999 is not here'
