"""What all the programs share, so that they differ in nothing else.

The templates, and what turns a text into HTML, are those of `final`.
"""

import sys
from pathlib import Path

WWW = Path(__file__).parent.parent.parent / 'final' / 'www'
sys.path.insert(0, str(WWW))

from markupsafe import Markup

from markup import comment_html, to_html
from templating import init_jinja2, iso

__all__ = ['Page', 'comment_html', 'iso', 'page_number', 'post_html', 'shared', 'templates']

PAGE_SIZE = 10

templates = init_jinja2()


class Page:
    """Which rows a page shows, and what its links to other pages have to know."""

    def __init__(self, item_count, page_index):
        self.item_count = item_count
        self.page_index = page_index
        self.page_size = self.limit = PAGE_SIZE
        self.page_count = -(-item_count // PAGE_SIZE)
        self.offset = PAGE_SIZE * (page_index - 1)
        self.has_next = page_index < self.page_count
        self.has_previous = page_index > 1


def page_number(text):
    """Return the number that `?page=` asks for, or 1."""
    return max(1, int(text)) if text.isascii() and text.isdigit() else 1


def post_html(text):
    """Return a post's Markdown as HTML, rendered anew."""
    return Markup(to_html(text))


def shared(path):
    """Return what every template asks for: nobody is signed in, and nothing is wrong."""
    return {'__user__': None, 'error': None, 'path': path, 'url': path}


def prepare(environment):
    """Let a framework's jinja2 read the templates as `final` does; return it."""
    environment.trim_blocks = environment.lstrip_blocks = True
    environment.filters.update(templates.filters)
    environment.globals.update(templates.globals)
    return environment
