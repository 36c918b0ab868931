"""Several processes on one port: they share it, are replaced when they die, and end together."""

import os
import shutil
import signal
import socket
import time
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tools.ports import free_port, is_listening
from tools.program import Program, ask

on_unix = pytest.mark.skipif(os.name == 'nt', reason='Windows has no workers')
pytestmark = [pytest.mark.slow, on_unix]


@contextmanager
def two_workers(www, url, **environ):
    with closing(Program(www, url, ['app.py', '--workers', '2'], **environ)) as program:
        wait_for(lambda: program.log.count('server started') == 2)
        yield program
        program.stop()


@pytest.fixture
def url(tmp_path):
    return f'sqlite:///{tmp_path}/blog.db'


@pytest.fixture
def workers(www, url):
    """The program with two workers."""
    with two_workers(www, url) as program:
        yield program


def children(program):
    """Return the process ids of the workers, without what these have started."""
    path = Path(f'/proc/{program.process.pid}/task/{program.process.pid}/children')
    return {int(pid) for pid in path.read_text().split()}


def wait_for(condition):
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_each_worker_answers(workers):
    stopped = children(workers).pop()
    os.kill(stopped, signal.SIGSTOP)  # the other one has to do all the work
    assert workers.get('/').status == 200
    os.kill(stopped, signal.SIGCONT)


def test_a_worker_that_dies_is_replaced(workers):
    before = children(workers)
    os.kill(min(before), signal.SIGKILL)
    wait_for(lambda: len(children(workers)) == 2 and children(workers) != before)
    assert workers.get('/').status == 200
    assert f'worker {min(before)} ended with code -9: starting another' in workers.log


def test_sighup_replaces_all_of_them(workers):
    before = children(workers)
    workers.process.send_signal(signal.SIGHUP)
    wait_for(lambda: len(children(workers)) == 2 and not children(workers) & before)
    assert workers.get('/').status == 200


def test_sigterm_ends_all_of_them(workers):
    pids = children(workers)
    assert workers.stop() == 0
    assert not is_listening(workers.port)
    assert not any(Path(f'/proc/{pid}').exists() for pid in pids)
    assert 'Traceback' not in workers.log


def test_they_end_when_their_parent_is_killed(workers):
    pids = children(workers)
    workers.process.kill()
    workers.process.wait()
    wait_for(lambda: not any(Path(f'/proc/{pid}').exists() for pid in pids))


def test_new_code_that_does_not_start_leaves_the_old_at_work(www, url, tmp_path):
    copy = shutil.copytree(www, tmp_path / 'www')
    with two_workers(copy, url) as workers:
        before = children(workers)
        copy.joinpath('handlers.py').write_text('broken', encoding='utf-8')
        workers.process.send_signal(signal.SIGHUP)
        wait_for(lambda: 'the new code does not start: the old goes on' in workers.log)
        wait_for(lambda: children(workers) == before)
        assert workers.get('/').status == 200


def test_without_a_database_they_do_not_start(www):
    url = f'mysql://blog@127.0.0.1:{free_port()}/blog'
    program = Program(www, url, ['app.py', '--workers', '2'])
    assert program.wait() == 1
    assert program.lines[-1].endswith('Check DATABASE_URL.\n')
    assert 'Traceback' not in program.log
    program.close()


def test_a_busy_port_is_told_in_one_sentence(www, url):
    with socket.create_server(('127.0.0.1', free_port())) as other:
        port = str(other.getsockname()[1])
        program = Program(www, url, ['app.py', '--workers', '2'], PORT=port)
        assert program.wait() == 1
        assert program.lines[-1].startswith('Cannot listen on ')
        assert 'Traceback' not in program.log
        program.close()


def test_metrics_are_the_sums_of_all_workers(www, url):
    port = free_port()
    with two_workers(www, url, METRICS_PORT=str(port)) as workers:
        for _ in range(10):
            assert workers.get('/healthz').status == 200
        name = 'http_request_duration_seconds_count{method="GET",route="/healthz",status="200"}'
        assert f'{name} 10.0\n' in ask(port, 'GET', '/metrics').text
