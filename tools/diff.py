"""course.py diff: what one stage adds to another, in the terminal or as a page."""

import os
import sys

from tools.changes import both, compare, in_www, total
from tools.errors import ENVIRONMENT, CommandError
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
        note = '' if change.kind == 'changed' else f'  {change.kind}'
        yield f'{change.name:<{width}} {_numbers([change], 6)}{note}'
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
    if not change.is_text:
        yield f'{colour("bold", change.name)} is {change.kind}, and no text in UTF-8\n'
        return
    for sign, stage, lines in [('---', before, change.before), ('+++', after, change.after)]:
        path = '/dev/null' if lines is None else f'{stage.name}/www/{change.name}'
        yield colour('bold', f'{sign} {path}') + '\n'
    for hunk in change.matcher.get_grouped_opcodes(CONTEXT):
        yield from _hunk(hunk, change)


def _hunk(opcodes, change):
    (_, i, _, j, _), (*_, i_end, _, j_end) = opcodes[0], opcodes[-1]
    yield colour('cyan', f'@@ -{_range(i, i_end)} +{_range(j, j_end)} @@') + '\n'
    before, after = change.before or [], change.after or []
    for kind, i, i_end, j, j_end in opcodes:
        if kind == 'equal':
            yield from (_line(f' {line}') for line in before[i:i_end])
        else:
            yield from (_line(f'-{line}', 'red') for line in before[i:i_end])
            yield from (_line(f'+{line}', 'green') for line in after[j:j_end])


def _range(start, end):
    return f'{start + (end > start)},{end - start}'  # an empty one is after the line it names


def _line(line, name=None):
    text = line.removesuffix('\n')
    end = '\n' if text != line else '\n\\ No newline at end of file\n'
    return (colour(name, text) if name else text) + end


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
    from shutil import which

    command = os.environ.get('PAGER', 'less -R').split()
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
        raise CommandError('No browser can be started here: open that file yourself.', ENVIRONMENT)
