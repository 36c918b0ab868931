"""A stage's app.py as a process of its own, to send requests and signals to."""

import http.client
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import SimpleNamespace

from tools.ports import free_port, is_listening


def ask(port, method, path, body=None, headers=()):
    """Return the answer of a program at this port: `status`, `headers` and `text`."""
    connection = http.client.HTTPConnection('127.0.0.1', port, timeout=30)
    try:
        connection.request(method, path, body, dict(headers))
        answer = connection.getresponse()
        text = answer.read().decode()
        return SimpleNamespace(status=answer.status, headers=answer.headers, text=text)
    finally:
        connection.close()


class Program:
    """Starts `python app.py` in `www`, or another command; returns when it listens or has ended.

    `python` runs it. Whatever is in `environ` is added to its environment variables.
    """

    def __init__(self, www, database_url, command=('app.py',), python=sys.executable, **environ):
        self.www = www
        self.database_url = database_url
        self.port = free_port()
        self._folder = tempfile.TemporaryDirectory()
        self._stderr = Path(self._folder.name, 'stderr')
        environ = {'PORT': str(self.port), 'DATABASE_URL': database_url} | environ
        with open(self._stderr, 'wb') as stderr:
            self.process = subprocess.Popen(
                [python, '-W', 'error::DeprecationWarning', *command],
                cwd=www,
                env=os.environ | {'PYTHONIOENCODING': 'utf-8'} | environ,
                stderr=stderr,
            )
        deadline = time.monotonic() + 30
        while self.process.poll() is None and not is_listening(self.port):
            if time.monotonic() > deadline:
                self.process.kill()
            time.sleep(0.01)

    @property
    def lines(self):
        """The lines that it has written to standard error until now."""
        return self._stderr.read_text(encoding='utf-8').splitlines(keepends=True)

    @property
    def log(self):
        """Its lines as one text, with its port and its paths masked."""
        text = ''.join(self.lines).replace(f'{self.www}{os.sep}', '…/')
        return re.sub(rf'127\.0\.0\.1:{self.port}\b', '127.0.0.1:9000', text)

    def connect(self):
        """Return a connection to it."""
        return http.client.HTTPConnection('127.0.0.1', self.port, timeout=30)

    def get(self, path, **headers):
        """Return its answer to GET `path`, which is sent exactly as it is."""
        return self.request('GET', path, headers=headers)

    def request(self, method, path, body=None, headers=()):
        """Return the answer: `status`, `headers` and `text`."""
        return ask(self.port, method, path, body, headers)

    def wait(self):
        """Wait for its end, at most half a minute; return its exit code."""
        try:
            return self.process.wait(timeout=30)
        finally:
            self.process.kill()

    def stop(self, number=signal.SIGTERM):
        """Send it a signal and wait for its end; return its exit code."""
        self.process.send_signal(number)
        return self.wait()

    def close(self):
        """End it, if it has not ended, and forget what it has written."""
        self.process.kill()
        self.process.wait()
        self._folder.cleanup()
