"""course.py sql: a stage's database, in sqlite3 or the mysql client, or begun anew."""

import os
import shlex
import shutil
import sys
from contextlib import closing
from pathlib import Path
from urllib.parse import unquote, urlsplit

from tools.errors import ENVIRONMENT, CommandError
from tools.process import call
from tools.stages import ROOT, find
from tools.terminal import colour


def configure(parser):
    parser.add_argument('stage', nargs='?', default='final', help='2, day02, … (default: final)')
    parser.add_argument(
        '--db', metavar='URL', help='sqlite:///FILE or mysql://user:password@host/db'
    )
    parser.add_argument('--reset', action='store_true', help='ask, then delete the SQLite file')
    parser.add_argument('--yes', action='store_true', help='with --reset: do not ask')
    parser.epilog = 'Example: python3 course.py sql day03. Exit code: the one of the client.'


def run(options, rest):
    """Open the database that `--db`, DATABASE_URL or else the stage names; or delete it."""
    url = options.db or os.environ.get('DATABASE_URL') or _default(find(options.stage).name)
    if url.startswith('sqlite:///'):
        path = _existing(url.removeprefix('sqlite:///'))
        return _reset(path, options.yes) if options.reset else _open(_sqlite(path))
    where = server(url)
    if options.reset:
        name = where['database']
        raise CommandError(
            'course.py deletes SQLite files only. '
            f'Type in its sql: drop database `{name}`; create database `{name}`;'
        )
    password = where.pop('password')
    # The environment is for this user's eyes only, a command line for everybody's.
    return _open(_mysql(where), env=os.environ | {'MYSQL_PWD': password})


def _default(stage):
    www = ROOT / stage / 'www'
    if not www.joinpath('drivers.py').exists():
        raise CommandError(f'{stage} has no database: the first that has one is day02_orm.')
    return f'sqlite:///{www / "blog.db"}'


def _existing(name):
    path = Path(name).absolute()
    if not path.is_file():
        raise CommandError(f'There is no database {path} yet: a stage makes it when it runs.')
    return path


def server(url):
    """Return what the URL of a MySQL database says; an error does not repeat it."""
    try:
        where = urlsplit(url)
        if where.scheme != 'mysql' or not where.path[1:]:
            raise ValueError(url)
        return {
            'host': where.hostname or '127.0.0.1',
            'port': where.port or 3306,
            'user': unquote(where.username or 'root'),
            'password': unquote(where.password or ''),
            'database': unquote(where.path[1:]),
        }
    except ValueError:  # it quotes the URL, and so the password
        examples = 'sqlite:///FILE or mysql://user:password@host:port/database'
        raise CommandError(f'Cannot read the database URL, write {examples}.') from None


# The clients


def _sqlite(path):
    if client := shutil.which('sqlite3'):
        return [client, str(path)]
    if sys.version_info >= (3, 12):
        return [sys.executable, '-m', 'sqlite3', str(path)]
    raise CommandError(
        'Install sqlite3 to open the database (on Debian or Ubuntu: sudo apt install sqlite3), '
        'or call course.py with Python 3.12 or newer.',
        ENVIRONMENT,
    )


def _mysql(where):
    client = shutil.which('mariadb') or shutil.which('mysql')
    if not client:
        raise CommandError(
            'Install the mysql client to open the database '
            '(on Debian or Ubuntu: sudo apt install mariadb-client).',
            ENVIRONMENT,
        )
    # Without the defaults: a password in ~/.my.cnf would win over that of the URL.
    options = ['--no-defaults', '--protocol=tcp', '--default-character-set=utf8mb4']
    return [client, *options, *(f'--{name}={value}' for name, value in where.items())]


def _open(command, **options):
    print(f'+ {shlex.join(command)}', file=sys.stderr)
    return call(command, **options)


# The reset


def _reset(path, agreed):
    if _is_open(path):
        warning = 'A program has it open: end that first, or it goes on with what is deleted.'
        print(colour('yellow', warning))
    if not (agreed or _agrees(path)):
        print('Nothing is deleted.')
        return 1
    for file in (path, Path(f'{path}-wal'), Path(f'{path}-shm')):
        file.unlink(missing_ok=True)
    print(f'Deleted {path}. A stage makes a new one when it runs.')
    return 0


def _is_open(path):
    import sqlite3  # here, because some Pythons have none

    with closing(sqlite3.connect(path, timeout=0)) as connection:
        try:
            # The stages keep a lock that only suffers others like it.
            connection.execute('pragma locking_mode=exclusive')
            connection.execute('select 1 from sqlite_master')
        except sqlite3.DatabaseError as error:
            if error.sqlite_errorcode == sqlite3.SQLITE_BUSY:
                return True
            raise CommandError(f'{path} is left alone: {error}.') from error
    return False


def _agrees(path):
    if not sys.stdin.isatty():
        raise CommandError('Nobody can be asked where there is no terminal: add --yes to delete.')
    try:
        return input(f'Delete {path} and all that it holds? [y/N] ').strip().lower() == 'y'
    except EOFError:
        return False
