"""Runs one or two stages and shows the way of each request, in the terminal and on a page.

python -m tools.flow_watch PORT FLOW_PORT LOG STAGE [STAGE]
"""

import asyncio
import shutil
import signal
import sys
from collections import deque
from contextlib import AsyncExitStack, suppress

from tools import flow_proxy, flow_server
from tools.errors import PORT
from tools.flow_run import Recording
from tools.flow_text import ASCII, UNICODE, text
from tools.ports import free_port, is_listening
from tools.terminal import can_show

KEPT = 200  # requests


class Flows:
    """The newest requests, numbered; `stages` says in which order the two of a pair stand."""

    def __init__(self, stages=()):
        self.newest = deque(maxlen=KEPT)
        self.number = 0  # of the last one
        self._stages = stages
        self._news = asyncio.Event()

    def add(self, tree):
        self.number += 1
        self.newest.append(tree | {'number': self.number})
        self._news.set()
        self._news = asyncio.Event()

    def find(self, number):
        """Return the request with this number, or None if it is too old or never was."""
        return next((tree for tree in self.newest if tree['number'] == number), None)

    async def after(self, number):
        """Wait until there is a newer request than this one; return its number."""
        while self.number <= number:
            await self._news.wait()
        return self.number

    def entries(self):
        """Return the requests, the newest first: each a list of one, or of the two of a pair."""
        pairs, entries = {}, []
        for tree in self.newest:
            pair = len(self._stages) == 2 and tree.get('pair')
            if pair and pair in pairs:
                pairs[pair].append(tree)
                pairs.pop(pair).sort(key=lambda tree: self._stages.index(tree['stage']))
            else:
                entries.append([tree])
                pairs[pair] = entries[-1]
        return entries[::-1]


async def main(port, flow_port, log, names):
    """Run until Ctrl-C, or until a program ends; return its exit code."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        try:
            loop.add_signal_handler(number, stop.set)
        except NotImplementedError:  # on Windows
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(stop.set))
    flows, url = Flows(names), f'http://127.0.0.1:{port}'
    ports = [port] if len(names) == 1 else [free_port() for _ in names]
    async with AsyncExitStack() as stack:
        pages = await flow_server.serve(flows, flow_port, url)
        stack.push_async_callback(pages.cleanup)
        recordings = [Recording(name) for name in names]
        for recording, own_port in zip(recordings, ports, strict=True):
            await recording.start(log=log, PORT=str(own_port))
            stack.push_async_callback(recording.stop)
        print(f'The way of each request: http://127.0.0.1:{flow_port}', flush=True)
        if len(names) == 2 and (proxy := await _both(recordings, ports, port)):
            stack.push_async_callback(proxy.cleanup)
        tasks = [asyncio.create_task(_show(recording, flows)) for recording in recordings]
        await _first([stop.wait(), *(recording.process.wait() for recording in recordings)])
        codes = [await recording.stop() for recording in recordings]
        for task in tasks:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
    return max(codes)


async def _both(recordings, ports, port):
    """Let a proxy send everything to both stages, as soon as they listen; None if one has ended."""
    for recording, own_port in zip(recordings, ports, strict=True):
        while not is_listening(own_port):
            if recording.process.returncode is not None:
                return None
            await asyncio.sleep(0.02)
    proxy = await flow_proxy.serve(port, [f'http://127.0.0.1:{own_port}' for own_port in ports])
    names = ' and '.join(recording.name for recording in recordings)
    print(f'{names} are asked at http://127.0.0.1:{port}', flush=True)
    return proxy


async def _first(coroutines):
    """Wait for one of them, and forget the others."""
    tasks = [asyncio.create_task(coroutine) for coroutine in coroutines]
    _, others = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in others:
        task.cancel()


async def _show(recording, flows):
    """Print each request when it has ended, and keep it for the page."""
    shapes = UNICODE if can_show('└') else ASCII
    while True:
        tree = await recording.tree()
        flows.add(tree)
        print(f'\n{text(tree, shutil.get_terminal_size().columns, shapes)}', flush=True)


if __name__ == '__main__':
    port, flow_port, log, *names = sys.argv[1:]
    try:
        sys.exit(asyncio.run(main(int(port), int(flow_port), log == 'True', names)))
    except OSError as error:  # a port that was free a moment ago
        print(f'Cannot listen: {error}.', file=sys.stderr)
        sys.exit(PORT)
