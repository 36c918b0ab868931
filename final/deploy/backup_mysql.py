"""Backups of MySQL and MariaDB: the SQL that makes the tables and their rows again."""

import gzip
import io
import os
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from urllib.parse import unquote, urlsplit

SUFFIX = '.sql.gz'
DUMP = (
    '--single-transaction',  # all as it was at one moment, and nobody has to wait
    '--quick',  # row by row, so that any number fits into the memory
    '--no-tablespaces',  # this and the next two need rights that the blog's account does not have
    '--skip-add-locks',
    '--skip-disable-keys',
    '--skip-add-drop-table',  # where something is already, an error is better
    '--default-character-set=utf8mb4',
)
COMPLETE = b'-- Dump completed'
TABLES = b'select table_name from information_schema.tables where table_schema = database()'


def dump(url, compressed):
    """Write the SQL; SystemExit if it is not complete."""
    with _account(url) as (account, database), tempfile.TemporaryFile() as errors:
        command = [_program('mariadb-dump', 'mysqldump'), account, *DUMP, database]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors) as process:
            end = _copy(process.stdout, compressed)
        errors.seek(0)
        if process.returncode or COMPLETE not in end:
            raise SystemExit(errors.read().decode().strip() or 'The dump ended early.')


def check(path):
    """Raise SystemExit unless the backup is complete."""
    with gzip.open(path) as content, open(os.devnull, 'wb') as nothing:
        if COMPLETE not in _copy(content, nothing):
            raise SystemExit(f'{path} is not complete.')


def is_empty(url):
    """Tell whether there are no rows."""
    queries = ''.join(f'select 1 from `{name}` limit 1;' for name in _tables(url))
    return not _run(url, io.BytesIO(queries.encode()))


def load(url, path):
    """Drop the tables and make those of the backup."""
    drops = ''.join(f'drop table `{name}`;' for name in _tables(url))
    _run(url, io.BytesIO(f'set foreign_key_checks=0;{drops}'.encode()))
    with gzip.open(path) as content:
        _run(url, content)


def _tables(url):
    return _run(url, io.BytesIO(TABLES)).split()


def _run(url, sql):
    """Let the server execute what the stream `sql` holds; return its answer."""
    with _account(url) as (account, database), tempfile.TemporaryFile() as script:
        _copy(sql, script)
        script.seek(0)
        command = [_program('mariadb', 'mysql'), account, '--batch', '--skip-column-names']
        command += ['--default-character-set=utf8mb4', database]
        run = subprocess.run(command, stdin=script, capture_output=True, text=True)
    if run.returncode:
        raise SystemExit(run.stderr.strip())
    return run.stdout


@contextmanager
def _account(url):
    """Give the option that names the account, and the database's name.

    The password is in a file that nobody else can read: a command line is for all to see.
    """
    where = urlsplit(url)
    values = {
        'host': where.hostname or '127.0.0.1',
        'port': where.port or 3306,
        'user': unquote(where.username or 'root'),
        'password': unquote(where.password or ''),
        'protocol': 'tcp',
    }
    with tempfile.NamedTemporaryFile('w', suffix='.cnf', encoding='utf-8') as file:
        file.write('[client]\n')
        for name, value in values.items():
            quoted = str(value).replace('\\', r'\\').replace('"', r'\"')
            file.write(f'{name}="{quoted}"\n')
        file.flush()
        yield f'--defaults-file={file.name}', unquote(where.path[1:])


def _program(*names):
    for name in names:
        if path := shutil.which(name):
            return path
    raise SystemExit(f'There is no program {names[0]}: install mariadb-client.')


def _copy(source, target):
    """Copy a stream to another; return the end of it."""
    end = b''
    while chunk := source.read(1 << 16):
        target.write(chunk)
        end = (end + chunk)[-200:]
    return end
