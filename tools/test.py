"""course.py test: the tests of the stages, with pytest."""

import os
import shlex
from argparse import ArgumentTypeError
from itertools import takewhile

from tools import environment
from tools.process import call
from tools.stages import ROOT, STAGES, find

PARALLEL = ['--numprocesses=auto', '--maxprocesses=4', '--dist=loadfile']
LONG = ['slow', 'once']  # markers, see pyproject.toml
MEMORY = '/dev/shm'  # where Linux keeps files in memory
EVERYTHING = [*(stage.name for stage in STAGES), 'tools']


def configure(parser):
    parser.usage = (
        'course.py test [stage ...] [--all] [--db URL] [--browser] [what pytest understands]'
    )
    parser.epilog = 'Example: python3 course.py test day02 -k pool. In one process: -n0'
    parser.add_argument(
        '--all', action='store_true', help='what takes long, too, and the tests of course.py itself'
    )
    parser.add_argument(
        '--db',
        metavar='URL',
        type=mysql_url,
        help='a MySQL server: mysql://user:password@host:port',
    )
    parser.add_argument(
        '--browser', action='store_true', help='the tests in a browser, too: it needs Chromium'
    )


def mysql_url(text):
    """Return the text if it can be the URL of a MySQL server."""
    if not text.startswith('mysql://'):
        raise ArgumentTypeError(f'{text!r} is not like mysql://user:password@host:port')
    return text


def run(options, rest):
    """Run pytest and show how; its exit code is ours."""
    names = list(takewhile(lambda word: not word.startswith('-'), rest))
    paths = [find(name).name for name in names] or (EVERYTHING if options.all else [])
    command = [environment.ensure(options.browser), '-m', 'pytest', *PARALLEL]
    if not options.all:  # of two -m, pytest takes the last one: that of `rest`, if there is one
        left_out = LONG if options.browser else [*LONG, 'browser']
        command += ['-m', ' and '.join(f'not {marker}' for marker in left_out)]
    command += paths
    if options.db:
        command.append(f'--db={options.db}')
    command += rest[len(names) :]
    print(f'+ cd {ROOT} && {shlex.join(command)}', flush=True)
    return call(command, cwd=ROOT, env=environment_for_tests())


def environment_for_tests():
    """Return our environment variables, but for two that would make tests slow."""
    # With this variable, each process would compile anew what it imports, and pytest all tests.
    environ = {name: os.environ[name] for name in os.environ if name != 'PYTHONDONTWRITEBYTECODE'}
    if not environ.get('TMPDIR') and has_room(MEMORY, 4e9):
        environ['TMPDIR'] = MEMORY  # databases wait for a disk a tenth of the time
    return environ


def has_room(folder, size):
    """Tell whether so many bytes fit into a folder, and programs may run there."""
    try:
        place = os.statvfs(folder)
    except (AttributeError, OSError):  # Windows has none; others have no such folder
        return False
    return place.f_bavail * place.f_frsize > size and not place.f_flag & os.ST_NOEXEC
