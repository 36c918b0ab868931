"""course.py bench: the home page of final against the same page written by hand."""

from tools import environment
from tools.errors import CommandError
from tools.process import call
from tools.stages import ROOT
from tools.test import mysql_url


def configure(parser):
    parser.add_argument(
        '--seconds', type=int, default=2, help='how long a round takes (default: 2)'
    )
    parser.add_argument(
        '--rounds', type=int, default=5, help='rounds for each program (default: 5)'
    )
    parser.add_argument(
        '--db', metavar='URL', type=mysql_url, help='a MySQL server instead of SQLite'
    )
    parser.add_argument(
        '--flow', action='store_true', help='instead: final with and without the recorder of --flow'
    )


def run(options, rest):
    """Run bench/home.py in the environment; its exit code is ours."""
    if min(options.seconds, options.rounds) < 1:
        raise CommandError('The least that course.py bench can do is one round of one second.')
    numbers = [str(options.seconds), str(options.rounds)]
    command = [environment.ensure(), '-m', 'bench.home', options.db or '', *numbers]
    return call([*command, *['--flow'] * options.flow], cwd=ROOT)
