"""Statements that MySQL refuses: which are sent again, and which never twice."""

import asyncio

import aiomysql
import pytest

import deadline
import retries
from retries import retried

ROWS = [{'id': 1}], 1


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch):
    monkeypatch.setattr(retries, 'FIRST_PAUSE', 0.001, raising=False)


class Database:
    """Raises these errors, one at each try, and then has rows; `None` never answers."""

    def __init__(self, *errors):
        self.errors = list(errors)
        self.tries = 0

    async def run(self, sql, args):
        self.tries += 1
        await asyncio.sleep(0)  # as whoever waits for a network
        if not self.errors:
            return ROWS
        error = self.errors.pop(0)
        if error is None:
            await asyncio.Event().wait()
        raise error


def refused(code, text=''):
    kind = aiomysql.IntegrityError if code == 1062 else aiomysql.OperationalError
    return kind(code, text)


@pytest.mark.parametrize('sql', ['select 1', 'insert into x', 'update x set n=n+1'])
@pytest.mark.parametrize('code', [1205, 1213, 1047, 2003])
async def test_what_certainly_did_nothing_is_sent_again(sql, code):
    database = Database(refused(code), refused(code))
    assert await retried(database.run, sql, []) == ROWS
    assert database.tries == 3


@pytest.mark.parametrize('sql', ['select 1', 'insert into x', 'delete from x'])
async def test_what_does_no_harm_twice_is_sent_again_when_the_connection_broke(sql):
    database = Database(refused(2013))
    assert await retried(database.run, sql, []) == ROWS


async def test_an_update_is_not_sent_again_when_nobody_knows_whether_it_was_done():
    database = Database(refused(2013))
    with pytest.raises(aiomysql.OperationalError, match='2013'):
        await retried(database.run, 'update x set n=n+1', [])
    assert database.tries == 1


async def test_an_insert_whose_row_is_there_after_a_broken_connection_was_done():
    database = Database(refused(2013), refused(1062, "Duplicate entry '1' for key 'PRIMARY'"))
    assert await retried(database.run, 'insert into x', []) == ([], 1)


@pytest.mark.parametrize(
    'errors',
    [
        [refused(1062, "Duplicate entry '1' for key 'PRIMARY'")],
        [refused(1213), refused(1062, "Duplicate entry '1' for key 'PRIMARY'")],
        [refused(2013), refused(1062, "Duplicate entry 'a@b.c' for key 'email'")],
    ],
)
async def test_a_value_that_somebody_else_took_is_refused(errors):
    with pytest.raises(aiomysql.IntegrityError):
        await retried(Database(*errors).run, 'insert into x', [])


async def test_a_mistake_in_the_statement_is_told_at_once():
    database = Database(aiomysql.ProgrammingError(1064, 'You have an error in your SQL syntax'))
    with pytest.raises(aiomysql.ProgrammingError):
        await retried(database.run, 'select', [])
    assert database.tries == 1


async def test_it_gives_up_after_five_tries():
    database = Database(*[refused(1213)] * 9)
    with pytest.raises(aiomysql.OperationalError, match='1213'):
        await retried(database.run, 'select 1', [])
    assert database.tries == 5


async def test_it_gives_up_when_the_time_is_over(monkeypatch):
    monkeypatch.setattr(deadline, 'SECONDS', 0.01)
    with pytest.raises(aiomysql.OperationalError, match='no answer'):
        await retried(Database(None).run, 'select 1', [])


async def test_the_statements_of_a_request_have_one_deadline_together(monkeypatch):
    monkeypatch.setattr(deadline, 'SECONDS', 0.05)
    deadline.begin_request()
    with pytest.raises(aiomysql.OperationalError, match='no answer'):
        await retried(Database(None).run, 'select 1', [])
    with pytest.raises(aiomysql.OperationalError, match='no answer'):
        await retried(Database().run, 'select 1', [])
    deadline.begin_request()
    assert await retried(Database().run, 'select 1', []) == ROWS
