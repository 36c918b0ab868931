"""What tests in a real browser may ask for: a page as a visitor sees it, and what is wrong with it.

They look like this:

    def test_nobody_is_shut_out(site, open_page):
        page = open_page(site, '/', width=390)
        assert axe(page) == []
"""

from contextlib import ExitStack
from urllib.parse import urlsplit

import pytest

from tools.chromium import ARGUMENTS, find_browser
from tools.stages import ROOT


def pytest_itemcollected(item):
    """Let `-m "not browser"` leave out the tests that need one."""
    if 'browser' in getattr(item, 'fixturenames', ()):
        item.add_marker('browser')


@pytest.fixture(scope='module')
def browser():
    """The browser of this machine, for a module without coroutines.

    Playwright's event loop counts as running in this thread until the module ends.
    """
    api = pytest.importorskip(
        'playwright.sync_api', reason='no browser here: python3 course.py test --browser'
    )
    program = find_browser()
    if not program:
        pytest.skip('no browser here: install chromium')
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def complaints():
    """What went wrong in the pages; the test fails at its end if it leaves any of it here."""
    complaints = []
    yield complaints
    if complaints:
        pytest.fail('\n'.join(complaints), pytrace=False)


@pytest.fixture
def open_page(browser, complaints):
    """A function that opens a page of `program`, each time in a browser of its own.

    It has the cookies of `visitor`, or none. `options` are those of Playwright's `new_context`.
    """
    with ExitStack() as stack:

        def open_page(
            program,
            path='/',
            width=1280,
            color_scheme='light',
            scripts=True,
            visitor=None,
            **options,
        ):
            origin = f'http://127.0.0.1:{program.port}'
            context = browser.new_context(
                base_url=origin,
                viewport={'width': width, 'height': 800},
                color_scheme=color_scheme,
                java_script_enabled=scripts,
                reduced_motion='reduce',  # so that no picture shows half of a movement
                **options,
            )
            stack.callback(context.close)
            context.set_default_timeout(10_000)
            for name, value in visitor.cookies.items() if visitor else ():
                context.add_cookies([{'name': name, 'value': value, 'url': origin}])
            _watch(context, complaints)
            page = context.new_page()
            page.goto(path)
            return page

        yield open_page


def _watch(context, complaints):
    def on_console(message):
        if message.type == 'error':
            complaints.append(f'console: {message.text} ({message.location["url"]})')

    def on_request(request):
        if urlsplit(request.url).hostname not in ('127.0.0.1', None):  # data: has none
            complaints.append(f'request to another host: {request.url}')

    context.on('console', on_console)
    context.on('request', on_request)
    context.on('weberror', lambda event: complaints.append(f'script: {event.error}'))


def refused(complaints, status):
    """Take back what Chromium complains of when a page has a status from 400 on, as expected."""
    complaint = complaints.pop()
    assert f'the server responded with a status of {status} ' in complaint


def axe(page):
    """Return what axe-core finds: a sentence for each element that breaks a rule."""
    from axe_playwright_python.sync_playwright import Axe  # here, because it may not be installed

    # Without scripts there are no timers, and axe-core would wait for ever.
    assert page.evaluate('matchMedia("(scripting: enabled)").matches'), 'axe-core needs scripts'
    if not page.evaluate('"axe" in window'):
        page.evaluate(Axe().axe_script)
    return [
        ' '.join(f'{rule["id"]} at {node["target"]}: {node["failureSummary"]}'.split())
        for rule in page.evaluate('axe.run({resultTypes: ["violations"]})')['violations']
        for node in rule['nodes']
    ]


def screenshot(page, name):
    """Save a picture of the whole page as screenshots/NAME.png, for people to look at."""
    page.screenshot(path=ROOT / 'screenshots' / f'{name}.png', full_page=True)
