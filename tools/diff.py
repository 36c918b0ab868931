"""course.py diff: what one stage adds to another, in the terminal or as a page."""

import os
import sys

from tools.changes import both, compare, in_www, total
from tools.errors import CommandError
from tools.stages import ROOT
from tools.terminal import colour, plain

CONTEXT = 3  # unchanged lines around a change
PAGES = ROOT / 'pages'


def configure(parser):
    parser.add_argument('before', help='2, day02, day02_orm, or my: your own version')
    parser.add_argument('after', help='3, day03, day03_models, or my')
    parser.add_argument('file', nargs='?', help='only this one, such as app.py')
    parser.add_argument('--stat', action='store_true', help='only how many lines of which file')
    parser.add_argument('--html', action='store_true', help='write a page, side by side, instead')
    parser.add_argument('--open', action='store_true', help='write that page and open it')
    parser.epilog = 'Example: python3 course.py diff day02 day03 app.py'


def run(options, rest):
    """Show the differences, in a pager if they go to a terminal, or write the page."""
    before, after = both(options.before, options.after)
    changes = compare(before, after, options.file)
    if not changes:
        print(f'{options.file or "Everything"} is the same in {before.name} and {after.name}.')
    elif options.html or options.open:
        return _page(before, after, options)
    elif options.stat:
        print('\n'.join(map(plain, _statistics(changes))))
    else:
        _show('\n'.join(''.join(unified(change, before, after)) for change in changes))
    return 0


def _statistics(changes):
    width = max(len(change.name) for change in changes)
    for change in changes:
        kind = change.kind if change.kind != 'changed' else ''
        note = change.hidden or kind
        yield f'{change.name:<{width}} {_numbers([change], 6)}  {note}'.rstrip()
    yield ''
    code = [change for change in changes if not change.is_test]
    tests = [change for change in changes if change.is_test]
    for title, part in [('code', code), ('tests', tests)]:
        if part:
            yield f'{title:<{width}} {_numbers(part, 6)}'


def _numbers(changes, width):
    added, removed = total(changes)
    return colour('green', f'{f"+{added}":>{width}}') + colour('red', f'{f"−{removed}":>{width}}')


def unified(change, before, after):
    """Return the lines of a change in the form that `patch` understands."""
    if change.hidden:
        yield f'{colour("bold", change.name)} is {change.kind}: {change.hidden}\n'
        return
    for sign, stage, lines in [('---', before, change.before), ('+++', after, change.after)]:
        path = '/dev/null' if lines is None else f'{stage.name}/www/{change.name}'
        yield colour('bold', f'{sign} {path}') + '\n'
    for hunk in change.matcher.get_grouped_opcodes(CONTEXT):
        yield from _hunk(hunk, change)


def _hunk(opcodes, change):
    (_, i, _, j, _), (*_, i_end, _, j_end) = opcodes[0], opcodes[-1]
    yield colour('cyan', f'@@ -{_range(i, i_end)} +{_range(j, j_end)} @@') + '\n'
    for kind, i, i_end, j, j_end in opcodes:
        if kind == 'equal':
            yield from map(_line(' '), change.before[i:i_end])
            continue
        yield from map(_line('-', 'red'), change.before[i:i_end] if change.before else ())
        yield from map(_line('+', 'green'), change.after[j:j_end] if change.after else ())


def _range(start, end):
    return f'{start + (end > start)},{end - start}'  # an empty one is after the line it names


def _line(sign, name=None):
    def line(text):
        whole = text.removesuffix('\n')
        end = '\n' if whole != text else '\n\\ No newline at end of file\n'
        return (colour(name, sign + whole) if name else sign + whole) + end

    return line


def _show(text):
    pager = _pager()
    if not pager:
        print(text, end='')
        return
    from tempfile import TemporaryFile  # here, because it is only slow for a human

    from tools.process import call

    with TemporaryFile('w+', encoding=sys.stdout.encoding, errors='backslashreplace') as file:
        file.write(text)
        file.seek(0)
        call(pager, stdin=file, env={'LESS': 'FRX'} | os.environ)


def _pager():
    if os.name == 'nt' or not sys.stdout.isatty():
        return None
    import shlex
    from shutil import which

    command = shlex.split(os.environ.get('PAGER', 'less -R'))
    return command if command and which(command[0]) else None


def _page(before, after, options):
    from tools import environment
    from tools.process import call

    words = [before.name, after.name, *filter(None, [options.file])]
    code = call([environment.ensure(), '-m', 'tools.diff_page', *words], cwd=ROOT)
    if code == 0 and options.open:
        _open(page_path(before, after, options.file))
    return code


def page_path(before, after, file=None):
    """Return where the page is written."""
    parts = [stage.name.partition('_')[0] for stage in (before, after)]
    if file:
        parts.append(in_www(file).replace('/', '-'))
    return PAGES / f'diff-{"-".join(parts)}.html'


def _open(path):
    import webbrowser

    if not webbrowser.open(path.as_uri()):
        raise CommandError('There is no browser here that could be started: open it yourself.')
