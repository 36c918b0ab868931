"""The blog in a real browser: on a telephone and on a desk, by day and by night."""

import json

import pytest

from tools.browser import axe, screenshot

PAGES = {'home': '/', 'blog': '/blog/{blog}'}


@pytest.fixture(params=[390, 1280])
def width(request):
    return request.param


@pytest.fixture(params=['light', 'dark'])
def color_scheme(request):
    return request.param


@pytest.fixture(params=PAGES)
def page(request, site, open_page, width, color_scheme):
    """One of the pages, open and photographed."""
    newest = json.loads(site.get('/api/blogs').text)['blogs'][0]
    path = PAGES[request.param].format(blog=newest['id'])
    page = open_page(site, path, width, color_scheme)
    screenshot(page, f'{request.param}-{color_scheme}-{width}')
    return page


def test_a_page_fits_its_window_and_shuts_nobody_out(page):
    root = page.evaluate_handle('document.documentElement')
    assert root.evaluate('root => root.scrollWidth - root.clientWidth') <= 0
    assert axe(page) == []
