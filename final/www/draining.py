"""How the program ends: it lets nobody in any more, and whoever is in gets an answer."""

import asyncio
from contextlib import suppress

from aiohttp import web

from listening import stop_accepting

LINGER = 0.5  # seconds for requests that are on their way through open connections


class Drain:
    """Knows whether requests are being answered: each is a `with drain:`."""

    def __init__(self):
        self.is_ending = False
        self._requests = 0
        self._idle = asyncio.Event()
        self._idle.set()

    def __enter__(self):
        self._requests += 1
        self._idle.clear()

    def __exit__(self, *_):
        self._requests -= 1
        if not self._requests:
            self._idle.set()

    async def finish(self, srv, server, seconds):
        """Stop accepting, and wait for all answers, at most so many seconds.

        `srv` is asyncio's server, `server` aiohttp's, which knows the connections.
        """
        self.is_ending = True
        await stop_accepting(srv)
        if server.connections:
            await asyncio.sleep(LINGER)
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._idle.wait()


DRAIN = web.AppKey('drain', Drain)


def drain_factory(drain):
    """Let `drain` know of each request; when the program ends, its answer ends the connection."""

    @web.middleware
    async def count(request, handler):
        with drain:
            answer = await handler(request)
        if drain.is_ending:
            answer.force_close()
        return answer

    return count
