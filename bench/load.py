"""The visitors: they ask for pages as fast as they get them, each over a connection of its own."""

import asyncio
import os
import random
import shutil
import statistics
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import aiohttp

SCRIPT = Path(__file__).with_name('load.lua')
IS_WRK = bool(shutil.which('wrk'))
GENERATOR = 'wrk' if IS_WRK else 'a loop in Python'


@dataclass
class Seen:
    """What the visitors saw: half of the answers came within `p50` seconds, 99 % within `p99`."""

    requests: int
    seconds: float
    p50: float
    p99: float
    own_cpu: float  # the processor time of the visitors themselves, in seconds


def load(port, paths, connections, seconds, **headers):
    """Ask the program at this port for these paths, at random, for some seconds."""
    before = _own_cpu()
    if IS_WRK:
        seen = _wrk(port, paths, connections, seconds, headers)
    else:
        seen = asyncio.run(_loop(port, paths, connections, seconds, headers))
    return Seen(*seen, _own_cpu() - before)


def ask_all(program, paths, **headers):
    """Ask a program for each path once, so that it has rendered what it keeps."""
    for path in paths:
        answer = program.get(path, **headers)
        if answer.status != 200:
            raise RuntimeError(f'{path} is answered with {answer.status}:\n{program.log}')


def _own_cpu():
    times = os.times()
    if IS_WRK:
        return times.children_user + times.children_system
    return times.user + times.system


def _wrk(port, paths, connections, seconds, headers):
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, 'paths')
        file.write_text('\n'.join(paths))
        options = ['-t1', f'-c{connections}', f'-d{seconds}s', '-s', SCRIPT]
        options += [f'-H{name}: {value}' for name, value in headers.items()]
        command = ['wrk', *options, f'http://127.0.0.1:{port}', '--', file]
        text = subprocess.check_output(command, text=True)
    numbers = text.rpartition('measured')[2].split()
    requests, duration, errors, p50, p99 = map(int, numbers)
    if errors:
        raise RuntimeError(f'{errors} requests failed:\n{text}')
    return requests, duration / 1e6, p50 / 1e6, p99 / 1e6


async def _loop(port, paths, connections, seconds, headers):
    start, times = time.perf_counter(), []

    async def visit(session):
        while (begin := time.perf_counter()) < start + seconds:
            async with session.get(random.choice(paths)) as answer:
                answer.raise_for_status()
                await answer.read()
            times.append(time.perf_counter() - begin)

    async with aiohttp.ClientSession(f'http://127.0.0.1:{port}', headers=headers) as session:
        await asyncio.gather(*(visit(session) for _ in range(connections)))
    percentiles = statistics.quantiles(times, n=100)
    return len(times), time.perf_counter() - start, percentiles[49], percentiles[98]
