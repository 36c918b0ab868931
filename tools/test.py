"""course.py test: the tests of the stages, with pytest."""

import shlex
from itertools import takewhile

from tools import environment
from tools.process import call
from tools.stages import ROOT, find


def configure(parser):
    parser.usage = 'course.py test [stage ...] [--db URL] [what pytest understands]'
    parser.add_argument(
        '--db', metavar='URL', help='a MySQL server: mysql://user:password@host:port'
    )


def run(options, rest):
    """Run pytest and show how; its exit code is ours."""
    names = list(takewhile(lambda word: not word.startswith('-'), rest))
    stages = [find(name).name for name in names]
    command = [environment.ensure(), '-m', 'pytest', *stages]
    if options.db:
        command.append(f'--db={options.db}')
    command += rest[len(names) :]
    print(f'+ cd {ROOT} && {shlex.join(command)}', flush=True)
    return call(command, cwd=ROOT)
