"""A MySQL server for the tests: the one that `--db` names, or one that is started for them."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
import uuid
from contextlib import closing
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pymysql

from tools.ports import free_port

PLACES = os.pathsep.join([os.environ.get('PATH', ''), '/usr/sbin', '/usr/local/sbin'])


def find_program():
    """Return the path of an installed server program, or None."""
    if sys.platform == 'win32':  # its set-up program takes other options
        return None
    return shutil.which('mariadbd', path=PLACES) or shutil.which('mysqld', path=PLACES)


class Server:
    """A server that somebody else has started; `url` names it, perhaps with a database."""

    def __init__(self, url):
        self.url = url

    def create_database(self):
        """Create an empty database; return its URL."""
        name = f'course_test_{uuid.uuid4().hex}'
        self.run(f'create database {name}')
        return f'{self.url}/{name}'

    def drop_database(self, url):
        """Drop what `create_database` created."""
        self.run(f'drop database {url.rpartition("/")[2]}')

    def connect(self):
        """Return a connection to it, and to the database if its URL names one."""
        where = urlsplit(self.url)
        return pymysql.connect(
            host=where.hostname,
            port=where.port or 3306,
            user=unquote(where.username or 'root'),
            password=unquote(where.password or ''),
            database=where.path[1:] or None,
        )

    def run(self, sql):
        """Run one statement; return its rows as tuples."""
        with closing(self.connect()) as connection, connection.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchall()

    def remove(self):
        """Leave it as it is."""


class OwnServer(Server):
    """A server of our own: in a temporary folder, on a free port, without a password.

    A `durable` one keeps what it has acknowledged when it is killed; the others are quicker.
    """

    def __init__(self, program, durable=False):
        self.folder = Path(tempfile.mkdtemp(prefix='course-mysql-'))
        self.port = free_port()
        super().__init__(f'mysql://root@127.0.0.1:{self.port}')
        self.command = [
            program,
            '--no-defaults',
            f'--datadir={self.folder / "data"}',
            '--loose-innodb-use-native-aio=0',  # the kernel's queue for it can be full
            '--loose-innodb-log-file-size=8M',  # 96 MB of a disk that may be nearly full
        ]
        in_haste = ['--innodb-flush-log-at-trx-commit=0', '--innodb-doublewrite=0']
        self.haste = [] if durable else in_haste
        if os.geteuid() == 0:  # a server refuses to run as root unless told to
            self.command.append('--user=root')
        try:
            self._create_system_tables()
            self.start()
        except BaseException:
            shutil.rmtree(self.folder)
            raise

    def start(self):
        """Start it, again if it was stopped; return when it answers."""
        with open(self.folder / 'log', 'ab') as log:
            self.process = subprocess.Popen(
                [
                    *self.command,
                    f'--port={self.port}',
                    '--bind-address=127.0.0.1',
                    f'--socket={self.folder / "socket"}',
                    f'--pid-file={self.folder / "pid"}',
                    *self.haste,
                ],
                stdout=log,
                stderr=log,
            )
        deadline = time.monotonic() + 60
        while not self._answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.process.kill()
                log = (self.folder / 'log').read_text(errors='replace')
                raise RuntimeError(log.strip().rpartition('\n')[2])
            time.sleep(0.05)

    def stop(self):
        """Stop it; its databases stay for the next `start`."""
        self.process.terminate()
        self.process.wait()

    def remove(self):
        """Stop it and delete its folder."""
        self.stop()
        shutil.rmtree(self.folder)

    def _answers(self):
        try:
            return self.run('select 1')
        except pymysql.err.OperationalError:
            return False

    def _create_system_tables(self):
        program, *options = self.command
        version = subprocess.check_output([program, '--version'], text=True)
        if 'MariaDB' in version:
            command = ['mariadb-install-db', *options, '--auth-root-authentication-method=normal']
        else:
            command = [program, *options, '--initialize-insecure']
        for _ in range(3):  # a busy machine was once seen to refuse it
            run = subprocess.run(command, capture_output=True, text=True, errors='replace')
            if run.returncode == 0:
                return
            shutil.rmtree(self.folder / 'data', ignore_errors=True)
        output = f'{run.stdout}\n{run.stderr}'.splitlines()
        raise RuntimeError(' '.join(line for line in output if 'ERROR' in line) or output[-1])
