"""The page of `course.py diff --html`: two stages side by side, without scripts.

    .venv/bin/python -m tools.diff_page day02 day03

It writes one file that needs no other, and prints its path.
"""

import re
import sys
from html import escape
from urllib.parse import quote

from tools.changes import both, compare, total
from tools.diff import page_path
from tools.diff_rows import Rows
from tools.page import HEAD, style

TEST = re.compile(r'^ *(?:async )?def test_(\w+)', re.MULTILINE)
PAGE = """\
{head}<body>
<header>
<h1>{title}</h1>
<p>{idea}</p>
</header>
<nav id="files" aria-label="Files">
{index}
</nav>
<main>
{sections}
</main>
<footer>
<p>Made by <code>python3 course.py {command}</code></p>
</footer>
</body>
</html>
"""


def main(before, after, file=None):
    """Write the page, and print where it is."""
    before, after = both(before, after)
    path = page_path(before, after, file)
    path.parent.mkdir(exist_ok=True)
    path.write_text(page(before, after, file), encoding='utf-8')
    print(path)


def page(before, after, file=None):
    """Return the page with all changes, or with those of one file."""
    changes = compare(before, after, file)
    new_tests = {change.name: _new_tests(change) for change in compare(before, after)}
    sections = [
        _section(change, before, after, new_tests.get(_test_file(change))) for change in changes
    ]
    words = ['diff', before.name, after.name, *filter(None, [file]), '--html']
    title = f'{before.name} → {after.name}'
    return PAGE.format(
        title=title,
        head=HEAD.format(title=title, head=f'<style>\n{style("diff_page.css")}</style>'),
        idea=escape(after.idea),
        index=_index(changes),
        sections='\n'.join(sections),
        command=escape(' '.join(words)),
    )


def _index(changes):
    parts = []
    for title, tests in [('Code', False), ('Tests', True)]:
        part = [change for change in changes if change.is_test == tests]
        if part:
            items = '\n'.join(_item(change) for change in part)
            numbers = _numbers(*total(part))
            parts.append(f'<h2>{title} {numbers}</h2>\n<ul>\n{items}\n</ul>')
    return '\n'.join(parts)


def _item(change):
    return f'<li><a href="#{quote(change.name)}">{escape(change.name)} {_summary(change)}</a></li>'


def _summary(change):
    kind = '' if change.kind == 'changed' else f' <small>{change.kind}</small>'
    return _numbers(*change.count()) + kind


def _numbers(added, removed):
    texts = [f'<b class="more">+{added}</b>'] * bool(added)
    texts += [f'<b class="less">−{removed}</b>'] * bool(removed)
    return ' '.join(texts)


def _section(change, before, after, tests):
    name = escape(change.name)
    body = _diff(change, before, after) if change.is_text else '<p>This is no text in UTF-8.</p>'
    return f"""\
<section id="{name}" class="{change.kind}">
<h2>{name} {_summary(change)} <a href="#files">all files</a></h2>
{body}
{_tests(change, after, tests) if tests else ''}</section>
"""


def _diff(change, before, after):
    names = {'new': [after], 'removed': [before], 'changed': [before, after]}[change.kind]
    columns = ''.join(f'<span>{stage.name}/www/{escape(change.name)}</span>' for stage in names)
    return f'<div class="columns">{columns}</div>\n{Rows(change)}'


def _tests(change, after, names):
    items = '\n'.join(f'<li>{escape(sentence(name))}</li>' for name in names)
    return f"""\
<h3>What {after.name} tests of it, in {escape(_test_file(change))}</h3>
<ul class="tests">
{items}
</ul>
"""


def _test_file(change):
    return f'{change.name.removesuffix(".py")}_test.py'


def _new_tests(change):
    before, after = (TEST.findall(''.join(lines or [])) for lines in (change.before, change.after))
    return [name for name in after if name not in before]


def sentence(name):
    """Return the name of a test as a sentence."""
    words = name.replace('_', ' ')
    return f'{words[0].upper()}{words[1:]}'


if __name__ == '__main__':
    main(*sys.argv[1:])
