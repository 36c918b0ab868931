"""A stage's app.py as a process of its own, to send requests and signals to."""

import http.client
import os
import re
import signal
import subprocess
import sys
import threading
from types import SimpleNamespace

from tools.mysql import free_port


class Program:
    """Starts `python app.py` in `www` and reads what it logs; `stop` ends it and returns the log.

    Whatever is in `environ` is added to the process's environment variables.
    """

    def __init__(self, www, database_url, **environ):
        self.www = www
        self.database_url = database_url
        self.port = free_port()
        self.lines = []
        self._started = threading.Event()
        environ = {'PORT': str(self.port), 'DATABASE_URL': database_url} | environ
        self.process = subprocess.Popen(
            [sys.executable, '-W', 'error::DeprecationWarning', 'app.py'],
            cwd=www,
            env=os.environ | {'PYTHONIOENCODING': 'utf-8'} | environ,
            stderr=subprocess.PIPE,
            encoding='utf-8',
        )
        self._reader = threading.Thread(target=self._read)
        self._reader.start()
        self._started.wait()

    def _read(self):
        for line in self.process.stderr:
            self.lines.append(line)
            if 'server started at' in line:
                self._started.set()
        self._started.set()  # it ended without having started

    @property
    def log(self):
        """What it wrote to standard error until now, with its port and its paths masked."""
        text = ''.join(self.lines).replace(str(self.www), '…')
        return re.sub(rf'127\.0\.0\.1:{self.port}\b', '127.0.0.1:9000', text)

    def connect(self):
        """Return an open connection to it."""
        return http.client.HTTPConnection('127.0.0.1', self.port, timeout=30)

    def get(self, path, **headers):
        """Return its answer to GET `path`, which is sent exactly as it is."""
        return self.request('GET', path, headers=headers)

    def request(self, method, path, body=None, headers=()):
        """Return the answer: `status`, `headers` and `text`."""
        connection = self.connect()
        try:
            connection.request(method, path, body, dict(headers))
            answer = connection.getresponse()
            text = answer.read().decode()
            return SimpleNamespace(status=answer.status, headers=answer.headers, text=text)
        finally:
            connection.close()

    def wait(self):
        """Wait for its end, at most half a minute; return its exit code."""
        try:
            return self.process.wait(timeout=30)
        finally:
            self.process.kill()
            self._reader.join()
            self.process.stderr.close()

    def stop(self, number=signal.SIGTERM):
        """Send it a signal and wait for its end; return its exit code."""
        self.process.send_signal(number)
        return self.wait()
