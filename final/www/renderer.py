"""Markdown is rendered where it can be stopped.

Some short texts keep markdown2 busy for hours, and the whole interpreter with it. So a worker does
that work, this file run as a program: if a text takes too long, the worker is killed, the next text
gets a new one, and this text is shown as it was written.
"""

import asyncio
import faulthandler
import json
import logging
import signal
import sys
from asyncio.subprocess import PIPE
from collections import OrderedDict
from contextlib import suppress
from hashlib import sha256

from markupsafe import Markup

from markup import comment_html, to_html

RENDER_SECONDS = 1
START_SECONDS = 10
RETRY_SECONDS = 600  # a text that failed is tried again: was it the machine?
MAX_HTML = 1_000_000  # characters
CACHE_TEXTS = 2000
CACHE_CHARACTERS = 10_000_000


async def render(text):
    """Return a post's HTML: its Markdown, or the text itself if that is too much for markdown2."""
    key = sha256(text.encode(errors='surrogatepass')).digest()
    if key not in _cache:
        async with _worker.lock:
            if key not in _cache:  # somebody else may have wanted the same
                html = await _render(text, key)
                _make_room()
                _cache[key] = html
    _cache.move_to_end(key)
    return _cache[key]


async def close():
    """End the worker; another text would start a new one."""
    global _worker
    worker, _worker = _worker, Worker()
    await worker.close()


async def _render(text, key):
    html = await _worker.ask(text)
    if html is not None:
        return Markup(html)
    logging.warning('no Markdown: a text of %d characters is shown as it is', len(text))
    asyncio.get_running_loop().call_later(RETRY_SECONDS, _cache.pop, key, None)
    return comment_html(text)


def _make_room():
    while len(_cache) >= CACHE_TEXTS or sum(map(len, _cache.values())) > CACHE_CHARACTERS:
        _cache.popitem(last=False)


class Worker:
    """The process that turns Markdown into HTML; who asks it has to hold its lock."""

    def __init__(self):
        self.lock = asyncio.Lock()
        self._process = None

    async def ask(self, text):
        """Return the HTML; None if markdown2 fails, or takes too long."""
        for _ in range(2):  # the process may have been killed since the last text
            try:
                if not self._process:
                    await self._start()
                return await self._exchange(text, RENDER_SECONDS)
            except TimeoutError:
                return None
            except (OSError, ValueError):  # a broken pipe, half a line
                pass
        return None

    async def close(self):
        async with self.lock:
            if self._process:
                await self._end()

    async def _start(self):
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            __file__,
            stdin=PIPE,
            stdout=PIPE,
            limit=16 * MAX_HTML,  # JSON may need 12 bytes for a character
        )
        await self._exchange(
            '```python\npass\n```', START_SECONDS
        )  # it answers when all is imported

    async def _exchange(self, text, seconds):
        try:
            async with asyncio.timeout(seconds):
                self._process.stdin.write(json.dumps(text).encode() + b'\n')
                await self._process.stdin.drain()
                return json.loads(await self._process.stdout.readline())
        except BaseException:  # a cancelled request, too: the next would get the answer of this one
            await self._end()
            raise

    async def _end(self):
        process, self._process = self._process, None
        with suppress(ProcessLookupError):
            process.kill()
        await process.communicate()  # closes the pipes, and waits for the end


_worker = Worker()
_cache = OrderedDict()  # SHA-256 of a text: its HTML; the one that was wanted last is at the end


def work():
    """Answer each line on stdin, a text in JSON, with a line of HTML in JSON; null is a failure."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is meant for the server
    for line in sys.stdin:
        # Whoever would kill us may have been killed.
        faulthandler.dump_traceback_later(10 * RENDER_SECONDS, exit=True)
        print(json.dumps(_html_or_none(json.loads(line))), flush=True)
        faulthandler.cancel_dump_traceback_later()


def _html_or_none(text):
    try:
        html = to_html(text)
    except Exception:  # a RecursionError, for one
        return None
    return html if len(html) <= MAX_HTML else None


if __name__ == '__main__':
    work()
