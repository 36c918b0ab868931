"""What people write becomes HTML without scripts (XSS): posts are Markdown, comments are text."""

import re

import markdown2
import nh3
from markupsafe import Markup
from pygments.token import STANDARD_TYPES

EXTRAS = {
    'code-friendly': None,  # snake_case is a word; *stars* emphasise
    'cuddled-lists': None,  # a list needs no blank line before it
    'fenced-code-blocks': {'cssclass': 'highlight'},
    'footnotes': None,
    'strike': None,
    'tables': None,
}
TAGS = """
    a blockquote br code div em h1 h2 h3 h4 h5 h6 hr img li ol p pre s span strong sup
    table tbody td th thead tr ul
"""
ATTRIBUTES = {
    '*': set(),  # otherwise nh3 allows some everywhere
    'a': {'href', 'title'},
    'img': {'alt', 'src', 'title'},
    'li': {'id'},
    'ol': {'start'},
    'sup': {'id'},
    'td': {'align'},
    'th': {'align'},
}
ALLOWED_VALUES = {
    'align': r'left|center|right',
    'href': r'(https?://|mailto:|/(?!/)|#)[^\\\t\n\r]*',  # browsers read /\ and /<tab>/ as //
    'id': r'fn(ref)?-.*',
    'src': r'(https://|/(?!/))[^\\\t\n\r]*',
    'start': r'\d{1,9}',
}
CLASSES = {'div': {'highlight'}, 'span': set(STANDARD_TYPES.values())}
ALIGN = re.compile(r'(?<=<t[dh] )style="text-align:(left|center|right);"')
URL = re.compile(
    r"""(
    https?://\w
    (?: [\w\-.~:/?#@!$&'*+,;=%] | \([\w\-.~:/?#@!$&'*+,;=%]*\) )*
    (?<! [.,:;!?'*] )  # they belong to the sentence
    )""",
    re.ASCII | re.IGNORECASE | re.VERBOSE,
)
LINK = Markup('<a href="{0}" rel="nofollow noopener">{0}</a>')


def to_html(text):
    """Return Markdown as HTML, sanitised: only what the lists above allow."""
    html = markdown2.markdown(text, extras=EXTRAS)
    html = ALIGN.sub(r'align="\1"', html)  # our pages forbid styles in attributes
    return nh3.clean(
        html,
        tags=set(TAGS.split()),
        attributes=ATTRIBUTES,
        attribute_filter=_allowed_value,
        allowed_classes=CLASSES,
        link_rel='nofollow noopener',
        set_tag_attribute_values={'table': {'tabindex': '0'}},  # to scroll a wide one by keys
    )


def _allowed_value(tag, name, value):
    return (
        value
        if re.fullmatch(ALLOWED_VALUES.get(name, '.*'), value, re.DOTALL | re.IGNORECASE)
        else None
    )


def comment_html(text):
    """Return a comment's HTML: a paragraph for each line, and links where it has URLs."""
    lines = (line.strip() for line in text.splitlines())
    return Markup('\n').join(Markup('<p>{}</p>').format(_links(line)) for line in lines if line)


def _links(line):
    parts = URL.split(line)  # words, URL, words, URL, words
    return Markup().join(LINK.format(part) if i % 2 else part for i, part in enumerate(parts))
