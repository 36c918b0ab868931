"""course.py run: a stage's program, from the environment, until Ctrl-C."""

import os
import re
import sys
from pathlib import Path

from tools import environment
from tools.errors import PORT, CommandError
from tools.ports import is_free, owner
from tools.process import call
from tools.progress import www_of
from tools.stages import ROOT, find


def configure(parser):
    parser.add_argument('stage', nargs='+', help='1, day01, day01_hello, final; my: your own')
    parser.add_argument('--port', type=int, help='listen here instead of on 9000')
    parser.add_argument(
        '--db', metavar='URL', help='sqlite:///FILE or mysql://user:password@host/db'
    )
    parser.add_argument('--flow', action='store_true', help="show each request's way, live")
    parser.add_argument('--flow-port', type=int, default=9001, help='of its page (default: 9001)')
    parser.add_argument('--log', action='store_true', help='with --flow: the log as well')
    parser.epilog = 'Example: python3 course.py run final --flow'


def run(options, rest):
    """Become the program; its exit code is ours."""
    names = [name if name == 'my' else find(name).name for name in options.stage]
    if len(names) > 2 or (len(names) == 2 and not options.flow):
        raise CommandError('One stage runs at a time; with --flow two, side by side.')
    folders = [www_of(name) for name in names]
    environ = _environ(options)
    port = environ.get('PORT') or '9000'
    _check_port(' '.join([*names, *['--flow'] * options.flow]), port, '--port')
    if options.flow:
        command, folder = _watching(names, port, options), ROOT
    else:
        command, folder = _program(folders[0], environ), folders[0]
    python = environment.ensure()
    os.chdir(folder)
    if os.name != 'nt':
        sys.stdout.flush()
        os.execve(python, [python, *command], environ)
    return call([python, *command], env=environ)


def _environ(options):
    environ = dict(os.environ)
    if options.port is not None:
        environ['PORT'] = str(options.port)
    if url := options.db or environ.get('DATABASE_URL'):
        environ['DATABASE_URL'] = _absolute(url)
    return environ


def _program(www, environ):
    is_developed = environ.get('APP_ENV') != 'production'  # then final restarts after every change
    return ['app.py', *['--reload'] * (is_developed and www.joinpath('pymonitor.py').exists())]


def _watching(names, port, options):
    flow_port = str(options.flow_port)
    _check_port(f'{" ".join(names)} --flow', flow_port, '--flow-port')
    if int(port) == int(flow_port):
        raise CommandError('The page needs a port of its own: choose another --flow-port.')
    return ['-m', 'tools.flow_watch', port, flow_port, str(options.log), *names]


def _absolute(url):
    path = url.removeprefix('sqlite:///')
    return url if path in (url, ':memory:', '') else f'sqlite:///{Path(path).absolute()}'


def _check_port(words, port, option):
    if not re.fullmatch('[0-9]{1,5}', port) or int(port) > 65535:
        raise CommandError(f'There is no port {port!r}: choose from 1 to 65535.')
    if not is_free(int(port)):
        raise CommandError(
            f'Port {port} is in use by another program{owner(int(port))}. '
            f'Stop that one, or: python3 course.py run {words} {option} {int(port) + 1}',
            PORT,
        )
