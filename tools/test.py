"""course.py test: the tests of the stages, with pytest."""

import shlex
import subprocess

from tools import environment
from tools.stages import ROOT, find


def configure(parser):
    parser.usage = 'course.py test [stage ...] [--db URL] [what pytest understands]'
    parser.add_argument('stages', nargs='*', metavar='stage', help='1, day01, final; all if none')
    parser.add_argument(
        '--db', metavar='URL', help='a MySQL server: mysql://user:password@host:port'
    )


def run(options, rest):
    """Run pytest and show how; its exit code is ours."""
    stages = [find(name).name for name in options.stages]
    command = [environment.ensure(), '-m', 'pytest', *stages]
    if options.db:
        command.append(f'--db={options.db}')
    command += rest
    print(f'+ cd {ROOT} && {shlex.join(command)}', flush=True)
    try:
        return subprocess.call(command, cwd=ROOT)
    except KeyboardInterrupt:
        return 130
