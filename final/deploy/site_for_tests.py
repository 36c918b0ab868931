"""What the tests of this folder start: nginx with nginx.conf, and the blog as systemd would."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from tools.ports import free_port, is_listening

DEPLOY = Path(__file__).parent
WWW = DEPLOY.parent / 'www'
PLACES = os.pathsep.join([os.environ.get('PATH', ''), '/usr/sbin'])
NGINX = shutil.which('nginx', path=PLACES)
MAIN = """
daemon off;
{user}
pid {folder}/pid;
error_log {folder}/error.log;
events {{}}
http {{
    include /etc/nginx/mime.types;
    default_type application/octet-stream;
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/site;
}}
"""
# A program finds what systemd opened as file 3, if it is told so: see sd_listen_fds(3).
ACTIVATED = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.environ.update(LISTEN_FDS='1', LISTEN_PID=str(os.getpid()))
os.execv(sys.executable, [sys.executable, *sys.argv[2:]])
"""


class Nginx:
    """nginx as a process of its own, with the site of nginx.conf in front of a port.

    Only ports and paths differ from the file. Without `tls`, what stands behind 443 is plain HTTP.
    """

    def __init__(self, blog_port, tls=True):
        if not NGINX:
            pytest.skip('no nginx here: install nginx')
        self.plain_port, self.port = free_port(), free_port()
        self._folder = tempfile.TemporaryDirectory()
        self.folder = Path(self._folder.name)
        self._write(blog_port, tls)
        command = [NGINX, '-p', self.folder, '-e', self.folder / 'error.log']
        self._process = subprocess.Popen([*command, '-c', self.folder / 'nginx.conf'])
        deadline = time.monotonic() + 15
        while not is_listening(self.port):
            if self._process.poll() is not None or time.monotonic() > deadline:
                errors = self.errors
                self.close()
                raise RuntimeError(errors)
            time.sleep(0.01)

    @property
    def errors(self):
        """What it has written into its log of errors."""
        path = self.folder / 'error.log'
        return path.read_text() if path.exists() else ''

    def close(self):
        """Stop it, with its workers, and delete its folder."""
        self._process.terminate()
        try:
            self._process.wait(10)
        finally:
            self._process.kill()
            self._folder.cleanup()

    def _write(self, blog_port, tls):
        site = (DEPLOY / 'nginx.conf').read_text()
        changes = {
            'listen [::]:': '# ',  # not every machine has IPv6
            'listen 80;': f'listen 127.0.0.1:{self.plain_port};',
            'listen 443 ssl http2;': f'listen 127.0.0.1:{self.port}{" ssl http2" * tls};',
            '127.0.0.1:9000': f'127.0.0.1:{blog_port}',
            '/opt/blog/final/www': str(WWW),
            '/etc/blog/tls': str(self.folder),
            '/var/www/html': str(self.folder),
        }
        for old, new in changes.items():
            assert old in site
            site = site.replace(old, new)
        (self.folder / 'site').write_text(site)
        user = 'user root;' if os.geteuid() == 0 else ''  # else nobody, who may read nothing here
        (self.folder / 'nginx.conf').write_text(MAIN.format(user=user, folder=self.folder))
        make_certificate(self.folder)


def make_certificate(folder):
    """Make a certificate for 127.0.0.1 that nobody but a test believes."""
    subprocess.run(
        [
            *('openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'),
            *('-nodes', '-days', '2', '-subj', '/CN=127.0.0.1'),
            *('-addext', 'subjectAltName=IP:127.0.0.1'),
            *('-keyout', folder / 'privkey.pem', '-out', folder / 'fullchain.pem'),
        ],
        check=True,
        capture_output=True,
    )


class Activated:
    """The blog as systemd runs it: the port stays open while programs come and go."""

    def __init__(self, database_url, *options):
        self.port = free_port()
        self._socket = socket.create_server(('127.0.0.1', self.port), backlog=128)
        self._environ = os.environ | {'DATABASE_URL': database_url, 'LOG_LEVEL': 'ERROR'}
        self._options = options
        self.start()

    def start(self):
        """Start the program; what is asked before it is ready waits."""
        number = self._socket.fileno()
        command = [sys.executable, '-c', ACTIVATED, str(number), 'app.py', *self._options]
        self.process = subprocess.Popen(command, cwd=WWW, env=self._environ, pass_fds=[number])

    @property
    def workers(self):
        """The ids of the processes that it has started."""
        number = self.process.pid
        return set(Path(f'/proc/{number}/task/{number}/children').read_text().split())

    def restart(self):
        """Do what `systemctl restart` does; return the exit code of the program that ended."""
        code = self.stop()
        self.start()
        return code

    def stop(self):
        """Send SIGTERM, and SIGKILL after the time that blog.service allows; return the code."""
        self.process.terminate()
        try:
            return self.process.wait(20)
        finally:
            self.process.kill()

    def close(self):
        """Stop the program and close the port."""
        self.stop()
        self._socket.close()
