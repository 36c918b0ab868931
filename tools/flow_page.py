"""The way of a request as a page, which can be read without scripts.

`page(tree)` is a file that needs no other; the rest is for the pages of tools/flow_server.py.
"""

from html import escape

from tools.flow_rows import Rows, identity
from tools.flow_tree import calls, story
from tools.page import HEAD, style

LINKS = '<link rel="icon" href="/flow.svg">\n<link rel="stylesheet" href="/flow.css">'
SCRIPT = '\n<script src="/flow.js" type="module"></script>'
HOW_TO_READ = 'A row holds everything that happened before it returned; open one to see its code.'
STYLE = 'flow_page.css'


def page(tree):
    """Return a self-contained page of one request."""
    head = HEAD.format(title=_title([tree]), head=f'<style>\n{style(STYLE)}</style>')
    return f"""\
{head}<body>
<main>
{section(tree)}</main>
<footer>
<p>Made by <code>python3 course.py flow</code></p>
</footer>
</body>
</html>"""


def live_page(entries, shown=(), follow=False, note=None):
    """Return a page of the server: the recent requests, and one or two of them, or a note.

    `entries` are lists of one request, or of the two of a pair. `follow` lets the script show the
    next request when it comes. A note is a title and a sentence.
    """
    numbers = [tree['number'] for tree in shown]
    title, body = (_title(shown), _body(shown)) if shown else (escape(note[0]), _note(*note))
    return f"""\
{HEAD.format(title=title, head=LINKS + SCRIPT * bool(shown or follow))}<body class="live">
<nav aria-label="Recent requests">
<h2>Recent requests</h2>
{_list(entries, numbers)}</nav>
<main class="{'pair' * (len(shown) == 2)}" data-shown="{' '.join(map(str, numbers))}"\
{' data-follow=""' * follow}>
{body}</main>
</body>
</html>
"""


def _title(trees):
    names = ' and '.join(dict.fromkeys(map(name, trees)))
    return escape(f'{names} · {" and ".join(dict.fromkeys(tree["stage"] for tree in trees))}')


def _note(title, sentence):
    return f'<h1>{escape(title)}</h1>\n<p>{sentence}</p>\n'


def _body(trees):
    if len(trees) == 1:
        return section(trees[0])
    ms = max(tree['ms'] for tree in trees)
    seen = [{identity(call) for call in calls(tree)} for tree in trees]
    return (
        f'<h1>Side by side</h1>\n{section(trees[0], ms, seen[1])}{section(trees[1], ms, seen[0])}'
    )


def _list(entries, shown):
    if not entries:
        return '<p>None yet.</p>\n'
    return f'<ol>\n{"".join(_entry(trees, shown) for trees in entries)}</ol>\n'


def _entry(trees, shown):
    numbers = [tree['number'] for tree in trees]
    facts = ' | '.join(f'{_status(tree)} · {tree["ms"]:.0f} ms' for tree in trees)
    is_shown = set(numbers) <= set(shown)
    current = ' aria-current="true"' * is_shown
    beside = ''
    if shown and not is_shown and len(trees) == 1:
        beside = (
            f'<a class="beside" href="{link([shown[0], *numbers])}">'
            f'compare<span> with {escape(name(trees[0]))}</span></a>'
        )
    return (
        f'<li class="{"aside" * is_aside(trees[0])}">'
        f'<a href="{link(numbers)}"{current}>'
        f'<b>{escape(name(trees[0]))}</b> <span>{facts}</span></a>{beside}</li>\n'
    )


def link(numbers):
    """Return where one request is shown, or two."""
    if len(numbers) == 1:
        return f'/requests/{numbers[0]}'
    return f'/compare/{numbers[0]}/{numbers[1]}'


def section(tree, ms=None, other=None):
    """Return the story of a request and its rows; in a comparison, on the axis of both."""
    axis, heading = ms or tree['ms'], 'h2' if ms else 'h1'
    hint = '' if ms else f' {HOW_TO_READ}'
    rows = Rows(tree, axis, other) if tree['items'] else '<p>No code of the stage was called.</p>\n'
    return f"""\
<section>
<{heading}>{escape(name(tree))} {_outcome(tree)}</{heading}>
<p class="story"><span class="stage">{escape(tree['stage'])}</span> {_told(tree)}{hint}</p>
{_error(tree)}<div class="axis" aria-hidden="true"><span>0</span><span>{axis:.1f} ms</span></div>
<div class="flow">
{rows}</div>
</section>
"""


def is_aside(tree):
    """Return whether a browser asked for it on its own: style sheets, pictures."""
    return tree['path'].startswith('/static/') or tree['path'] == '/favicon.ico'


def name(tree):
    """Return what was asked for."""
    return f'{tree["method"]} {tree["path"]}'


def _status(tree):
    return str(tree['status'] or 'no answer')


def _outcome(tree):
    kind = 'failed' if not tree['status'] or tree['status'] >= 400 else ''
    words = ' '.join(filter(None, [_status(tree), tree['type']]))
    return f'<span class="outcome {kind}">→ {escape(words)}</span>'


def _told(tree):
    size = '' if tree['bytes'] is None else f'{tree["bytes"]} bytes '
    return f'{escape(story(tree))} {size}in {tree["ms"]:.1f} ms.'


def _error(tree):
    if not tree['error']:
        return ''
    return (
        f'<p class="error"><b>✗ {escape(tree["error"])}</b><br>'
        f'Nobody caught it, so aiohttp answered {_status(tree)}.</p>\n'
    )
