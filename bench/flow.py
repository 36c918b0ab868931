"""What the recorder of `course.py run --flow` costs: the home page of `final` with and without."""

import socket
import threading
from contextlib import ExitStack, contextmanager

from bench.candidates import running
from bench.data import WWW, fill
from bench.databases import empty_database
from bench.report import MEASURED, compared, measured_cells, table
from bench.rounds import in_rounds
from tools.stages import ROOT

CONNECTIONS = 8


def main(db, seconds, rounds):
    """Measure in rounds, each program once a round, and print the table."""
    kind = 'mysql' if db else 'sqlite'
    with empty_database(kind, db) as url, ExitStack() as stack:
        fill(url)
        recorder = ['-m', 'tools.flow_recorder', str(stack.enter_context(nobody()))]
        recorded = running(WWW, url, recorder, PYTHONPATH=str(ROOT))
        programs = {
            'final': stack.enter_context(running(WWW, url)),
            'final, recorded': stack.enter_context(recorded),
        }
        results = in_rounds(programs, ['/'], CONNECTIONS, seconds, rounds)
    rows = [
        [name, *measured_cells(found), compared(found, 'speed', results['final'])]
        for name, found in results.items()
    ]
    print(f'GET /, {kind}, {CONNECTIONS} connections, {rounds} rounds of {seconds} s\n')
    print(table([['', *MEASURED, '× requests/s'], *rows]))


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
