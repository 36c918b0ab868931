"""The monitor: it restarts a program once for every save, and leaves nothing behind."""

import os
import queue
import shutil
import signal
import socket
import subprocess
import sys
from http.client import HTTPConnection
from threading import Thread

import pytest

from pymonitor import changes, snapshot, stop
from tools.ports import free_port

pytestmark = pytest.mark.slow

PROGRAM = """
import os, sys, time
print('started', os.getpid(), file=sys.stderr, flush=True)
time.sleep(60)
"""
POLITE = """
import signal, sys, time
signal.signal(signal.SIGINT, lambda *_: None)
signal.signal(signal.SIGTERM, lambda *_: sys.exit(7))
print('started', file=sys.stderr, flush=True)
while True:
    time.sleep(1)
"""
STUBBORN = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print('started', flush=True)
time.sleep(60)
"""
OTHERS = """
app_test.py blog.db blog.db-wal blog.db-shm __pycache__/orm.cpython-313.pyc .git/hook.py
.orm.py.swp .#orm.py #orm.py# orm.py~ orm.py.tmp 4913
"""
WAITING = '[Monitor] app.py ended with code 1: waiting for a change\n'
needs_signals = pytest.mark.skipif(
    os.name == 'nt', reason='Windows has no way to send Ctrl-C to one process'
)


class Monitor:
    """`python pymonitor.py app.py` in a folder, and the lines that both write to standard error."""

    def __init__(self, pymonitor, folder, **environ):
        self.folder = folder
        self.process = subprocess.Popen(
            [sys.executable, pymonitor, 'app.py'],
            cwd=folder,
            env=os.environ | {'PYTHONIOENCODING': 'utf-8'} | environ,
            stderr=subprocess.PIPE,
            encoding='utf-8',
            start_new_session=True,
        )
        self._lines = queue.Queue()
        self._reader = Thread(target=self._read)
        self._reader.start()

    def _read(self):
        with self.process.stderr as stderr:
            for line in stderr:
                print(line, end='')  # pytest shows it if the test fails
                self._lines.put(line)

    def until(self, text):
        """Wait for a line with this text; return the lines up to it."""
        lines = [self._lines.get(timeout=30)]
        while text not in lines[-1]:
            lines.append(self._lines.get(timeout=30))
        return lines

    def save(self, name, text=''):
        self.folder.joinpath(name).write_text(text, encoding='utf-8')

    def restart(self):
        """Wait until the program has been started again; return the monitor's lines up to then."""
        return [line for line in self.until('started') if line.startswith('[Monitor]')]

    def wait(self):
        """Wait for the end of both; return the exit code."""
        code = self.process.wait(timeout=30)
        self._reader.join(timeout=30)
        return code

    def end(self):
        """Let the program end by itself; return the lines that have not been asked for."""
        self.save('app.py')
        assert self.wait() == 0
        return list(self._lines.queue)

    def close(self):
        """End both, whatever state a failing test has left them in."""
        self.save('app.py')
        if os.name != 'nt':  # there, it would end the monitor only
            self.process.terminate()
        try:
            self.wait()
        finally:
            self.process.kill()


@pytest.fixture
def folder(tmp_path):
    """A folder with a program, a template and a style."""
    folder = tmp_path / 'www'
    folder.joinpath('templates').mkdir(parents=True)
    for name in ('templates/base.html', 'blog.css', 'orm.py'):
        folder.joinpath(name).touch()
    return folder


@pytest.fixture
def start(www, folder):
    """A function that starts a program under the monitor."""
    monitors = []

    def start(program=PROGRAM, **environ):
        folder.joinpath('app.py').write_text(program, encoding='utf-8')
        monitors.append(Monitor(www / 'pymonitor.py', folder, **environ))
        return monitors[-1]

    yield start
    for monitor in monitors:
        monitor.close()


@pytest.fixture
def monitor(start):
    """The monitor, and its program has started."""
    monitor = start()
    assert monitor.restart() == [f'[Monitor] Watching {monitor.folder.resolve()}\n']
    return monitor


def test_a_saved_file_restarts_the_program(monitor):
    for name in ('app.py', 'orm.py', 'templates/base.html', 'blog.css'):
        monitor.save(name, f'{PROGRAM}# changed')
        assert monitor.restart() == [f'[Monitor] {name} changed: restarting\n']


def test_a_new_file_and_a_deleted_file_restart_the_program(monitor):
    monitor.save('templates/new.html')
    assert monitor.restart() == ['[Monitor] templates/new.html changed: restarting\n']
    monitor.folder.joinpath('templates/new.html').unlink()
    assert monitor.restart() == ['[Monitor] templates/new.html changed: restarting\n']


def test_a_file_that_is_no_part_of_the_program_does_not_restart_it(monitor):
    monitor.folder.joinpath('__pycache__').mkdir()
    monitor.folder.joinpath('.git').mkdir()
    for name in OTHERS.split():
        monitor.save(name, 'changed')
    monitor.save('blog.css', 'changed')
    assert monitor.restart() == ['[Monitor] blog.css changed: restarting\n']


def test_files_that_are_saved_together_restart_it_once(monitor):
    for name in ('templates/base.html', 'blog.css', 'orm.py'):
        monitor.save(f'{name}.tmp', 'changed')
        monitor.folder.joinpath(f'{name}.tmp').replace(monitor.folder / name)
    together = '[Monitor] blog.css, orm.py, templates/base.html changed: restarting\n'
    assert monitor.restart() == [together]
    assert monitor.end() == ['[Monitor] app.py changed: restarting\n']


def test_a_save_of_many_steps_is_one_change(folder):
    watch = changes(folder, snapshot(folder))
    for step in range(1, 4):
        folder.joinpath('orm.py').write_text('#' * step)
        assert next(watch) == []
    assert next(watch) == ['orm.py']
    assert next(watch) == []


def test_a_file_that_comes_and_goes_is_no_change(folder):
    watch = changes(folder, snapshot(folder))
    folder.joinpath('new.py').touch()
    assert next(watch) == []
    folder.joinpath('new.py').unlink()
    assert next(watch) == []
    assert next(watch) == []


def test_a_syntax_error_is_survived_and_healed(monitor):
    monitor.save('app.py', 'def main(:')
    lines = monitor.until('waiting')
    assert lines[-2].startswith('SyntaxError: ')
    assert lines[-1] == WAITING
    monitor.save('app.py', PROGRAM)
    assert monitor.restart() == ['[Monitor] app.py changed: restarting\n']


def test_a_program_that_ends_with_an_error_is_started_again_only_after_a_change(monitor):
    monitor.save('app.py', 'raise SystemExit("no luck")')
    assert monitor.until('waiting')[-2:] == ['no luck\n', WAITING]
    monitor.save('blog.css', 'changed')
    lines = monitor.until('waiting')
    assert lines == ['[Monitor] blog.css changed: restarting\n', 'no luck\n', WAITING]


def test_a_program_that_cannot_even_start_ends_it_with_its_code(start):
    assert start('raise SystemExit(3)').wait() == 3


def test_it_ends_when_the_program_ends_without_an_error(start):
    assert start('').wait() == 0


@needs_signals
@pytest.mark.parametrize(('number', 'code'), [(signal.SIGINT, 0), (signal.SIGTERM, 7)])
def test_a_signal_ends_both(start, number, code):
    monitor = start(POLITE)
    monitor.restart()
    monitor.process.send_signal(number)
    assert monitor.wait() == code
    with pytest.raises(ProcessLookupError):  # nobody is left of their group
        os.killpg(monitor.process.pid, 0)


@needs_signals
def test_ctrl_c_in_a_terminal_reaches_both_and_ends_both(monitor):
    os.killpg(monitor.process.pid, signal.SIGINT)
    assert monitor.wait() == 0
    with pytest.raises(ProcessLookupError):
        os.killpg(monitor.process.pid, 0)


@needs_signals
def test_a_signal_ends_it_while_it_waits_for_a_change(monitor):
    monitor.save('app.py', 'raise SystemExit(3)')
    monitor.until('ended with code 3')
    monitor.process.send_signal(signal.SIGTERM)
    assert monitor.wait() == 3


def test_a_program_that_does_not_end_is_killed():
    process = subprocess.Popen([sys.executable, '-c', STUBBORN], stdout=subprocess.PIPE)
    with process.stdout as stdout:
        assert stdout.readline().strip() == b'started'
        stop(process, patience=0.1)
    assert process.returncode != 0


# The blog under the monitor


@pytest.fixture
def start_blog(www, folder, start):
    """A function that starts a copy of the blog under the monitor, at a port."""

    def start_blog(port):
        shutil.copytree(
            www,
            folder,
            ignore=shutil.ignore_patterns('blog.db*', '__pycache__'),
            dirs_exist_ok=True,
        )
        app = www.joinpath('app.py').read_text(encoding='utf-8')
        return start(app, PORT=str(port), DATABASE_URL=f'sqlite:///{folder / "blog.db"}')

    return start_blog


def get_home_page(port):
    """Return a connection, which stays open as that of a browser does, and the page."""
    browser = HTTPConnection('127.0.0.1', port, timeout=30)
    browser.request('GET', '/')
    return browser, browser.getresponse().read().decode()


def test_the_blog_is_at_the_same_address_after_a_change(start_blog):
    port = free_port()
    monitor = start_blog(port)
    monitor.until('server started at')
    browser, page = get_home_page(port)
    for name in ('templates/base.html', 'handlers.py', 'static/blog.css'):
        with open(monitor.folder / name, 'a', encoding='utf-8') as file:
            file.write('\n# a change\n')
        assert f'[Monitor] {name} changed: restarting\n' in monitor.until('server started at')
        browser.close()
        browser, page = get_home_page(port)
        assert '# a change' in page
    browser.close()


def test_a_port_that_is_taken_ends_it(start_blog):
    with socket.create_server(('127.0.0.1', free_port())) as other:
        monitor = start_blog(other.getsockname()[1])
        assert monitor.until('Cannot listen on ')
        assert monitor.wait() == 1


@needs_signals
def test_the_blog_ends_cleanly_with_the_monitor(start_blog):
    monitor = start_blog(free_port())
    monitor.until('server started at')
    monitor.process.send_signal(signal.SIGTERM)
    assert monitor.wait() == 0
    assert [path.name for path in monitor.folder.glob('blog.db*')] == ['blog.db']
