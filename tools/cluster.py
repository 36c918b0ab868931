"""course.py cluster: the blog on six machines, all of them this one; any may be killed."""

import os
import re
import shutil
import socket
import sys
from pathlib import Path

from tools import environment
from tools.errors import ENVIRONMENT, PORT, CommandError
from tools.ports import owner
from tools.stages import ROOT

SBIN = os.pathsep.join([os.environ.get('PATH', ''), '/usr/sbin', '/usr/local/sbin'])
PROGRAMS = ('mariadbd', 'mariadb-install-db', 'rsync', 'haproxy', 'nginx', 'setpriv')
GALERA = Path('/usr/lib/galera/libgalera_smm.so')
PACKAGES = 'mariadb-server galera-4 rsync haproxy nginx'
GALERA_PORTS = (4444, 4567, 4568)
MEMORY = 1000  # megabytes
TESTS = [f'final/deploy/cluster/cluster_{name}.py' for name in ('test', 'faults')]


def configure(parser):
    parser.add_argument(
        '--keep', action='store_true', help='no tests: leave it up until Ctrl-C, to try things out'
    )
    parser.epilog = 'It needs Linux and what is said in final/deploy/cluster/README.md.'


def run(options, rest):
    """Become the program that brings all up: if it is killed, all of them are."""
    check_machine()
    python = environment.ensure()
    command = ['-m', 'tools.cluster_run'] if options.keep else ['-m', 'pytest', '-vs', *TESTS]
    os.chdir(ROOT)
    sys.stdout.flush()
    os.execv(python, [python, *command])


def check_machine():
    """Raise an error if the cluster cannot run here."""
    if not sys.platform.startswith('linux'):
        raise CommandError('The cluster runs on Linux only.', ENVIRONMENT)
    missing = [name for name in PROGRAMS if not shutil.which(name, path=SBIN)]
    missing += [] if GALERA.exists() else [GALERA.name]
    if missing:
        raise CommandError(
            f'The cluster needs {" and ".join(missing)}. '
            f'On Debian or Ubuntu: sudo apt install {PACKAGES}',
            ENVIRONMENT,
        )
    free = re.search(r'MemAvailable: +(\d+)', Path('/proc/meminfo').read_text())
    if free and int(free[1]) < MEMORY * 1000:
        free = int(free[1]) // 1000
        raise CommandError(
            f'The cluster needs {MEMORY} MB of memory, and {free} MB are free.', ENVIRONMENT
        )


def check_ports(addresses):
    """Raise an error if somebody listens at Galera's ports, which are the same everywhere."""
    for address in addresses:
        for port in GALERA_PORTS:
            try:
                socket.create_server((address, port)).close()
            except OSError as error:
                raise CommandError(
                    f'The cluster needs port {port}: {error.strerror}{owner(port)}.', PORT
                ) from None
