"""The source of what was called: a function, or a part of a template."""

import ast
from functools import lru_cache

from tools.highlight import highlight

FUNCTIONS = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def source(www, call):
    """Return the number of the first line, and each line as colours know it; None if it is gone."""
    path = www / call['file']
    try:
        return _source(path, path.stat().st_mtime_ns, call['name'])
    except (OSError, SyntaxError, ValueError):  # the learner is just changing the file
        return None


@lru_cache(maxsize=500)
def _source(path, changed, name):
    text = path.read_text(encoding='utf-8')
    first, last = (_function if path.suffix == '.py' else _part)(text, name)
    lines = text.splitlines(keepends=True)[first - 1 : last]
    return first, highlight(path.name, lines)[: len(lines)]


def _function(text, name):
    node = ast.parse(text)
    for part in name.split('.'):
        node = next((child for child in _inside(node) if child.name == part), None)
        if not node:
            raise ValueError(f'there is no {name}')
    return min(item.lineno for item in [node, *node.decorator_list]), node.end_lineno


def _inside(node):
    return (child for child in ast.walk(node) if isinstance(child, FUNCTIONS) and child != node)


def _part(text, name):
    """Return the lines of a block; the rest of a template is best seen as a whole."""
    lines = text.splitlines()
    block = name.partition('block_')[2]
    first = next((n for n, s in enumerate(lines, 1) if block and f'block {block} ' in s), None)
    if not first:
        return 1, len(lines)
    depth = 0
    for number, line in enumerate(lines[first - 1 :], first):
        depth += line.count('{% block ') - line.count('{% endblock')
        if depth <= 0:
            return first, number
    return first, len(lines)
