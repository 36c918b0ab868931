"""A recorded request as rows of HTML: numbered, nested, on a time axis, with the code behind each.

<li>
  <details>       a row; open, it shows the statement and the function's source
  <details open>  what happened inside, which can be folded
"""

from html import escape
from itertools import count

from tools.flow_source import source
from tools.flow_tree import result, title
from tools.highlight import highlight, html
from tools.progress import www_of

AXIS = 1000  # how long a bar's axis is, in the units of its picture
THINNEST = 4  # of these units, so that the shortest call is seen
SIGNS = ('SQL: ', 'ERROR:', 'WARNING:')


class Rows:
    """The calls and lines of the log of a request.

    The time axis ends after `ms`. Calls that `other`, a set of names and files, lacks are marked.
    """

    def __init__(self, tree, ms=None, other=None):
        self._tree, self._ms, self._other = tree, ms or tree['ms'], other
        self._www = www_of(tree['stage'])
        self._numbers = count(1)

    def __str__(self):
        return self._list(self._tree['items'])

    def _list(self, items):
        return f'<ol>\n{"".join(map(self._item, items))}</ol>\n'

    def _item(self, item):
        return self._call(item) if 'name' in item else _log(item)

    def _call(self, call):
        number = next(self._numbers)
        return (
            f'<li class="call {call["layer"]}{" failed" * bool(call["error"])}">\n'
            f'<details class="row"><summary>{self._summary(number, call)}</summary>\n'
            f'{self._code(call)}</details>\n'
            f'{self._inside(number, call)}</li>\n'
        )

    def _inside(self, number, call):
        if not call['items']:
            return ''
        name = f'what {number} {escape(title(call))} did'
        return (
            f'<details class="inside" open><summary><span>{name}</span></summary>\n'
            f'{self._list(call["items"])}</details>\n'
        )

    def _summary(self, number, call):
        place = f'{call["file"].rpartition("/")[2]}:{call["line"]}'
        stage = call['since'].partition('_')[0]
        return (
            f'<span class="step">{number}</span>'
            f'<span class="what"><span class="layer">{call["layer"]}</span> '
            f'<b>{escape(title(call))}</b> <code class="place">{escape(place)}</code> '
            f'<span class="stage">{stage}</span>{self._mark(call)}{_result(call)}</span>'
            f'{self._bar(call)}<span class="ms">{call["ms"]:.1f} ms</span>'
        )

    def _mark(self, call):
        is_alone = self._other is not None and identity(call) not in self._other
        return ' <span class="only">only here</span>' * is_alone

    def _bar(self, call):
        width = min(max(call['ms'] / self._ms * AXIS, THINNEST), AXIS)
        x = min(max(call['at'] / self._ms * AXIS, 0), AXIS - width)
        return (
            f'<svg viewBox="0 0 {AXIS} 10" preserveAspectRatio="none" aria-hidden="true">'
            f'<rect x="{x:.0f}" y="0" width="{width:.0f}" height="10"/></svg>'
        )

    def _code(self, call):
        return f'<div class="behind">{_statement(call)}{self._source(call)}</div>'

    def _source(self, call):
        path = f'{self._www.parent.name}/www/{call["file"]}'
        found = source(self._www, call)
        if not found:
            return f'<p>{escape(path)} has changed since: this is no longer there.</p>\n'
        first, lines = found
        rows = ''.join(
            f'<span data-line="{number}">{_pieces(line)}</span>\n'
            for number, line in enumerate(lines, first)
        )
        return f'<p>{escape(path)}</p>\n<pre class="source"><code>{rows}</code></pre>\n'


def identity(call):
    """Return what makes a call of one stage the same as one of another."""
    return call['name'], call['file']


def _result(call):
    text = result(call)
    if not text:
        return ''
    text, after, error = text.partition(', after ✗ ')
    caught = f' <span class="caught">caught {escape(error)} here</span>' * bool(after)
    kind = 'error' if call['error'] else 'back'
    arrow = '' if call['error'] else '→\N{NO-BREAK SPACE}'
    return f' <span class="{kind}">{arrow}{escape(text)}</span>{caught}'


def _log(item):
    lead, colon, message = item['log'].partition(':root:')
    kind = next((sign.strip(': ').lower() for sign in SIGNS if sign in item['log'][:20]), '')
    if not colon:
        lead, message = '', item['log']
    return (
        f'<li class="log {kind}"><code><span>{escape(lead + colon)}</span>'
        f'{escape(message)}</code></li>\n'
    )


def _statement(call):
    if 'sql' not in call:
        return ''
    [sql] = highlight('a.sql', [call['sql'].replace('\n', ' ')])
    values = ''.join(f'<li><code>{escape(value)}</code></li>' for value in call['values'])
    return (
        f'<p>The statement</p>\n<pre class="statement"><code>{_pieces(sql)}</code></pre>\n'
        + (
            f'<p>Its values, one for each ?</p>\n<ol class="values">{values}</ol>\n'
            if values
            else ''
        )
        + f'<p class="rows">{_result(call) or "Nothing came back."}</p>\n'
    )


def _pieces(line):
    return ''.join(html(*piece) for piece in line)
