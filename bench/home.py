"""What the home page of `final` costs the server, as a ratio to the same page written by hand."""

import asyncio
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path

import aiohttp

from tools.mysql import Server
from tools.program import Program
from tools.stages import ROOT

WWW = ROOT / 'final' / 'www'
POSTS = 1000
CONNECTIONS = 8


def main(db, seconds, rounds, flow):
    """Measure in rounds, each program once a round, and print the table.

    With `flow`, of `final` with and without the recorder of `course.py run --flow`.
    """
    with tempfile.TemporaryDirectory() as folder:
        server = Server(db) if db else None
        url = server.create_database() if server else f'sqlite:///{folder}/blog.db'
        try:
            fill(url)
            (measure_flow if flow else measure)(url, seconds, rounds)
        finally:
            if server:
                server.drop_database(url)


def fill(url):
    """Let the program make its tables; add posts of about 3 KB to its own."""
    tables = Program(WWW, url)
    tables.stop()
    tables.close()
    sys.path.insert(0, str(WWW))
    from models import Blog
    from orm import close_pool, create_pool

    async def add():
        await create_pool(url)
        for number in range(POSTS - 4):
            text = 'A sentence of an ordinary post. ' * 95
            texts = {'summary': 'What it is about. ' * 8, 'content': text}
            await Blog(name=f'Post {number}', user_name='Ada', **texts).save()
        await close_pool()

    asyncio.run(add())


def measure(url, seconds, rounds):
    """Print requests a second, CPU per request, and its ratio to the program written by hand."""
    with ExitStack() as stack:
        programs = {
            'by hand': Program(ROOT, url, ['-m', 'bench.by_hand']),
            'final, log off': Program(WWW, url, LOG_LEVEL='WARNING'),
            'final, log on': Program(WWW, url, LOG_LEVEL='INFO'),
        }
        speeds, costs = in_rounds(programs, seconds, rounds, stack)
    ratios = [
        [cost / by_hand for cost, by_hand in zip(costs[name], costs['by hand'], strict=True)]
        for name in programs
    ]
    table(url, seconds, rounds, speeds, costs, ratios)


def measure_flow(url, seconds, rounds):
    """Print the same with and without the recorder, and the ratio of the requests a second."""
    with ExitStack() as stack:
        recorder = ['-m', 'tools.flow_recorder', str(stack.enter_context(nobody()))]
        programs = {
            'final': Program(WWW, url),
            'final, recorded': Program(WWW, url, recorder, PYTHONPATH=str(ROOT)),
        }
        speeds, costs = in_rounds(programs, seconds, rounds, stack)
    off, on = speeds.values()
    ratios = [[1] * len(off), [slow / fast for slow, fast in zip(on, off, strict=True)]]
    table(url, seconds, rounds, speeds, costs, ratios)


@contextmanager
def nobody():
    """Listen to a recorder, and forget what it tells; yield the port."""

    def forget():
        connection, _ = server.accept()
        with connection:
            while connection.recv(1 << 20):
                pass

    with socket.create_server(('127.0.0.1', 0)) as server:
        threading.Thread(target=forget, daemon=True).start()
        yield server.getsockname()[1]


def in_rounds(programs, seconds, rounds, stack):
    """Return by program, for each round, requests a second and the processor time of one."""
    for program in programs.values():
        stack.callback(program.close)
    speeds = {name: [] for name in programs}
    costs = {name: [] for name in programs}
    for _ in range(rounds + 1):
        for name, program in programs.items():
            cpu, start = cpu_seconds(program.process.pid), time.perf_counter()
            requests = load(f'http://127.0.0.1:{program.port}/', seconds)
            speeds[name].append(requests / (time.perf_counter() - start))
            costs[name].append((cpu_seconds(program.process.pid) - cpu) / requests)
    return speeds, costs


def table(url, seconds, rounds, speeds, costs, ratios):
    """Print the medians, without the first round, which was for warming up."""
    kind = url.partition(':')[0]
    print(
        f'GET /, {kind}, {POSTS} posts, {CONNECTIONS} connections, {rounds} rounds of {seconds} s'
    )
    print('medians            requests/s  CPU a request  ratio (from - to)')
    for name, (_, *ratio) in zip(speeds, ratios, strict=True):
        print(
            f'{name:<17}  {statistics.median(speeds[name][1:]):>10.0f}'
            f'  {statistics.median(costs[name][1:]) * 1000:>10.2f} ms'
            f'  {statistics.median(ratio):.2f} ({min(ratio):.2f} - {max(ratio):.2f})'
        )


def cpu_seconds(pid):
    """Return the processor time that a process has used until now."""
    if Path('/proc/self/stat').exists():
        fields = Path(f'/proc/{pid}/stat').read_text().rpartition(')')[2].split()
        return (int(fields[11]) + int(fields[12])) / 100
    text = subprocess.check_output(['ps', '-o', 'cputime=', '-p', str(pid)], text=True)
    return sum(60**power * float(part) for power, part in enumerate(reversed(text.split(':'))))


def load(url, seconds):
    """Request `url` for some seconds, with wrk if there is one; return the number of answers."""
    if not shutil.which('wrk'):
        return asyncio.run(_load(url, seconds))
    command = ['wrk', '-t1', f'-c{CONNECTIONS}', f'-d{seconds}s', url]
    text = subprocess.check_output(command, text=True)
    if 'Non-2xx' in text:
        raise RuntimeError(text)
    return int(re.search(r'(\d+) requests in', text)[1])


async def _load(url, seconds):
    end = time.perf_counter() + seconds

    async def ask(session):
        count = 0
        while time.perf_counter() < end:
            async with session.get(url) as response:
                response.raise_for_status()
                await response.read()
            count += 1
        return count

    async with aiohttp.ClientSession() as session:
        return sum(await asyncio.gather(*(ask(session) for _ in range(CONNECTIONS))))


if __name__ == '__main__':
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), '--flow' in sys.argv)
