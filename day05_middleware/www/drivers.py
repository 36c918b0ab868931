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

# What `except IntegrityError` catches: a key or unique value is taken, or a value is missing.
IntegrityError = (sqlite3.IntegrityError, aiomysql.IntegrityError)


class SQLite:
    """The embedded default, `sqlite:///FILE`: one connection, and one thread that uses it."""

    async def connect(self, url):
        thread = ThreadPoolExecutor(max_workers=1)
        self._call = partial(asyncio.get_running_loop().run_in_executor, thread)
        await self._call(self._open, url)

    async def run(self, sql, args):
        return await self._call(self._run, sql, args)

    async def close(self):
        await self._call(self._connection.close)

    def _open(self, url):
        path = url.removeprefix('sqlite:///')
        if path == url:
            raise ConnectionError(f'{url!r} names no file, write sqlite:///FILE.')
        try:
            self._connection = sqlite3.connect(path, timeout=5, isolation_level=None)
            # Readers and a writer don't wait for each other, and what is written survives a crash.
            self._connection.executescript('pragma journal_mode=wal; pragma synchronous=full')
        except sqlite3.Error as error:
            raise ConnectionError(f'Cannot open the SQLite file {path}: {error}.') from error

    def _run(self, sql, args):
        cursor = self._connection.execute(sql, args)
        names = [column[0] for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor], cursor.rowcount


class MySQL:
    """A server that speaks MySQL's protocol: `mysql://user:password@host:port/database`."""

    table_options = ' character set utf8mb4 collate utf8mb4_bin'  # all of Unicode, compared exactly

    async def connect(self, url):
        url = urlsplit(url)
        try:
            async with asyncio.timeout(5):
                self._pool = await aiomysql.create_pool(
                    host=url.hostname,
                    port=url.port or 3306,
                    user=unquote(url.username or 'root'),
                    password=unquote(url.password or ''),
                    db=unquote(url.path[1:]),
                    charset='utf8mb4',
                    autocommit=True,
                    client_flag=CLIENT.FOUND_ROWS,  # count the rows matched, not those changed
                    cursorclass=aiomysql.DictCursor,
                    init_command='set sql_notes=0',  # "table exists already" is no news
                )
        except (aiomysql.MySQLError, OSError, RuntimeError, ValueError) as error:
            reason = error.args[-1] if error.args else 'no answer within 5 seconds'
            raise ConnectionError(f'Cannot connect to MySQL: {reason}.') from error

    async def run(self, sql, args):
        sql = sql.replace('%', '%%').replace('?', '%s')  # the driver's own mark is %s
        async with self._pool.acquire() as connection, connection.cursor() as cursor:
            await cursor.execute(sql, args)
            return list(await cursor.fetchall()), cursor.rowcount

    async def close(self):
        self._pool.close()
        await self._pool.wait_closed()


DRIVERS = {'sqlite': SQLite, 'mysql': MySQL}
