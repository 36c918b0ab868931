"""How long a request waits for the database, for all of its statements together."""

import asyncio
from contextvars import ContextVar

SECONDS = 6

_left = ContextVar('left')  # a list with the seconds that this request may still wait


def begin_request():
    """Let the seconds count anew."""
    _left.set([SECONDS])


async def limited(statement, error):
    """Return what the coroutine `statement` returns; raise an `error` if it takes too long."""
    left, loop = _left.get([SECONDS]), asyncio.get_running_loop()
    start = loop.time()
    try:
        async with asyncio.timeout(left[0]):
            return await statement
    except TimeoutError:
        raise error(f'no answer within {SECONDS} seconds') from None
    finally:
        left[0] -= loop.time() - start
