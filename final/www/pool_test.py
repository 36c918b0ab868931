"""The connections to MySQL: how many there are, who gets one first, and that they are alive."""

import asyncio
from urllib.parse import urlsplit

import pytest

import pool


@pytest.fixture
async def mysql_pool(mysql_server):
    where = urlsplit(mysql_server.url)
    lent = await pool.create_pool(
        host=where.hostname,
        port=where.port,
        user=where.username,
        password=where.password or '',
        autocommit=True,
    )
    yield lent
    lent.close()


async def run(lent, sql):
    async with lent.acquire() as connection, connection.cursor() as cursor:
        await cursor.execute(sql)
        return (await cursor.fetchall())[0][0]


async def test_no_more_than_ten_connections_to_mysql_are_opened(mysql_pool):
    ids = await asyncio.gather(
        *(run(mysql_pool, 'select connection_id() + sleep(0.01)') for _ in range(40))
    )
    assert len(set(ids)) == pool.SIZE


async def test_who_asks_mysql_first_is_served_first(mysql_pool, monkeypatch):
    monkeypatch.setattr(pool, 'FRESH', 3600)
    served = []

    async def ask(number):
        async with mysql_pool.acquire() as connection, connection.cursor() as cursor:
            served.append(number)
            await cursor.execute('select sleep(0.001)')

    await asyncio.gather(*(ask(0) for _ in range(pool.SIZE)))  # to connect takes its time
    served.clear()
    await asyncio.gather(*(ask(number) for number in range(50)))
    assert served == [*range(50)]


async def test_a_connection_that_mysql_has_closed_is_not_lent_again(
    mysql_server, mysql_pool, monkeypatch
):
    monkeypatch.setattr(pool, 'FRESH', 0)
    number = await run(mysql_pool, 'select connection_id()')
    mysql_server.run(f'kill {number}')
    assert await run(mysql_pool, 'select connection_id()') != number


async def test_a_connection_whose_answer_nobody_waited_for_is_not_lent_again(mysql_pool):
    number = await run(mysql_pool, 'select connection_id()')
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await run(mysql_pool, 'select sleep(5)')
    assert await run(mysql_pool, 'select connection_id()') != number
