"""course.py docs: write into the chapters what they quote and what commands print."""

from tools import environment
from tools.process import call
from tools.stages import ROOT, find


def configure(parser):
    parser.usage = 'course.py docs [--check] [stage ...]'
    parser.add_argument('--check', action='store_true', help='write nothing, say what is not true')


def run(options, rest):
    """Run tools/chapters.py in the environment; its exit code is ours."""
    names = [find(name).name for name in rest]
    check = ['--check'] * options.check
    return call([environment.ensure(), '-m', 'tools.chapters', *check, *names], cwd=ROOT)
