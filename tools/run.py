"""course.py run: a stage's program, from the environment, until Ctrl-C."""

import os
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from tools import environment
from tools.errors import PORT, CommandError
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
    if options.db:
        environ['DATABASE_URL'] = _absolute(options.db)
    port = environ.get('PORT') or '9000'
    python = environment.ensure()
    _check_port(stage.name, port)
    os.chdir(ROOT / stage.name / 'www')
    command = [python, 'app.py']
    if os.name != 'nt':
        sys.stdout.flush()
        os.execve(python, command, environ)
    try:
        return subprocess.call(command, env=environ)
    except KeyboardInterrupt:  # the program has heard it, too
        return 0


def _absolute(url):
    path = url.removeprefix('sqlite:///')
    return url if path in (url, ':memory:') else f'sqlite:///{Path(path).absolute()}'


def _check_port(name, port):
    with socket.socket() as probe:
        busy = (
            port.isdigit() and int(port) < 65536 and not probe.connect_ex(('127.0.0.1', int(port)))
        )
    if busy:
        raise CommandError(
            f'Port {port} is in use by another program{_owner(int(port))}. '
            f'Stop that one, or: python3 course.py run {name} --port {int(port) + 1}',
            PORT,
        )


def _owner(port):
    """Return ` (pid 12: python app.py)`, as far as Linux lets us know."""
    with suppress(OSError):
        rows = [line.split() for line in Path('/proc/net/tcp').read_text().splitlines()[1:]]
        listening = {row[1].partition(':')[2]: row[9] for row in rows if row[3] == '0A'}
        socket_link = f'socket:[{listening.get(f"{port:04X}")}]'
        for link in Path('/proc').glob('[0-9]*/fd/*'):
            with suppress(OSError):  # it was closed meanwhile, or belongs to somebody else
                if os.readlink(link) == socket_link:
                    process = link.parent.parent
                    command = process.joinpath('cmdline').read_text().rstrip('\0')
                    return f' (pid {process.name}: {command[:60].replace(chr(0), " ")})'
    return ''
