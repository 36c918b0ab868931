"""course.py bench: the home page of final against the same page written by hand."""

from tools import environment
from tools.process import call
from tools.stages import ROOT


def configure(parser):
    parser.add_argument(
        '--seconds', type=int, default=2, help='how long a round takes (default: 2)'
    )
    parser.add_argument(
        '--rounds', type=int, default=5, help='rounds for each program (default: 5)'
    )
    parser.add_argument('--db', metavar='URL', default='', help='a MySQL server instead of SQLite')


def run(options, rest):
    """Run bench/home.py in the environment; its exit code is ours."""
    numbers = [str(options.seconds), str(options.rounds)]
    command = [environment.ensure(), '-m', 'bench.home', options.db, *numbers]
    return call(command, cwd=ROOT)
