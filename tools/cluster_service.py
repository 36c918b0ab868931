"""The programs of the cluster: each can be started, killed at once, and started again."""

import os
import re
import shutil
import signal
import socket
import subprocess
import time
from contextlib import closing, suppress
from http.client import HTTPConnection, HTTPException

import pymysql

from tools.errors import ENVIRONMENT, CommandError
from tools.mysql import PLACES, Server

SYNCED = '4'  # what Galera calls a node that belongs to the cluster and has everything


class Service:
    """A program whose output goes to a log; `ready` is a function that says if it works yet."""

    def __init__(self, name, command, log, ready, environ=()):
        self.name, self.command, self.log, self.ready = name, command, log, ready
        self.environ = os.environ | {'PATH': PLACES} | dict(environ)
        self.process = None

    def start(self, *options):
        """Start it, with more options perhaps; `wait` waits for it."""
        with open(self.log, 'ab') as log:
            self.process = subprocess.Popen(
                # If we are killed, it is, too. In a session of its own, it does not hear Ctrl-C.
                ['setpriv', '--pdeathsig', 'KILL', *self.command, *options],
                env=self.environ,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def wait(self, seconds=60):
        """Wait until it is ready; a CommandError says why it never will be."""
        with suppress(TimeoutError):
            wait_until(lambda: self.ready() or not self.runs(), seconds)
        if not self.ready():
            reason = reason_in(self.log.read_text(errors='replace'))
            raise CommandError(f'{self.name} does not start: {reason}', ENVIRONMENT)

    def runs(self):
        """Tell whether its process is there, well or not."""
        return bool(self.process) and self.process.poll() is None

    def stop(self):
        """Ask it to end, and wait until it has."""
        self.process.terminate()
        self.process.wait(30)

    def kill(self):
        """End it as a power cut would, and all that it has started."""
        if self.process:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        self.process = None


class Database(Service):
    """A node of Galera, with everything that it has in one folder."""

    def __init__(self, name, folder, config, port):
        self.socket = folder / 'socket'
        self.state = folder / 'data' / 'grastate.dat'  # what it has written down about its end
        options = [
            f'--defaults-file={config}',
            f'--datadir={folder / "data"}',
            f'--socket={self.socket}',
            f'--pid-file={folder / "pid"}',
            f'--port={port}',
            f'--tmpdir={folder}',
            '--innodb-buffer-pool-size=32M',  # three share a machine
            '--innodb-log-file-size=8M',
            '--innodb-use-native-aio=0',
            '--performance-schema=OFF',
        ]
        as_user = []
        if os.geteuid() == 0:  # as on a real machine: neither it nor rsync likes to be root
            as_user = ['--reuid=mysql', '--regid=mysql', '--clear-groups']
            shutil.chown(folder, 'mysql')
        self.as_user, self.options = ['setpriv', *as_user], options
        super().__init__(name, [*as_user, 'mariadbd', *options], folder / 'log', self.is_synced)

    def create(self):
        """Make the system's own tables, as Debian does when the package is installed."""
        options = ['--skip-test-db', '--auth-root-authentication-method=normal']
        self._prepare('mariadb-install-db', *options)

    def start(self, *options):
        """Start it as Debian does: it has to know how far its data came, or it gets all anew."""
        self.is_isolated = False
        super().start(f'--wsrep-start-position={self.position()}', *options)

    def position(self):
        """Return how far the data of a node that is down came: `CLUSTER:NUMBER`."""
        output = self._prepare('mariadbd', '--wsrep-recover')
        return re.search(r'Recovered position:\s*(\S+)', output)[1]

    def run(self, statements):
        """Run them as root, who has no password, but is let in on the node's own machine only."""
        connection = pymysql.Connection(user='root', autocommit=True, defer_connect=True)
        with socket.socket(socket.AF_UNIX) as door:  # pymysql does not close one that is locked
            door.connect(str(self.socket))
            connection.connect(door)
            cursor = connection.cursor()
            for statement in re.findall(r'[^;]+', statements):
                if statement.strip():
                    cursor.execute(statement)
            return cursor.fetchall()

    def status(self, name):
        """Return what the node says of itself, such as `wsrep_cluster_size`; None if it is away."""
        with suppress(OSError, pymysql.MySQLError):
            return dict(self.run(f"show status like '{name}'")).get(name)

    def _prepare(self, program, *options):
        run = subprocess.run(
            [*self.as_user, program, *self.options, *options],
            env=self.environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors='replace',
        )
        if run.returncode:
            reason = reason_in(run.stdout)
            raise CommandError(f'{program} failed for {self.name}: {reason}', ENVIRONMENT)
        return run.stdout

    @property
    def copies(self):
        """How often it got everything from another node, instead of what it had missed only."""
        return self.log.read_text(errors='replace').count('rsync SST completed on joiner')

    @property
    def conflicts(self):
        """How many of its transactions had to give way to those of other nodes."""
        names = ('wsrep_local_cert_failures', 'wsrep_local_bf_aborts')
        return sum(int(self.status(name)) for name in names)

    def is_synced(self):
        """Tell whether it belongs to the cluster and has everything."""
        return self.status('wsrep_local_state') == SYNCED

    def isolate(self, yes):
        """Cut its network, as far as the other nodes are concerned; or mend it."""
        self.run(f"set global wsrep_provider_options='gmcast.isolate={int(yes)}'")
        self.is_isolated = yes


def reason_in(log):
    """Return the first line that speaks of an error, or the last one."""
    lines = log.strip().splitlines() or ['it says nothing']
    return next((line for line in lines if re.search('error|alert|emerg', line, re.I)), lines[-1])


def wait_until(condition, seconds=30):
    """Wait for a function to return something true, or raise a TimeoutError."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f'after {seconds} s')
        time.sleep(0.05)


def answers(address, port, path):
    """Tell whether this path is answered with 200."""
    connection = HTTPConnection(address, port, timeout=10)
    with closing(connection), suppress(OSError, HTTPException):
        connection.request('GET', path)
        return connection.getresponse().status == 200
    return False


def has_rows(url):
    """Tell whether a database answers at this URL."""
    with suppress(pymysql.MySQLError):
        return Server(url).run('select 1') == ((1,),)
    return False
