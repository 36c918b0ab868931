"""When MySQL refuses a statement or does not answer: what is sent again, and when to give up.

A statement that did nothing is sent again. If nobody can know, because the connection broke, then
only one that does no harm twice: a `select`, a `delete`, and an `insert`, as our rows bring their
keys. An `update` may count (`session_epoch=session_epoch+1`): its visitor is told to try again.
"""

import asyncio
import random

import aiomysql

from deadline import limited

TRIES = 5
FIRST_PAUSE = 0.03  # seconds, on average; each is twice the one before
# Full, not ready, a lock not given, a deadlock or a conflict with another node, only for reading,
# not there; the numbers from 8000 on are TiDB's.
NOTHING_DONE = {1040, 1047, 1205, 1213, 1290, 1792, 1836, 2003, 8002, 8005, 8022, 8028, 9007}
UNKNOWN = {1053, 1180, 1317, 2006, 2013, 2014}
DUPLICATE = 1062
REPEATABLE = ('select', 'insert', 'delete')


async def retried(run, sql, args):
    """Return what `run(sql, args)` returns, a list of rows and their number, perhaps after retries.

    An OperationalError says that it is no use, or that the time is up.
    """
    return await limited(_retried(run, sql, args), aiomysql.OperationalError)


async def _retried(run, sql, args):
    is_repeatable, may_be_done = sql.startswith(REPEATABLE), False
    for number in range(TRIES):
        try:
            return await run(sql, args)
        except aiomysql.MySQLError as error:
            code = error.args[0] if error.args else None
            if code == DUPLICATE and may_be_done and 'PRIMARY' in str(error):
                return [], 1  # nobody else has this key: it was the try before
            is_unknown = code in UNKNOWN
            may_be_done |= is_unknown
            if number == TRIES - 1 or not (code in NOTHING_DONE or (is_unknown and is_repeatable)):
                raise
        # Not all at the same moment, or they meet again.
        await asyncio.sleep(FIRST_PAUSE * 2**number * random.uniform(0.5, 1.5))
    return None
