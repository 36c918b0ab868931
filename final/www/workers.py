"""Several processes that share one port: `python app.py --workers 4`.

The parent opens the port and answers nothing itself. What the kernel accepts waits in one queue,
and whichever worker is free takes it. So workers can come and go, and no visitor notices.

SIGHUP replaces them, after their code was changed: each one that is ready relieves an old one.
"""

import asyncio
import logging
import os
import signal
import socket
import sys
from contextlib import suppress
from pathlib import Path

import metrics
from config import configs
from listening import BACKLOG, LIFELINE, LISTENER, given_socket

APP = Path(__file__).with_name('app.py')
PAUSE = 1  # seconds, before a worker that does not start is tried again


def main(number):
    """Run so many workers until SIGTERM or Ctrl-C; return the exit code."""
    try:
        listener = given_socket() or _open_socket()
        with listener, metrics.of_all_processes():
            return asyncio.run(Workers(listener, number).run())
    except (OSError, OverflowError) as error:
        raise SystemExit(f'Cannot listen on {configs.host}:{configs.port} ({error}).') from None


def _open_socket():
    family = socket.AF_INET6 if ':' in configs.host else socket.AF_INET
    return socket.create_server((configs.host, configs.port), family=family, backlog=BACKLOG)


class Workers:
    """The parent's view: which processes should be running, and what to do when one is not."""

    def __init__(self, listener, number):
        self._listener, self._number = listener, number
        self._processes = set()  # those that are ready, and should go on
        self._tasks = set()
        self._stop = asyncio.Event()
        self._changing = asyncio.Lock()

    async def run(self):
        """Start them, keep them running, and end them when told to; return the exit code."""
        loop = asyncio.get_running_loop()
        for name in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(name, self._stop.set)
        loop.add_signal_handler(signal.SIGHUP, lambda: self._begin(self._replace()))
        async with self._changing:
            started = [await self._start() for _ in range(self._number) if not self._stop.is_set()]
        if all(started):
            await self._stop.wait()
        self._stop.set()
        async with self._changing:
            for process in list(self._processes):
                self._end(process)
        await asyncio.gather(*self._tasks)
        return 0 if all(started) else 1

    async def _start(self):
        """Return whether another worker has started, and is ready."""
        ours, theirs = socket.socketpair()
        with theirs:
            files = {LISTENER: self._listener.fileno(), LIFELINE: theirs.fileno()}
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, APP),
                env=os.environ | {name: str(number) for name, number in files.items()},
                pass_fds=files.values(),
            )
        reader, process.lifeline = await asyncio.open_connection(sock=ours)
        is_ready = await reader.read(1) != b''
        if is_ready:
            self._processes.add(process)
        self._begin(self._watch(process))
        return is_ready

    async def _watch(self, process):
        """Wait until a worker has ended; start another, unless it was told to end."""
        code = await process.wait()
        process.lifeline.close()
        metrics.forget(process.pid)
        if process in self._processes:
            self._processes.remove(process)
            logging.error('worker %d ended with code %d: starting another', process.pid, code)
            await self._fill()

    async def _fill(self):
        async with self._changing:
            while len(self._processes) < self._number and not self._stop.is_set():
                if not await self._start():
                    with suppress(TimeoutError):
                        await asyncio.wait_for(self._stop.wait(), PAUSE)

    async def _replace(self):
        async with self._changing:
            for process in list(self._processes):
                if self._stop.is_set():
                    return
                if not await self._start():
                    logging.error('the new code does not start: the old goes on')
                    return
                self._end(process)

    def _end(self, process):
        self._processes.discard(process)
        with suppress(ProcessLookupError):
            process.terminate()

    def _begin(self, coroutine):
        task = asyncio.create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
