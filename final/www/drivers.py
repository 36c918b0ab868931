"""Two databases behind one interface: `connect(url)`, `run(sql, args)` and `close()`.

`run` sends a statement, with `?` for each value, and returns its rows as dicts and their number.
"""

import asyncio
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from urllib.parse import unquote, urlsplit

import aiomysql
from pymysql.constants import CLIENT

from deadline import limited
from pool import create_pool
from retries import retried

# What `except` catches: the database is away, locked, full, or another program's;
OperationalError = (sqlite3.OperationalError, aiomysql.OperationalError)
# a key or unique value is taken, or one that has to be there is missing.
IntegrityError = (sqlite3.IntegrityError, aiomysql.IntegrityError)


class SQLite:
    """The embedded default, `sqlite:///FILE`: one connection, and one thread that uses it."""

    async def connect(self, url):
        thread = ThreadPoolExecutor(max_workers=1)
        self._call = partial(asyncio.get_running_loop().run_in_executor, thread)
        await self._call(self._open, url.removeprefix('sqlite:///'))

    async def run(self, sql, args):
        return await self._call(self._run, sql, args)

    async def close(self):
        await self._call(self._connection.close)

    def _open(self, path):
        if not path or path.startswith('sqlite:'):
            raise ValueError('no file')
        self._connection = sqlite3.connect(path, timeout=5, isolation_level=None)
        # Readers and a writer don't wait for each other, what is written survives a crash, and
        # foreign keys are heeded: MySQL does all that unasked.
        for pragma in ('journal_mode=wal', 'synchronous=full', 'foreign_keys=on'):
            self._connection.execute(f'pragma {pragma}')

    def _run(self, sql, args):
        cursor = self._connection.execute(sql, args)
        names = [column[0] for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor], cursor.rowcount


class SQLitePair:
    """Two connections to the file: whoever reads never waits for those who write."""

    async def connect(self, url):
        self._writer = self._reader = SQLite()
        await self._writer.connect(url)
        if url != 'sqlite:///:memory:':
            self._reader = SQLite()
            await self._reader.connect(url)

    async def run(self, sql, args):
        driver = self._reader if sql.startswith('select') else self._writer
        return await limited(driver.run(sql, args), sqlite3.OperationalError)

    async def close(self):
        for driver in {self._reader, self._writer}:
            await driver.close()


class MySQL:
    """A server that speaks MySQL's protocol: `mysql://user:password@host:port/database`."""

    table_options = ' character set utf8mb4 collate utf8mb4_bin'  # all of Unicode, A is not a

    async def connect(self, url):
        where = urlsplit(url)
        if not where.path[1:]:
            raise ValueError('no database')
        self._pool = await create_pool(
            host=where.hostname or '127.0.0.1',
            port=where.port or 3306,
            user=unquote(where.username or 'root'),
            password=unquote(where.password or ''),
            db=unquote(where.path[1:]),
            charset='utf8mb4',
            autocommit=True,
            client_flag=CLIENT.FOUND_ROWS,  # count the rows matched, not those changed
            cursorclass=aiomysql.DictCursor,
            # "Table exists already" is no news. The server gives up waiting before we do: else it
            # would go on with statements that nobody wants any more.
            init_command='set sql_notes=0, innodb_lock_wait_timeout=4, lock_wait_timeout=4',
        )

    async def run(self, sql, args):
        sql = sql.replace('%', '%%').replace('?', '%s')  # the driver's own mark is %s
        return await retried(self._run, sql, args)

    async def close(self):
        self._pool.close()

    async def _run(self, sql, args):
        async with self._pool.acquire() as connection, connection.cursor() as cursor:
            await cursor.execute(sql, args)
            return list(await cursor.fetchall()), cursor.rowcount


DRIVERS = {'sqlite': SQLitePair, 'mysql': MySQL}


async def connect(url):
    """Return the driver that `url` names, connected; a ConnectionError says why there is none."""
    scheme = url.partition(':')[0]
    if scheme not in DRIVERS:
        raise ConnectionError(f'unknown database driver {scheme!r}, choose from {sorted(DRIVERS)}')
    driver = DRIVERS[scheme]()
    try:
        async with asyncio.timeout(6):
            await driver.connect(url)
    except ValueError:  # it may quote the URL, and so the password
        examples = 'sqlite:///FILE or mysql://user:password@host:port/database'
        raise ConnectionError(f'cannot read the database URL, write {examples}') from None
    except Exception as error:  # whatever answers: it may be no database at all
        reason = error.args[-1] if error.args else 'no answer'
        raise ConnectionError(f'cannot open the database: {reason}') from error
    return driver
