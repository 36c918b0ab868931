"""The connections to MySQL: few, kept open, and lent in the order in which one asks for them.

aiomysql has a pool, too. It looks at all its connections at each loan, and under load some wait
long while others pass them.
"""

import asyncio
from contextlib import asynccontextmanager
from functools import partial

import aiomysql

SIZE = 10  # connections of this process, at most
FRESH = 1  # seconds after a loan in which a connection needs no check


async def create_pool(**options):
    """Return a Pool, connected as aiomysql.connect does; it raises what that raises."""
    pool = Pool(partial(aiomysql.connect, **options))
    async with pool.acquire():
        return pool


class Pool:
    """Lends connections: `async with pool.acquire() as connection`."""

    def __init__(self, connect):
        self._connect = connect
        self._free = []
        self._turn = asyncio.Semaphore(SIZE)

    @asynccontextmanager
    async def acquire(self):
        async with self._turn:
            connection = await self._take()
            try:
                yield connection
            except BaseException as error:
                if not isinstance(error, aiomysql.IntegrityError):
                    connection.close()  # an answer that nobody waits for may be on its way
                raise
            finally:
                if not connection.closed:
                    self._free.append(connection)

    def close(self):
        """Close all connections, without a word to the server: it may not listen."""
        for connection in self._free:
            connection.close()

    async def _take(self):
        while self._free:
            connection = self._free.pop()
            if asyncio.get_running_loop().time() - connection.last_usage < FRESH:
                return connection
            try:
                await connection.ping(reconnect=False)
                return connection
            except (aiomysql.MySQLError, OSError):  # the server was away meanwhile
                connection.close()
        return await self._connect()
