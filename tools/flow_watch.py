"""Runs one or two stages and shows the way of each request, in the terminal and on a page.

python -m tools.flow_watch PORT FLOW_PORT LOG STAGE [STAGE]
"""

import asyncio
import shutil
import signal
import sys
from collections import deque
from contextlib import suppress

from tools.flow_run import Recording
from tools.flow_text import ASCII, UNICODE, text
from tools.terminal import can_show

KEPT = 200  # requests


class Flows:
    """The newest requests, numbered, and those who want to hear of each."""

    def __init__(self):
        self.newest = deque(maxlen=KEPT)
        self._number = 0
        self._listeners = set()

    def add(self, tree):
        self._number += 1
        self.newest.append(tree | {'number': self._number})
        for queue in self._listeners:
            queue.put_nowait(self.newest[-1])

    def find(self, number):
        """Return the request with this number, or None if it is too old or never was."""
        return next((tree for tree in self.newest if tree['number'] == number), None)

    async def listen(self):
        """Yield every request from now on."""
        queue = asyncio.Queue()
        self._listeners.add(queue)
        try:
            while True:
                yield await queue.get()
        finally:
            self._listeners.discard(queue)


async def main(port, flow_port, log, names):
    """Run until Ctrl-C, or until the program ends; return its exit code."""
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: loop.call_soon_threadsafe(stop.set))
    loop = asyncio.get_running_loop()
    flows = Flows()
    recordings = [Recording(name) for name in names]
    for recording in recordings:
        await recording.start(log=log, PORT=str(port))
    tasks = [asyncio.create_task(_show(recording, flows)) for recording in recordings]
    ended = [asyncio.create_task(recording.process.wait()) for recording in recordings]
    waiting = asyncio.create_task(stop.wait())
    await asyncio.wait([*ended, waiting], return_when=asyncio.FIRST_COMPLETED)
    codes = [await recording.stop() for recording in recordings]
    for task in (*tasks, waiting):
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
    return max(codes)


async def _show(recording, flows):
    """Print each request when it has ended, and keep it for the page."""
    shapes = UNICODE if can_show('└') else ASCII
    while True:
        tree = await recording.tree()
        flows.add(tree)
        print(f'\n{text(tree, shutil.get_terminal_size().columns, shapes)}', flush=True)


if __name__ == '__main__':
    port, flow_port, log, *names = sys.argv[1:]
    sys.exit(asyncio.run(main(int(port), int(flow_port), log == 'True', names)))
