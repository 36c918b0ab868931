"""course.py bench: how fast the blog is, beside others that show the same pages."""

import os

from tools import environment
from tools.errors import CommandError
from tools.process import call
from tools.stages import ROOT
from tools.test import mysql_url

QUESTIONS = {
    'growth': 'instead: with a thousand, 100,000 and a million posts',
    'workers': 'instead: two processes of final and one',
    'flow': 'instead: final with and without the recorder of --flow',
}


def configure(parser):
    parser.epilog = 'It measures for ten minutes, and writes down the results in bench/RESULTS.md.'
    parser.add_argument(
        '--seconds', type=int, default=2, help='how long a round takes (default: 2)'
    )
    parser.add_argument(
        '--rounds', type=int, default=5, help='rounds for each program (default: 5)'
    )
    parser.add_argument(
        '--db', metavar='URL', type=mysql_url, help='a MySQL server instead of one of its own'
    )
    questions = parser.add_mutually_exclusive_group()
    for name, text in QUESTIONS.items():
        questions.add_argument(f'--{name}', action='store_true', help=text)


def run(options, rest):
    """Run the package bench/ in the environment; its exit code is ours."""
    if min(options.seconds, options.rounds) < 1:
        raise CommandError('The least that course.py bench can do is one round of one second.')
    if os.name == 'nt':
        raise CommandError(
            'course.py bench needs Linux or macOS: gunicorn does not run on Windows.'
        )
    question = next((name for name in QUESTIONS if getattr(options, name)), 'compare')
    python = environment.ensure()
    if question == 'compare':
        environment.ensure_bench()
    numbers = [str(options.seconds), str(options.rounds)]
    return call([python, '-m', 'bench', question, options.db or '', *numbers], cwd=ROOT)
