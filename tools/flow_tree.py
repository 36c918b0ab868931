"""A recorded request as people read it: with the layer of each call, and the stage it came with.

`Flow` is documented JSON, too (`course.py flow --format json`): what tools/flow_recorder.py tells,
with "ms" instead of "took", and "at" in milliseconds; and for each call also "layer", "since" (a
stage), and "times" if it stands for several equal ones.
"""

import ast
from functools import cache
from pathlib import Path

from tools.stages import ROOT, STAGES

LAYERS = {
    'coroweb.py': 'framework',
    'request_data.py': 'framework',
    'apis.py': 'framework',
    'orm.py': 'ORM',
    'drivers.py': 'driver',
}
LONGEST = 50  # letters of an error in the headline
STATEMENTS = ('select', 'execute')  # the functions of orm.py that send one


def enrich(tree, www, stage):
    """Return the tree of a program in `www`, enriched; `stage` is its name, or `my`."""
    return _timed(tree) | {
        'stage': stage,
        'statements': len(list(statements(tree))),
        'items': [_enriched(item, www) for item in _joined(tree['items'])],
    }


def _timed(item):
    """Return a copy with "at" and, for "took", "ms" in milliseconds."""
    item = item.copy()
    if 'at' in item:
        item['at'] /= 1000
    if 'took' in item:
        item['ms'] = item.pop('took') / 1000
    return item


def _enriched(item, www):
    if 'log' in item:
        return _timed(item)
    line, layer = _definitions(www / item['file']).get(item['name'], (item['line'], 'code'))
    if item['file'].startswith('templates/'):
        line, layer = _template_line(www / item['file'], item['name']), 'template'
    return _timed(item) | {
        'line': line,
        'layer': layer,
        'since': _since(item['file'], item['name']),
        'items': [_enriched(child, www) for child in _joined(item['items'])],
    }


def _joined(items):
    """Put calls that follow one another, and did the same, into one."""
    joined = []
    for item in items:
        if joined and _shape(item) and _shape(joined[-1]) == _shape(item):
            last = joined[-1]
            times = last.get('times', 1) + 1
            joined[-1] = last | {'times': times, 'took': item['at'] + item['took'] - last['at']}
        else:
            joined.append(item)
    return joined


def _shape(item):
    """Return what a call did, without times and values; None if there is a line of the log."""
    children = [_shape(child) for child in item.get('items', ())]
    if 'log' in item or None in children:
        return None
    return item['name'], item['file'], item['error'], children


def calls(tree):
    """Yield all calls of a tree, the outermost first."""
    for item in tree['items']:
        if 'name' in item:
            yield item
            yield from calls(item)


def statements(tree):
    """Yield the calls that send a statement to the database."""
    return (call for call in calls(tree) if 'sql' in call and call['name'] in STATEMENTS)


def title(call):
    """Return what a call is called on the screen."""
    times = f' ×{call["times"]}' if 'times' in call else ''
    if call['layer'] != 'template':
        return call['name'] + times
    part = call['name'].removeprefix('root').replace('_', ' ', 1).replace('.', ' ')
    return f'{call["file"]}{" " * bool(part)}{part.strip()}{times}'


def result(call):
    """Return what came back of a call, in a few words; an empty text if that is nothing."""
    if call['error']:
        return f'✗ {call["error"]}'
    caught = [child['error'] for child in call['items'] if child.get('error')]
    text = f'{call["written"]} characters' if call.get('written') else call['returned'] or 'None'
    if caught:
        return f'{text}, after ✗ {caught[-1].partition(":")[0]}'
    return '' if text == 'None' else text


def headline(tree):
    """Return the first line: method, path, status, type, size, time, statements."""
    parts = [f'{tree["method"]} {tree["path"]}', str(tree['status'] or 'no answer')]
    parts += [tree['type']] * bool(tree['type'])
    parts += [f'{tree["bytes"]} bytes'] * (tree['bytes'] is not None)
    parts += [f'{tree["ms"]:.1f} ms', _count(tree['statements'], 'statement')]
    return '  '.join(parts) + (f'  ✗ {tree["error"][:LONGEST]}' if tree['error'] else '')


def story(tree):
    """Tell in a sentence what the request did."""
    found = list(calls(tree))

    def number(layer):
        names = {(c['name'], c['file']) for c in found if c['layer'] == layer}
        return len(names)

    middlewares, handlers = number('middleware'), number('handler')
    templates = len({c['file'] for c in found if c['layer'] == 'template'})
    wrap = f'{_count(middlewares, "middleware")} {"wraps" if middlewares == 1 else "wrap"} '
    whole = f'{wrap if middlewares else ""}{_count(handlers, "handler")}'
    parts = []
    if tree['statements']:
        parts.append(f'asked the database {_count(tree["statements"], "time")}')
    if templates:
        parts.append(f'filled {_count(templates, "template")}')
    link = ', which ' if handlers else ', and '
    return f'{whole}{link * bool(parts)}{" and ".join(parts)}.'


def _count(number, word):
    return f'{number} {word}{"s" * (number != 1)}'


@cache
def _definitions(path):
    """Return the functions of a file: their full names -> line, layer."""
    found = {}
    if path.suffix == '.py' and path.exists():
        _collect(ast.parse(path.read_bytes()), (), path.name, found)
    return found


def _collect(node, names, file, found):
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            name = (*names, child.name)
            found['.'.join(name)] = child.lineno, _layer(child, file)
            _collect(child, name, file, found)


def _layer(node, file):
    decorators = {ast.unparse(decorator).partition('(')[0] for decorator in node.decorator_list}
    if 'web.middleware' in decorators:
        return 'middleware'
    if decorators & {'get', 'post'} or (file, node.name) == ('app.py', 'index'):
        return 'handler'
    if file == 'orm.py' and node.name in STATEMENTS:
        return 'SQL'
    return LAYERS.get(file, 'code')


def _template_line(path, name):
    if path.exists() and '_' in name:
        block = name.partition('_')[2]
        for number, line in enumerate(path.read_text(encoding='utf-8').splitlines(), 1):
            if f'block {block}' in line:
                return number
    return 1


@cache
def _since(file, name):
    """Return the first stage that has this function or template; `my` if none has."""
    for stage in STAGES:
        path = Path(ROOT, stage.name, 'www', file)
        if name in _definitions(path) or (path.suffix != '.py' and path.exists()):
            return stage.name
    return 'my'
