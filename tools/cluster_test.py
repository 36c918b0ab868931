import os
import signal
import socket
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

import pytest

from tools.cluster import check_machine, check_ports
from tools.cluster_service import wait_until
from tools.errors import CommandError
from tools.stages import ROOT


def processes(text):
    """Return the ids of the processes that have this text among their environment variables."""
    found = []
    for path in Path('/proc').glob('[0-9]*/environ'):
        with suppress(OSError):  # it has ended meanwhile, or belongs to somebody else
            if text.encode() in path.read_bytes():
                found.append(int(path.parent.name))
    return found


def test_what_is_missing_is_named_with_the_packages():
    command = [sys.executable, 'course.py', 'cluster']
    environ = os.environ | {'PATH': '/nowhere'}
    run = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True)
    assert run.returncode == 3
    assert run.stderr.startswith('The cluster ')
    assert run.stderr.count('\n') == 1


@pytest.mark.once
@pytest.mark.parametrize('name', ['SIGINT', 'SIGTERM', 'SIGKILL'])
def test_whatever_ends_it_nothing_is_left(name):
    try:
        check_machine()
    except CommandError as error:
        pytest.skip(str(error))
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        command = [sys.executable, '-m', 'tools.cluster_run']
        environ = os.environ | {'TMPDIR': folder}
        cluster = subprocess.Popen(command, cwd=ROOT, env=environ, stderr=subprocess.PIPE)
        try:
            wait_until(lambda: len(list(Path(folder).glob('*/db2/data/grastate.dat'))))
            assert len(processes(folder)) > 3
            cluster.send_signal(signal.Signals[name])
            assert cluster.wait(30)
            wait_until(lambda: not processes(folder))
            wait_until(lambda: not os.listdir(folder))
            assert cluster.stderr.read() == b''
        finally:
            cluster.kill()
            cluster.wait()
            cluster.stderr.close()


@pytest.mark.skipif(sys.platform != 'linux', reason='only Linux has addresses like 127.0.0.2')
def test_a_port_that_is_taken_is_named():
    address = '127.201.202.203'
    with (
        socket.create_server((address, 4567)),
        pytest.raises(CommandError, match=r'needs port 4567: .* in use'),
    ):
        check_ports([address])
