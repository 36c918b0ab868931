"""A stage's program under the recorder, and the trees that it reports."""

import asyncio
import json
import os
import signal
import sys
from contextlib import suppress

from tools.flow_tree import enrich
from tools.progress import www_of
from tools.stages import ROOT

HEARD = 0.3  # seconds to end by itself
BIGGEST = 64 * 1024 * 1024  # bytes of a line: a request with very many calls


class Recording:
    """Starts a stage's app.py, or that of `my`, under the recorder."""

    def __init__(self, name, www=None):
        self.name, self._www = name, www or www_of(name)
        self._trees = asyncio.Queue()

    async def start(self, log=False, quiet=False, **environ):
        """Start the program; return when the recorder has begun, or has ended at once.

        With `log`, the program's log is what it is without the recorder; with `quiet`, it is not
        shown, but can be read from `process.stderr`.
        """
        connected, self._read_all = asyncio.Event(), asyncio.Event()

        async def on_connection(reader, writer):
            connected.set()
            while line := await reader.readline():
                self._trees.put_nowait(enrich(json.loads(line), self._www, self.name))
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()
            self._read_all.set()

        self._server = await asyncio.start_server(on_connection, '127.0.0.1', 0, limit=BIGGEST)
        port = self._server.sockets[0].getsockname()[1]
        self.process = await asyncio.create_subprocess_exec(
            sys.executable,
            *('-m', 'tools.flow_recorder', str(port)),
            *['--log'] * log,
            cwd=self._www,
            stdout=asyncio.subprocess.DEVNULL if quiet else None,
            stderr=asyncio.subprocess.PIPE if quiet else None,
            env=os.environ | {'PYTHONPATH': str(ROOT)} | environ,
        )
        ended = asyncio.create_task(self.process.wait())
        begun = asyncio.create_task(connected.wait())
        await asyncio.wait([ended, begun], return_when=asyncio.FIRST_COMPLETED)
        begun.cancel()
        if not connected.is_set():
            self._read_all.set()

    async def tree(self):
        """Return the next request that has ended."""
        return await self._trees.get()

    async def stop(self):
        """End the program as Ctrl-C does; return its exit code."""
        with suppress(TimeoutError):  # it may have heard Ctrl-C, too: two signals can be too many
            await asyncio.wait_for(self.process.wait(), HEARD)
        if self.process.returncode is None:
            self.process.terminate()
        code = await self.process.wait()
        await self._read_all.wait()
        self._server.close()
        return 0 if code == -signal.SIGTERM else code  # it had heard Ctrl-C, and was ready to end
