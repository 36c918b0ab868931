"""course.py lab: day05 with fewer middlewares, or in another order: both logs."""

import ast
import shutil
import tempfile
import textwrap
from itertools import zip_longest
from pathlib import Path

from tools import environment
from tools.errors import CommandError
from tools.program import Program
from tools.stages import ROOT, find
from tools.start import NOT_COPIED
from tools.terminal import colour
from tools.transcripts import TRACEBACK

STAGE = find('day05')
WWW = ROOT / STAGE.name / 'www'
LONGEST = 240  # letters of a line


def configure(parser):
    parser.add_argument('subject', choices=['middleware'])
    parser.add_argument('--without', metavar='NAMES', default='', help='leave these out')
    parser.add_argument('--order', metavar='NAMES', default='', help='the outermost first')
    parser.add_argument('--path', default='/', help='what to ask for (default: /)')
    parser.epilog = 'Example: python3 course.py lab middleware --order response,logger,auth'


def run(options, rest):
    """Ask both programs for the page, and print their logs side by side."""
    source = WWW.joinpath('app.py').read_text(encoding='utf-8')
    layers = _layers(source)
    chosen = _chosen(list(layers), options)
    python = environment.ensure()
    with tempfile.TemporaryDirectory() as folder:
        www = Path(folder, 'www')
        shutil.copytree(WWW, www, ignore=NOT_COPIED)
        www.joinpath('app.py').write_text(_rearranged(source, layers, chosen), encoding='utf-8')
        titles = [', '.join(layers), ', '.join(chosen) or 'no middlewares']
        logs = [_log(python, path, options.path) for path in (WWW, www)]
    _print(titles, logs)
    return 0


def _layers(source):
    """Return the middlewares of app.py: short name -> node, in their order."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.keyword) and node.arg == 'middlewares':
            return {call.func.id.removesuffix('_factory'): call for call in node.value.elts}
    raise CommandError(f'{STAGE.name}/www/app.py has no list of middlewares.')


def _chosen(names, options):
    left_out, order = _split(options.without), _split(options.order)
    for name in (*left_out, *order):
        if name not in names:
            raise CommandError(f'There is no middleware {name!r}: choose from {", ".join(names)}.')
    if not left_out and not order:
        raise CommandError('Say what to change: --without auth, or --order response,logger,auth.')
    order += [name for name in names if name not in order]
    return [name for name in order if name not in left_out]


def _split(names):
    return [name.strip() for name in names.split(',') if name.strip()]


def _rearranged(source, layers, chosen):
    """Return the program with only the chosen middlewares, in this order."""
    lines = source.splitlines(keepends=True)
    first = min(call.lineno for call in layers.values())
    last = max(call.end_lineno for call in layers.values())
    new = [''.join(lines[layers[name].lineno - 1 : layers[name].end_lineno]) for name in chosen]
    return ''.join([*lines[: first - 1], *new, *lines[last:]])


def _log(python, www, path):
    """Return what the program logs for the request, and how it answers."""
    program = Program(www, 'sqlite:///:memory:', python=python)
    try:
        answer = program.get(path)
        program.stop()
        # It listens a moment before it says so, which belongs to the start all the same.
        start = next(n for n, line in enumerate(program.lines) if 'server started at' in line)
        log = TRACEBACK.sub('', ''.join(program.lines[start + 1 :]))
        lines = [line.removeprefix('INFO:root:')[:LONGEST] for line in log.splitlines()]
        return [*lines, f'= {answer.status} {answer.headers["Content-Type"]}']
    finally:
        program.close()


def _print(titles, logs):
    width = (shutil.get_terminal_size().columns - 3) // 2
    columns = [_wrapped([title, '', *log], width) for title, log in zip(titles, logs, strict=True)]
    for left, right in zip_longest(*columns, fillvalue=''):
        text = f'{left:<{width}} | {right}'
        print(text.rstrip() if left == right else colour('yellow', text.rstrip()))


def _wrapped(lines, width):
    return [part for line in lines for part in textwrap.wrap(line, width) or ['']]
