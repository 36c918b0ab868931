"""course.py bench: the home page of final against a program written by hand."""

import subprocess

from tools import environment
from tools.stages import ROOT


def configure(parser):
    parser.add_argument(
        '--seconds', type=float, default=2, help='a round takes so long (default: 2)'
    )
    parser.add_argument(
        '--rounds', type=int, default=5, help='rounds for each program (default: 5)'
    )


def run(options, rest):
    """Run bench/home.py in the environment; its exit code is ours."""
    command = [environment.ensure(), '-m', 'bench.home', str(options.seconds), str(options.rounds)]
    return subprocess.call(command, cwd=ROOT)
