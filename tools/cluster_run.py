"""The cluster, brought up and taken down:

with Cluster() as cluster:
    cluster.nodes[0].kill()
    print(cluster.request('GET', '/').status)
"""

import os
import signal
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

from tools.cluster import check_machine, check_ports
from tools.cluster_machines import WWW, Machines
from tools.cluster_service import wait_until
from tools.errors import ENVIRONMENT, CommandError
from tools.mysql import Server
from tools.program import ask
from tools.visitor import PASSWORD, Visitor

ADMIN = 'ada@example.com'
POST = {'name': 'Hello', 'summary': 'From three databases', 'content': 'There are *three* of us.'}


class Cluster(Machines):
    """Six machines with an administrator and a post, as long as the `with` lasts."""

    def __init__(self):
        check_machine()
        folder = Path(tempfile.mkdtemp(prefix='course-cluster-'))
        folder.chmod(0o755)  # the databases are other users' programs
        self.janitor = start_janitor(folder)
        super().__init__(folder)

    def __enter__(self):
        try:
            check_ports(self.database_addresses)
            self._start_databases()
            self._add_admin()
            self._start_blogs()
            self._add_post()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        """End all programs and delete their folder."""
        for service in reversed(self.services):
            service.kill()
        self.janitor.communicate()

    @property
    def origin(self):
        """The address that visitors open."""
        return f'http://127.0.0.1:{self.port}'

    @property
    def writer(self):
        """The node that gets the writes, if the HAProxies agree."""
        servers = [Server(self.url(address)) for address in self.app_addresses]
        (name,) = {server.run('select @@wsrep_node_name')[0][0] for server in servers}
        return next(node for node in self.nodes if node.name == name)

    def mend(self):
        """Start what does not run, and wait until everything works."""
        for service in self.services:
            if not service.runs():
                service.start()
        for node in self.nodes:
            if node.is_isolated:
                node.isolate(False)
        for service in self.services:
            service.wait()
        wait_until(lambda: all(node.status('wsrep_cluster_size') == '3' for node in self.nodes))

    def request(self, method, path, body=None, headers=()):
        """Return nginx's answer: `status`, `headers` and `text`."""
        return ask(self.port, method, path, body, headers)

    def _start_databases(self):
        first, *others = self.nodes
        for node in self.nodes:
            node.create()
        first.start('--wsrep-new-cluster')
        first.wait()
        first.run(self.accounts())
        for service in (*others, *self.proxies):
            service.start()
            service.wait()  # one after the other: whoever gives a copy cannot give a second one

    def _start_blogs(self):
        for service in (*self.apps, self.nginx):
            service.start()
        for service in (*self.apps, self.nginx):
            service.wait()

    def _add_admin(self):
        run = subprocess.run(
            [sys.executable, WWW / 'create_admin.py', ADMIN],
            input=f'Ada\n{PASSWORD}\n',
            env=os.environ | self.environ(self.url(self.app_addresses[0])),
            capture_output=True,
            encoding='utf-8',
        )
        if run.returncode:
            raise CommandError(f'There is no administrator: {run.stderr.strip()}', ENVIRONMENT)

    def _add_post(self):
        ada = Visitor(self)
        ada.call('/api/authenticate', {'email': ADMIN, 'passwd': PASSWORD})
        ada.call('/api/blogs', POST)


def start_janitor(folder):
    """Start a process that waits until we close its input, or die, and then deletes the folder."""
    script = 'cat; rm -rf "$0" || { sleep 1; rm -rf "$0"; }'
    return subprocess.Popen(
        ['sh', '-c', script, folder], stdin=subprocess.PIPE, start_new_session=True
    )


def main():
    """Bring it up, say where it is, and take it down at Ctrl-C."""
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell may have us ignore it
    print('Bringing up six machines, which takes some 15 seconds.', flush=True)
    with Cluster() as cluster:
        print(f'\nThe blog: {cluster.origin}  {ADMIN}  {PASSWORD}\n')
        for service in cluster.services:
            print(f'{service.name:<13} pid {service.process.pid:<8} {service.log}')
        print('\nKill what you like. Enter: it is started again. Ctrl-C: all ends.', flush=True)
        with suppress(KeyboardInterrupt):
            for _ in sys.stdin:
                print(mended(cluster), flush=True)
            signal.pause()


def mended(cluster):
    """Start again what is dead; return a sentence about it."""
    try:
        cluster.mend()
    except (CommandError, TimeoutError) as error:
        return f'Not well yet: {error}'
    return 'All is well.'


if __name__ == '__main__':
    try:
        main()
    except CommandError as error:
        print(error, file=sys.stderr)
        sys.exit(error.code)
    except KeyboardInterrupt:
        sys.exit(130)
