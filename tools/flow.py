"""course.py flow: the way of one request through a stage: a tree, a diagram, a page."""

from tools import environment
from tools.errors import CommandError
from tools.process import call
from tools.stages import ROOT, find

FORMATS = ('text', 'json', 'mermaid', 'html')


def configure(parser):
    parser.add_argument('stage', help='5, day05, final; my: your own version')
    parser.add_argument('path', nargs='?', default='/', help='what to ask for (default: /)')
    parser.add_argument('--method', default='GET', help='POST, … (default: GET)')
    parser.add_argument('--json', metavar='TEXT', help='the body')
    parser.add_argument('--as', dest='email', metavar='EMAIL', help='signed in, in final')
    parser.add_argument('--format', choices=FORMATS, default='text')
    parser.epilog = 'Example: python3 course.py flow day05 /api/blogs'


def run(options, rest):
    """Run tools/flow_once.py in the environment; its exit code is ours."""
    if not options.path.startswith('/'):
        raise CommandError(f'A path begins with /, so write /{options.path}.')
    name = options.stage if options.stage == 'my' else find(options.stage).name
    command = [environment.ensure(), '-m', 'tools.flow_once', name, options.method.upper()]
    command += [options.path, options.json or '', options.email or '', options.format]
    return call(command, cwd=ROOT)
