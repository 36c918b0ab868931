"""course.py test: the tests of the stages, with pytest."""

import shlex
from argparse import ArgumentTypeError
from itertools import takewhile

from tools import environment
from tools.process import call
from tools.stages import ROOT, find


def configure(parser):
    parser.usage = 'course.py test [stage ...] [--db URL] [--browser] [what pytest understands]'
    parser.epilog = 'Example: python3 course.py test day02 -k pool. All that CI runs: -m ""'
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
    stages = [find(name).name for name in names]
    # Of two -m, pytest takes the last one: that of `rest`, if there is one.
    command = [environment.ensure(options.browser), '-m', 'pytest', '-m', 'not once', *stages]
    if options.db:
        command.append(f'--db={options.db}')
    command += rest[len(names) :]
    print(f'+ cd {ROOT} && {shlex.join(command)}', flush=True)
    return call(command, cwd=ROOT)
