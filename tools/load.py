"""Visitors who send one request after the other, and what they see: how long, how often, what not.

with Readers(['http://127.0.0.1:9000'], number=4) as readers:
    readers.wait_for(100)
print(readers)
"""

import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from http.client import HTTPConnection, HTTPException
from itertools import cycle, islice
from urllib.parse import urlsplit


class Load:
    """So many visitors, each with its own connection; one that fails goes on with the next URL.

    A subclass says in `next_request` what they send: a name for it, and what http.client takes.
    """

    def __init__(self, urls, number=8, timeout=30, keep_alive=True):
        self.urls, self.number, self.timeout = urls, number, timeout
        self.headers = {} if keep_alive else {'Connection': 'close'}
        self.acknowledged = []  # what was answered with 200
        self.refused = Counter()  # other statuses, and how many of each
        self.broken = []  # what got half an answer or none: nobody knows if it was done
        self.unreachable = 0  # connections that could not be made, so nothing was sent
        self.longest_wait = self.longest_gap = 0  # seconds of a request; without any 200
        self._stopped, self._changed = threading.Event(), threading.Condition()

    def __enter__(self):
        self._last = time.monotonic()
        self._threads = ThreadPoolExecutor(self.number)
        self._visits = [self._threads.submit(self._visit, start) for start in range(self.number)]
        return self

    def __exit__(self, *_):
        self.stop()

    def __str__(self):
        return (
            f'{len(self.acknowledged)} acknowledged, refused {dict(self.refused)}, '
            f'{len(self.broken)} broken, {self.unreachable} unreachable, '
            f'longest wait {self.longest_wait:.1f} s, longest gap {self.longest_gap:.1f} s'
        )

    def stop(self):
        """Let each visitor get the answer that it waits for, and no more."""
        self._stopped.set()
        self._threads.shutdown()
        self.longest_gap = max(self.longest_gap, time.monotonic() - self._last)
        for visit in self._visits:
            visit.result()  # raises what ended it

    def wait_for(self, number, seconds=30):
        """Wait until so many more requests were answered with 200, or raise a TimeoutError."""
        with self._changed:
            aim = len(self.acknowledged) + number
            if not self._changed.wait_for(lambda: len(self.acknowledged) >= aim, seconds):
                missing = aim - len(self.acknowledged)
                raise TimeoutError(f'{missing} of {number} missing after {seconds} s: {self}')

    def _visit(self, start):
        for url in islice(cycle(self.urls), start % len(self.urls), None):
            with closing(HTTPConnection(urlsplit(url).netloc, timeout=self.timeout)) as connection:
                while not self._stopped.is_set() and self._ask(connection):
                    pass
            if self._stopped.wait(0.05):  # who knocks at a closed door knocks slowly
                return

    def _ask(self, connection):
        """Send a request and count its outcome; return whether the connection did not fail."""
        name, *request = self.next_request()
        began, outcome = time.monotonic(), 'unreachable'
        try:
            if not connection.sock:
                connection.connect()
            outcome = 'broken'
            connection.request(*request)
            answer = connection.getresponse()
            answer.read()
            outcome = answer.status
        except (OSError, HTTPException):
            pass
        with self._changed:
            self._count(name, outcome, began, time.monotonic())
            self._changed.notify_all()
        return outcome not in ('unreachable', 'broken')

    def _count(self, name, outcome, began, now):
        self.longest_wait = max(self.longest_wait, now - began)
        if outcome == 200:
            self.acknowledged.append(name)
            self.longest_gap, self._last = max(self.longest_gap, now - self._last), now
        elif outcome == 'broken':
            self.broken.append(name)
        elif outcome == 'unreachable':
            self.unreachable += 1
        else:
            self.refused[outcome] += 1


class Readers(Load):
    """Visitors who read the same page again and again."""

    def __init__(self, urls, path='/', **options):
        super().__init__(urls, **options)
        self.path = path

    def next_request(self):
        return self.path, 'GET', self.path, None, self.headers
