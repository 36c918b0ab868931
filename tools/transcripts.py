"""Runs what a chapter tells its reader to type, in a copy of the repository.

What differs from run to run is not compared; `MASKS` is the rule.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from tools.ports import free_port, is_free

NOT_COPIED = shutil.ignore_patterns(
    *('.*', '__pycache__', '*.db', '*.db-*', 'screenshots'),
    *('my', 'my-*', 'my.json'),  # what a learner has
)
SERVER = re.compile(r'course\.py run\b|\bapp\.py\b(?! --)')
MASKS = [
    (r'\b\d{15}[0-9a-f]{32}000\b', '<id>'),
    (r'\b1\d{9}\.\d+\b', '<seconds since 1970>'),
    (r'\b\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d)?(Z|\+00:00)?)?', '<time>'),
    (r'(?<=Date: ).+', '<time>'),
    (r' *\b\d+(\.\d+)? ?(seconds?|ms|s)\b', ' <duration>'),
    (r'\b\d+ (passed|skipped|deselected)\b', r'<number> \1'),
    (r'Python/\d\.\d+ aiohttp/[\d.]+', '<versions>'),
    (r'\b0x[0-9a-f]+\b', '<address>'),
    (r'\bpid \d+: [^)]*', '<process>'),
]
TRACEBACK = re.compile(r'(Traceback \(most recent call last\):\n)(?: .*\n|\n)+')
ANYTHING = re.compile('^…\n', re.MULTILINE)  # a line that stands for any lines
PATIENCE = 120  # seconds for a command


def masked(text):
    """Return the text without what differs from run to run."""
    for pattern, name in MASKS:
        text = re.sub(pattern, name, text)
    return text


def same(written, output):
    """Return whether the output is what is written, where a line `…` stands for any lines."""
    parts = map(re.escape, ANYTHING.split(masked(written)))
    return bool(re.fullmatch('(?s:.*)'.join(parts), masked(output)))


class Terminal:
    """Two terminals in a copy of the repository: one for a server, the other for all else."""

    def __init__(self, root, stage):
        self._temporary = tempfile.TemporaryDirectory(prefix='course-docs-')
        self._root = Path(os.path.realpath(self._temporary.name), 'course')
        shutil.copytree(root, self._root, ignore=NOT_COPIED)
        self._original = root
        self._stage = self._root / stage
        self._folder = self._root
        self._edited = set()
        self._server, self._seen = None, 0
        self._printed = self._root.with_name('printed')
        port = next(port for port in iter(free_port, None) if is_free(port + 1))
        self._ports = {'9000': str(port), '9001': str(port + 1)}
        self._environ = self._environment()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._end()
        self._temporary.cleanup()

    def console(self, text, beside=False):
        """Run the commands of a block; return it with what they print now.

        With `beside`, a second program is started while the server goes on running.
        """
        parts = re.split(r'^(\$ .+|\^C)\n', text, flags=re.MULTILINE)
        if parts[0]:
            raise ValueError(f'a console block begins with "$ " and a command, not {parts[0]!r}')
        return ''.join(
            f'{command}\n{_keep(written, self._run(command, beside))}'
            for command, written in zip(parts[1::2], parts[2::2], strict=True)
        )

    def log(self, written):
        """Return what the server has printed since it was last asked."""
        deadline = time.monotonic() + 2  # its last lines may come after the answer
        while not same(written, self._news()) and time.monotonic() < deadline:
            time.sleep(0.02)
        return _keep(written, self._take())

    def edit(self, name, diff):
        """Change a file of the stage; a ValueError says that it has no such lines."""
        lines = re.findall('^([-+ ])(.*\n)', diff, re.MULTILINE)
        old = ''.join(line for sign, line in lines if sign != '+')
        new = ''.join(line for sign, line in lines if sign != '-')
        text = self._stage.joinpath(name).read_text(encoding='utf-8')
        if not old or text.count(old) != 1:
            raise ValueError(f'{name} has not exactly once:\n{old}')
        self.write(name, text.replace(old, new))

    def write(self, name, text):
        """Put a file into the stage."""
        path = self._stage / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(self._with_our_ports(text), encoding='utf-8')
        self._edited.add(path.resolve().relative_to(self._root).parts[0])

    def restore(self):
        """Undo all edits; where there are any, end the server."""
        if self._edited:
            self._end()
        for name in self._edited:
            shutil.rmtree(self._root / name)
            shutil.copytree(self._original / name, self._root / name, ignore=NOT_COPIED)
        self._edited.clear()

    def _run(self, command, beside):
        if command == '^C':
            self._end()
            return self._take()
        command = self._with_our_ports(command[2:])
        if SERVER.search(command) and not beside:
            return self._serve(command)
        script = f'cd "{self._folder}" && {command}\npwd >"{self._root}/../folder"'
        try:
            run = subprocess.run(
                ['bash', '-c', script],
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                env=self._environ,
                timeout=PATIENCE,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise ValueError(f'{command} has not ended after {PATIENCE} seconds') from error
        with suppress(FileNotFoundError):  # some commands end the shell
            self._folder = self._root.with_name('folder').read_text().strip()
        return self._tidy(run.stdout)

    def _with_our_ports(self, text):
        return re.sub(r'\b900[01]\b', lambda match: self._ports[match[0]], text)

    def _serve(self, command):
        self._end()
        with open(self._printed, 'wb') as printed:
            self._server = subprocess.Popen(
                ['bash', '-c', f'cd "{self._folder}" && {command}'],
                stdout=printed,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                env=self._environ,
                start_new_session=True,
            )
        self._seen = 0
        deadline = time.monotonic() + PATIENCE
        while self._server.poll() is None and time.monotonic() < deadline:
            if 'server started at' in self._news():
                break
            time.sleep(0.02)
        return self._take()

    def _end(self):
        if self._server:
            with suppress(ProcessLookupError):
                os.killpg(self._server.pid, signal.SIGINT)  # as Ctrl-C does
            self._server.wait(PATIENCE)
        self._server = None

    def _news(self):
        return self._tidy(self._printed.read_bytes()[self._seen :])

    def _take(self):
        news = self._news()
        self._seen = self._printed.stat().st_size
        return news

    def _tidy(self, output):
        text = output.decode(errors='backslashreplace').replace('\r\n', '\n')
        text = text.replace(str(self._root), '…').replace(sys.prefix, '…/.venv')
        for name, port in self._ports.items():
            text = re.sub(rf'\b{port}\b', name, text)
        text = TRACEBACK.sub(r'\1  …\n', text)
        return text if not text or text.endswith('\n') else f'{text}\n'

    def _environment(self):
        home = self._root.with_name('home')
        home.mkdir()
        home.joinpath('.curlrc').write_text('silent\nshow-error\n')
        environ = {
            'COURSE_VENV': sys.prefix,
            'CURL_HOME': str(home),
            'LC_ALL': 'C.UTF-8',
            'NO_COLOR': '1',
            'PATH': f'{Path(sys.executable).parent}{os.pathsep}{os.environ["PATH"]}',
            'PORT': self._ports['9000'],
            'PYTEST_ADDOPTS': '-k "not mysql" -m "not browser"',  # what a new machine skips, too
        }
        left_out = {'APP_ENV', 'DATABASE_URL', 'HOST', 'LOG_LEVEL', 'SESSION_SECRET', 'COLUMNS'}
        left_out |= {'CI', 'BUILD_NUMBER'}  # where these are set, pytest does not cut long lines
        return {k: v for k, v in os.environ.items() if k not in left_out} | environ


def _keep(written, output):
    if same(written, output):
        return written
    start, anything, end = written.rpartition('…\n')
    if anything and not start:  # only the end is shown
        return anything + ''.join(output.splitlines(keepends=True)[-end.count('\n') :])
    return output
