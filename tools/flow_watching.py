"""`course.py run … --flow` in a process of its own, for the tests of its pages."""

import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from tools.ports import free_port, is_listening
from tools.program import ask
from tools.stages import ROOT


class Watching:
    """Runs stages with their way shown; `port` is that of the page, `stage_port` that of the stage.

    `root` is the folder of the course. Whatever is in `environ` is added to its environment.
    """

    def __init__(self, *words, root=ROOT, **environ):
        self.stage_port, self.port = free_port(), free_port()
        self._stages = sum(not word.startswith('-') for word in words)
        self._folder = tempfile.TemporaryDirectory()
        self._outputs = [Path(self._folder.name, name) for name in ('stdout', 'stderr')]
        ports = f'--port={self.stage_port}', f'--flow-port={self.port}'
        environ = {'PYTHONIOENCODING': 'utf-8', 'DATABASE_URL': 'sqlite:///:memory:'} | environ
        stdout, stderr = (path.open('wb') for path in self._outputs)
        with stdout, stderr:
            self.process = subprocess.Popen(
                [sys.executable, str(root / 'course.py'), 'run', *words, '--flow', *ports],
                env=os.environ | {'COURSE_VENV': sys.prefix, 'COLUMNS': '150'} | environ,
                stdout=stdout,
                stderr=stderr,
                start_new_session=True,
            )
        self.wait_for(lambda: is_listening(self.stage_port) and is_listening(self.port))

    @property
    def stdout(self):
        return self._outputs[0].read_text(encoding='utf-8')

    @property
    def stderr(self):
        return self._outputs[1].read_text(encoding='utf-8')

    def wait_for(self, condition):
        """Wait until something is so, at most half a minute, or until the program has ended."""
        deadline = time.monotonic() + 30
        while self.process.poll() is None and not condition():
            assert time.monotonic() < deadline, self.stderr
            time.sleep(0.01)

    def visit(self, path, method='GET', body=None, **headers):
        """Send a request to the stage; return its answer when its way has been shown."""
        shown = self._shown()
        answer = ask(self.stage_port, method, path, body, headers)
        self.wait_for(lambda: self._shown() >= shown + self._stages)
        return answer

    def _shown(self):
        return len(re.findall(r'^[A-Z]+ /.* statements?', self.stdout, re.MULTILINE))

    def get(self, path):
        """Return a page of the tool."""
        return ask(self.port, 'GET', path)

    def end(self):
        """Press Ctrl-C, which all programs of a terminal hear; return the exit code."""
        os.killpg(self.process.pid, signal.SIGINT)
        return self.process.wait(timeout=30)

    def close(self):
        """End whatever has not ended."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self._folder.cleanup()
