"""course.py run: a stage's program, from the environment, until Ctrl-C."""

import os
import re
import sys
from pathlib import Path

from tools import environment
from tools.errors import PORT, CommandError
from tools.ports import is_free, owner
from tools.process import call
from tools.stages import ROOT, find


def configure(parser):
    parser.add_argument('stage', help='1, day01, day01_hello, final')
    parser.add_argument('--port', type=int, help='listen here instead of on 9000')
    parser.add_argument(
        '--db', metavar='URL', help='sqlite:///FILE or mysql://user:password@host/db'
    )


def run(options, rest):
    """Become the program; its exit code is ours."""
    stage = find(options.stage)
    environ = dict(os.environ)
    if options.port is not None:
        environ['PORT'] = str(options.port)
    if url := options.db or environ.get('DATABASE_URL'):
        environ['DATABASE_URL'] = _absolute(url)
    port = environ.get('PORT') or '9000'
    _check_port(stage.name, port)
    python = environment.ensure()
    os.chdir(ROOT / stage.name / 'www')
    reload = ['--reload'] * Path('pymonitor.py').exists()  # final restarts after every change
    command = [python, 'app.py', *reload]
    if os.name != 'nt':
        sys.stdout.flush()
        os.execve(python, command, environ)
    return call(command, env=environ)


def _absolute(url):
    path = url.removeprefix('sqlite:///')
    return url if path in (url, ':memory:', '') else f'sqlite:///{Path(path).absolute()}'


def _check_port(name, port):
    if not re.fullmatch('[0-9]{1,5}', port) or int(port) > 65535:
        raise CommandError(f'There is no port {port!r}: choose from 1 to 65535.')
    if not is_free(int(port)):
        raise CommandError(
            f'Port {port} is in use by another program{owner(int(port))}. '
            f'Stop that one, or: python3 course.py run {name} --port {int(port) + 1}',
            PORT,
        )
