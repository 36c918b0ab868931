"""Backups of SQLite: the content of the file, as it was at one moment."""

import gzip
import os
import shutil
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

SUFFIX = '.sqlite.gz'


def dump(url, compressed):
    """Write a copy of the database that was found to be in order."""
    path = _path(url)
    if not path.exists():
        raise SystemExit(f'There is no database {path}.')
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, 'copy.db')
        try:
            with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(copy)) as target:
                source.backup(target)  # in one go: who writes meanwhile is not kept waiting
                target.execute('pragma journal_mode=delete')  # one file, and none beside it
        except sqlite3.Error as error:
            raise SystemExit(f'Cannot read {path}: {error}.') from None
        _check(copy, path)
        with open(copy, 'rb') as content:
            shutil.copyfileobj(content, compressed)


def check(path):
    """Raise SystemExit unless the backup is complete and in order."""
    with tempfile.NamedTemporaryFile() as copy:
        _unpack(path, copy)
        _check(copy.name, path)


def is_empty(url):
    """Tell whether nothing would be lost; it has to be known that nobody uses the database."""
    path = _path(url)
    leftover = Path(f'{path}-wal')
    if not path.exists():
        if leftover.exists():
            raise SystemExit(f'There is {leftover} without its database: move it away, too.')
        return True
    try:
        with closing(sqlite3.connect(path, timeout=0)) as connection:
            connection.execute('pragma journal_mode=delete')  # nobody else may have it open
            tables = connection.execute("select name from sqlite_master where type = 'table'")
            queries = [f'select 1 from "{name}" limit 1' for (name,) in tables.fetchall()]
            return not any(connection.execute(query).fetchone() for query in queries)
    except sqlite3.OperationalError as error:
        raise SystemExit(f'{path}: {error}. Stop the blog first.') from None
    except sqlite3.DatabaseError as error:
        raise SystemExit(f'{path}: {error}. Move it away, then there is room.') from None


def load(url, path):
    """Put what the backup holds in the place of the database's file."""
    database = _path(url)
    descriptor, new = tempfile.mkstemp(dir=database.parent, prefix='.unfinished-')
    try:
        with open(descriptor, 'wb') as file:
            _unpack(path, file)
            os.fsync(file.fileno())
        os.replace(new, database)
    except BaseException:
        os.unlink(new)
        raise


def _path(url):
    return Path(url.removeprefix('sqlite:///'))


def _unpack(path, file):
    with gzip.open(path) as content:
        shutil.copyfileobj(content, file)
    file.flush()


def _check(database, path):
    with closing(sqlite3.connect(database)) as connection:
        try:
            problems = connection.execute('pragma integrity_check').fetchall()
            problems += connection.execute('pragma foreign_key_check').fetchall()
        except sqlite3.DatabaseError as error:
            problems = [error]
    if problems != [('ok',)]:
        raise SystemExit(f'{path} is damaged: {problems[0]}.')
