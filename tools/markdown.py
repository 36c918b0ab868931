"""What a Markdown text consists of, as far as the checks of the chapters need to know."""

import re
from dataclasses import dataclass, field
from itertools import count
from urllib.parse import unquote

from markdown_it import MarkdownIt

MARKER = re.compile(r'<!-- (.+?) -->')

HTML_LINK = re.compile('(?:src|srcset|href)="(.+?)"')


@dataclass
class Fence:
    """A block of code; `first` and `last` are the numbers of its lines, without the fence's own."""

    marker: str  # what the comment above it says; empty if there is none
    language: str
    text: str
    first: int
    last: int


@dataclass
class Heading:
    level: int
    title: str


@dataclass
class Document:
    """The parts of a text, in their order."""

    blocks: list = field(default_factory=list)  # headings and fences
    commands: list = field(default_factory=list)  # indented code
    tables: list = field(default_factory=list)  # of each: the number of rows and columns
    links: list = field(default_factory=list)

    @property
    def headings(self):
        return [block for block in self.blocks if isinstance(block, Heading)]

    @property
    def fences(self):
        return [block for block in self.blocks if isinstance(block, Fence)]


def parse(text):
    """Return the parts of the text."""
    document, markers, rows, cells = Document(), {}, 0, 0
    tokens = MarkdownIt('commonmark').enable('table').parse(text)
    for index, token in enumerate(tokens):
        match token.type:
            case 'heading_open':
                title = tokens[index + 1].content
                document.blocks.append(Heading(int(token.tag[1]), title))
            case 'fence':
                first, last = token.map[0] + 1, token.map[1] - 1
                marker = markers.get(token.map[0], '')
                block = Fence(marker, token.info, token.content, first, last)
                document.blocks.append(block)
            case 'code_block':
                document.commands.append(token.content)
            case 'table_open':
                rows, cells = 0, 0
            case 'tr_open':
                rows += 1
            case 'th_open' | 'td_open':
                cells += 1
            case 'table_close':
                document.tables.append((rows, cells // rows))
            case 'inline':
                document.links += _links(token)
            case 'html_block':
                document.links += HTML_LINK.findall(token.content)
                if comment := MARKER.fullmatch(token.content.strip()):
                    markers[token.map[1]] = comment[1]
    return document


def _links(inline):
    for token in inline.children:
        if token.type in ('link_open', 'image'):
            yield unquote(token.attrs.get('href') or token.attrs['src'])
        elif token.type == 'html_inline':
            yield from HTML_LINK.findall(token.content)


def anchors(document):
    """Return the names that GitHub gives to the headings of a document."""
    names = set()
    for heading in document.headings:
        words = re.sub(r'\[(.+?)\]\(.+?\)', r'\1', heading.title).lower()
        slug = re.sub(r'[^\w\- ]', '', words).replace(' ', '-')
        names.add(next(s for s in _numbered(slug) if s not in names))
    return names


def _numbered(slug):
    yield slug
    yield from (f'{slug}-{number}' for number in count(1))


def replace(text, blocks):
    """Return the text with other contents in some of its fences: `blocks` is pairs of both."""
    lines = text.splitlines(keepends=True)
    for fence, content in sorted(blocks, key=lambda pair: -pair[0].first):
        lines[fence.first : fence.last] = content.splitlines(keepends=True)
    return ''.join(lines)
