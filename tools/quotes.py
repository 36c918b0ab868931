"""Code for the chapters, by the name that it has: `orm.py Model.findAll` is that method."""

import ast
import re
from textwrap import dedent

LONGEST, LONGEST_FILE = 20, 40  # lines: what a reader takes in at once


def quote(root, words):
    """Return what `FILE`, `FILE name …` or `FILE "first line" … "last line"` means, as a text.

    A ValueError says what is not there, or that it is too long.
    """
    name, _, rest = words.partition(' ')
    path = root / name
    if not path.is_file():
        raise ValueError(f'there is no file {name}')
    source = path.read_text(encoding='utf-8')
    if not rest:
        text, longest = source, LONGEST_FILE
    elif rest.startswith('"'):
        text, longest = _between(source, rest), LONGEST
    else:
        text, longest = _symbols(source, rest.split()), LONGEST
    if (length := text.count('\n')) > longest:
        raise ValueError(f'{words} has {length} lines, and a quote at most {longest}')
    return text


def _between(source, words):
    match = re.fullmatch(r'"(.+)" … "(.+)"', words)
    if not match:
        raise ValueError(f'write "text of the first line" … "text of the last line", not {words}')
    lines = source.splitlines(keepends=True)
    first = _find(lines, match[1], 0)
    return dedent(''.join(lines[first : _find(lines, match[2], first) + 1]))


def _find(lines, text, start):
    for number in range(start, len(lines)):
        if text in lines[number]:
            return number
    raise ValueError(f'there is no line with {text!r}')


def _symbols(source, names):
    lines = source.splitlines(keepends=True)
    text, before = '', None
    for name in names:
        node = _node(ast.parse(source), name)
        decorators = getattr(node, 'decorator_list', [])
        first = min(item.lineno for item in [node, *decorators])
        if before is not None and first != before + 1:
            text += '\n'
        text += dedent(''.join(lines[first - 1 : node.end_lineno]))
        before = node.end_lineno
    return text


def _node(node, name):
    for part in name.split('.'):
        node = next((child for child in node.body if part in _names(child)), None)
        if not node:
            raise ValueError(f'there is no {name}')
    return node


def _names(node):
    match node:
        case ast.FunctionDef(name) | ast.AsyncFunctionDef(name) | ast.ClassDef(name):
            return {name}
        case ast.Assign(targets):
            return {n.id for target in targets for n in ast.walk(target) if isinstance(n, ast.Name)}
        case _:
            return set()
