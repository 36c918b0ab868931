"""The lines of a change as HTML: what goes side by side, what is folded, which words are new."""

import re
from difflib import SequenceMatcher
from functools import cache
from itertools import accumulate, pairwise

from tools.diff import CONTEXT
from tools.highlight import highlight, html

WORD = re.compile(r'\w+|\s+|.')
OLD, NEW, SAME = 'del class="old"', 'ins class="now"', 'span class="now"'
TWIN = 'span class="old" aria-hidden="true"'  # the same line on the left, which nobody hears twice
SIMILAR = 0.6  # from this share of common words on, a line is the other one's new version


class Rows:
    """The lines of a change as HTML: rows of two columns, or of one where a file is new or gone."""

    def __init__(self, change):
        self.change = change
        self.before = highlight(change.name, change.before or [])
        self.after = highlight(change.name, change.after or [])

    def __str__(self):
        return '\n'.join(self._runs())

    def _runs(self):
        opcodes = self.change.matcher.get_opcodes()
        for index, (kind, i, i_end, j, j_end) in enumerate(opcodes):
            if kind == 'equal':
                before = CONTEXT if index else 0
                after = CONTEXT if index < len(opcodes) - 1 else 0
                yield from self._unchanged(i, j, i_end - i, before, after)
            elif kind == 'replace':
                yield from self._replaced(i, i_end, j, j_end)
            else:
                yield self._changed(range(i, i_end), range(j, j_end))

    def _unchanged(self, i, j, number, before, after):
        folded = number - before - after
        if folded <= CONTEXT:
            yield self._same(i, j, number)
            return
        yield self._same(i, j, before)
        rows = self._same(i + before, j + before, folded)
        yield f'<details>\n<summary>{folded} unchanged lines</summary>\n{rows}\n</details>'
        yield self._same(i + number - after, j + number - after, after)

    def _same(self, i, j, number):
        cells = ''.join(
            self._line(TWIN, self.before, i + n) + self._line(SAME, self.after, j + n)
            for n in range(number)
        )
        return f'<div class="rows">{cells}</div>' if cells else ''

    def _replaced(self, i, i_end, j, j_end):
        lines = self.change.before[i:i_end], self.change.after[j:j_end]
        pairs = [(i + m, j + n) for m, n in similar(*map(tuple, lines))]
        for (m, n), (m_next, n_next) in pairwise([(i - 1, j - 1), *pairs, (i_end, j_end)]):
            yield self._changed(range(m + 1, m_next), range(n + 1, n_next))
            if (m_next, n_next) in pairs:
                yield self._pair(m_next, n_next)

    def _changed(self, before, after):
        cells = [self._line(OLD, self.before, i) for i in before]
        cells += [self._line(NEW, self.after, j) for j in after]
        return f'<div class="rows">{"".join(cells)}</div>' if cells else ''

    def _pair(self, i, j):
        old, new = changed_words(self.change.before[i], self.change.after[j])
        cells = self._line(OLD, self.before, i, old)
        cells += self._line(NEW, self.after, j, new)
        return f'<div class="rows">{cells}</div>'

    def _line(self, tag, lines, index, marked=()):
        tokens = lines[index]
        code = ''.join(_token(*piece) for piece in _split(tokens, marked))
        indent = _indent(''.join(text for _, text in tokens))
        return f'<{tag} data-line="{index + 1}"{indent}>{code}</{tag.split()[0]}>\n'


def _indent(line):
    depth = len(line) - len(line.lstrip())
    return f' style="--indent: {depth}ch"' if depth else ''  # where it goes on if it is too long


def _token(kind, text, is_marked):
    code = html(kind, text)
    return f'<mark>{code}</mark>' if is_marked else code


def _split(tokens, marked):
    # A token may be marked in part: cut it where a mark begins or ends.
    start = 0
    for kind, text in tokens:
        end = start + len(text)
        cuts = [start, *sorted(cut for mark in marked for cut in mark if start < cut < end), end]
        for a, b in pairwise(cuts):
            yield kind, text[a - start : b - start], any(m <= a < n for m, n in marked)
        start = end


# Their words


def changed_words(before, after):
    """Return where two lines differ: for each a list of starts and ends."""
    old, new = WORD.findall(before), WORD.findall(after)
    opcodes = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    changes = [opcode[1:] for opcode in opcodes if opcode[0] != 'equal']
    return (
        _places(old, [(i, i_end) for i, i_end, _, _ in changes]),
        _places(new, [(j, j_end) for _, _, j, j_end in changes]),
    )


def _places(words, ranges):
    places = []
    for start, end in ranges:
        if places and not ''.join(words[places[-1][1] : start]).strip():
            start = places.pop()[0]  # only a blank is between them: one mark is easier to read
        places.append((start, end))
    starts = [0, *accumulate(map(len, words))]
    return [(starts[start], starts[end]) for start, end in places if start < end]


def similar(before, after):
    """Return pairs of indices: which line became which, in order."""
    scores = [
        (_likeness(old, new), -m, -n) for m, old in enumerate(before) for n, new in enumerate(after)
    ]
    score, m, n = max(scores, default=(0, 0, 0))
    if score < SIMILAR:
        return []
    m, n = -m, -n
    rest = similar(before[m + 1 :], after[n + 1 :])
    return [*similar(before[:m], after[:n]), (m, n), *((m + 1 + a, n + 1 + b) for a, b in rest)]


@cache
def _likeness(before, after):
    old, new = (list(filter(str.strip, WORD.findall(line))) for line in (before, after))
    return SequenceMatcher(None, old, new, autojunk=False).ratio()
