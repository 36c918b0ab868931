"""A test in a browser fails when something is wrong in a page, even if it does not look for it."""

import re
import subprocess
import sys

import pytest

from tools.browser import axe
from tools.stages import ROOT

STRICT = {'Content-Security-Policy': "default-src 'self'"}
APP = """
import os
from aiohttp import web

async def page(request):
    return web.Response(text={html!r}, headers={headers!r}, content_type='text/html')

app = web.Application()
app.router.add_get('/{{name:(|favicon.ico)}}', page)
web.run_app(app, host='127.0.0.1', port=int(os.environ['PORT']), print=None)
"""


@pytest.fixture
def serve(start, tmp_path):
    """A function that starts a program whose home page is this."""

    def serve(html, headers=None):
        source = APP.format(html=f'<!doctype html>{html}', headers=headers)
        tmp_path.joinpath('app.py').write_text(source)
        return start('', www=tmp_path)

    return serve


@pytest.mark.parametrize(
    ('html', 'complaint'),
    [
        ('<script>console.error("broken")</script>', 'console: broken'),
        ('<script>null.x</script>', 'script: Cannot read properties of null'),
        ('<script>Promise.reject(Error("no"))</script>', 'script: no'),
        ('<img src="/missing">', 'console: Failed to load resource'),
        ('<img src="http://192.0.2.1/x">', 'request to another host: http://192.0.2.1/x'),
        ('<img src="http://example.com/x">', 'request to another host: http://example.com/x'),
    ],
)
def test_what_goes_wrong_in_a_page_is_a_complaint(serve, open_page, complaints, html, complaint):
    open_page(serve(html)).context.close()
    assert complaint in '\n'.join(complaints)
    complaints.clear()


@pytest.mark.parametrize(
    ('html', 'scripts'), [('<script>1</script>', True), ('<p style="color: red">', False)]
)
def test_what_the_policy_forbids_is_a_complaint(serve, open_page, complaints, html, scripts):
    open_page(serve(html, STRICT), scripts=scripts)
    assert 'violates the following Content Security Policy' in complaints.pop()


def test_a_page_without_a_fault_gives_no_complaint(serve, open_page, complaints):
    open_page(serve('<p>Hello<script>console.log(1)</script>')).context.close()
    assert complaints == []


def test_axe_names_the_rule_and_the_element_whatever_the_policy_is(serve, open_page):
    page = open_page(serve('<title>x</title><main><h1>x</h1><img src="/"></main>', STRICT))
    assert [sentence.partition(':')[0] for sentence in axe(page)] == [
        "html-has-lang at ['html']",
        "image-alt at ['img']",
    ]


def test_axe_refuses_a_page_without_scripts_instead_of_waiting(serve, open_page):
    page = open_page(serve('<p>Hello'), scripts=False)
    with pytest.raises(AssertionError, match='axe-core needs scripts'):
        axe(page)


def test_a_visitor_has_the_window_and_the_colours_that_the_test_says(serve, open_page):
    page = open_page(serve('<p>Hello'), width=390, color_scheme='dark')
    assert page.evaluate('innerWidth') == 390
    assert page.evaluate('matchMedia("(prefers-color-scheme: dark)").matches')


def test_scripts_can_be_off(serve, open_page):
    page = open_page(
        serve('<p>off</p><script>document.body.textContent="on"</script>'), scripts=False
    )
    assert page.inner_text('body') == 'off'


def test_a_complaint_that_is_left_fails_the_test(tmp_path):
    test = tmp_path / 'x_test.py'
    test.write_text('def test_x(complaints):\n    complaints.append("console: broken")\n')
    text = run_pytest(test, '-c', ROOT / 'pyproject.toml', '-p', 'tools.browser')
    assert '1 error' in text
    assert 'console: broken' in text


def test_the_marker_leaves_out_the_tests_that_need_a_browser():
    text = run_pytest('final/www/browser_test.py', '-m', 'not browser')
    assert re.search(r'^\d+ deselected in', text, re.MULTILINE)


def run_pytest(*args):
    """Return what pytest prints."""
    command = [sys.executable, '-m', 'pytest', '-q', '-p', 'no:cacheprovider', *args]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False).stdout
