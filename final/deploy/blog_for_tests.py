"""The blog as it runs in production, with all its processes, for the tests of what may happen."""

import os
import re
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from tools.program import Program
from tools.stages import ROOT
from tools.writers import doubled, found, lost

on_linux = pytest.mark.skipif(sys.platform != 'linux', reason='it reads /proc: only on Linux')


class Blog(Program):
    """The finished blog, on an address of its own."""

    def __init__(self, database_url, *options, **environ):
        environ = {'LOG_LEVEL': 'WARNING'} | environ
        super().__init__(ROOT / 'final' / 'www', database_url, ('app.py', *options), **environ)
        self.url = f'http://127.0.0.1:{self.port}'

    @property
    def children(self):
        """The ids of the processes that it has started itself."""
        return [pid for pid in self._family() if parent_of(pid) == self.process.pid]

    @property
    def usage(self):
        """What it holds: file descriptors, threads, and MB of memory that nobody shares."""
        process = Path(f'/proc/{self.process.pid}')
        descriptors = len([*process.joinpath('fd').iterdir()])
        threads = len([*process.joinpath('task').iterdir()])
        kilobytes = re.search(r'RssAnon:\s*(\d+)', process.joinpath('status').read_text())
        return descriptors, threads, int(kilobytes[1]) / 1024

    def limit_file_size(self, size):
        """Let it write no file beyond so many bytes, as on a full disk; None: as it likes."""
        import resource  # there is none on Windows

        pid, number = self.process.pid, resource.RLIMIT_FSIZE
        most = resource.prlimit(pid, number)[1]
        resource.prlimit(pid, number, (most if size is None else size, most))

    def close(self):
        """End all its processes, those that have lost their parent, too."""
        self.process.kill()
        for pid in self._family():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        super().close()

    def _family(self):
        """Return the ids of all processes that were started with its port: nobody else's are."""
        mark, family = f'PORT={self.port}\0'.encode(), []
        for path in Path('/proc').glob('[0-9]*/environ'):
            with suppress(OSError):  # it has ended meanwhile, or is somebody else's
                if mark in path.read_bytes():
                    family.append(int(path.parent.name))
        return family


def parent_of(pid):
    """Return the id of the process that started this one; None if it has ended."""
    with suppress(OSError):
        state, parent = Path(f'/proc/{pid}/stat').read_text().rpartition(')')[2].split()[:2]
        return None if state == 'Z' else int(parent)


def wait_until(condition, seconds=15):
    """Wait for something to become true, or fail."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def check_stored(acknowledged, database_url):
    """Fail unless each of these comments is in the database exactly once."""
    comments = found(database_url)
    assert not lost(acknowledged, comments)
    assert not doubled(comments)
