"""The six machines of the cluster: what runs on each, and how it is configured.

    db1 db2 db3     MariaDB with Galera
    app1 app2       the blog, and HAProxy: its way to the database
    front           nginx

All are this one, but have addresses of their own: 127.x.y.11 is db1, 127.x.y.21 is app1.
Their configuration is in final/deploy/cluster; what is written @like_this@ is filled in here.
"""

import random
import re
import secrets
import sys
from functools import partial

from tools.cluster_service import Database, Service, answers, has_rows
from tools.ports import free_port
from tools.stages import ROOT

DEPLOY = ROOT / 'final' / 'deploy'
WWW = ROOT / 'final' / 'www'
# What /etc/nginx/nginx.conf says around a site, for one process and in a folder of its own.
NGINX = """daemon off; master_process off; pid pid; error_log stderr; events {}
http { access_log off; client_body_temp_path a; proxy_temp_path b; fastcgi_temp_path c;
uwsgi_temp_path d; scgi_temp_path e; include site; }"""


class Machines:
    """Their services, none of which is started, and what they have to know of each other."""

    def __init__(self, folder):
        self.folder = folder
        self.net = f'127.{random.randrange(1, 255)}.{random.randrange(1, 255)}'
        self.database_addresses = [f'{self.net}.1{number}' for number in (1, 2, 3)]
        self.app_addresses = [f'{self.net}.2{number}' for number in (1, 2)]
        self.port = free_port()  # nginx's
        self.database_port, self.app_port, self.peer_port = (free_port() for _ in range(3))
        self.password, self.session_secret = secrets.token_hex(), secrets.token_hex()
        self.nodes = [self._node(f'db{n}', at) for n, at in enumerate(self.database_addresses, 1)]
        self.proxies = [self._proxy(f'app{n}', at) for n, at in enumerate(self.app_addresses, 1)]
        self.apps = [
            self.app(f'app{n}', at, self.url(at), self.app_port)
            for n, at in enumerate(self.app_addresses, 1)
        ]
        self.nginx = self._nginx()
        self.services = [*self.nodes, *self.proxies, *self.apps, self.nginx]

    def url(self, address):
        """Return the DATABASE_URL: by way of an app machine's HAProxy, or of one database node."""
        return f'mysql://blog:{self.password}@{address}:{self.database_port}/blog'

    def environ(self, database_url):
        """Return the blog's environment variables."""
        return {
            'APP_ENV': 'production',
            'DATABASE_URL': database_url,
            'SESSION_SECRET': self.session_secret,
            'TRUSTED_PROXIES': '127.0.0.1',
        }

    def app(self, name, address, database_url, port):
        """Return the blog at this address."""
        log = self.folder / f'blog-{name}.log'
        environ = self.environ(database_url) | {'HOST': address, 'PORT': str(port)}
        command = [sys.executable, WWW / 'app.py']
        ready = partial(answers, address, port, '/readyz')
        return Service(f'blog {name}', command, log, ready, environ)

    def accounts(self):
        """Return the statements that make the database and its users."""
        return self._fill('accounts.sql', password=self.password, clients='127.0.0.1')

    def _node(self, name, address):
        folder = self.folder / name
        folder.mkdir(0o700)  # whoever gets at its socket is root there
        nodes = ','.join(self.database_addresses)
        config = folder / 'galera.cnf'
        config.write_text(self._fill('galera.cnf', name=name, address=address, nodes=nodes))
        return Database(name, folder, config, self.database_port)

    def _proxy(self, name, address):
        values = {'listen': f'{address}:{self.database_port}'}
        for number, database in enumerate(self.database_addresses, 1):
            values[f'database{number}'] = f'{database}:{self.database_port}'
        for number, app in enumerate(self.app_addresses, 1):
            values[f'peer{number}'] = f'{app}:{self.peer_port}'
        config = self.folder / f'haproxy-{name}.cfg'
        text = self._fill('haproxy.cfg', **values)
        # It stays the user that we are, and logs to standard error.
        config.write_text(re.sub(r'(?m)^ +(user|group|chroot|log) .*\n', '', text))
        command = ['haproxy', '-db', '-L', name, '-f', config]
        log = config.with_suffix('.log')
        return Service(f'HAProxy {name}', command, log, partial(has_rows, self.url(address)))

    def _nginx(self):
        folder = self.folder / 'nginx'
        folder.mkdir()
        apps = {f'app{n}': f'{at}:{self.app_port}' for n, at in enumerate(self.app_addresses, 1)}
        site = DEPLOY.joinpath('nginx.conf').read_text(encoding='utf-8')
        for pattern, text in (
            (r'(?m)^upstream \w+ \{[^}]*\}\n', ''),
            (r'(?m)^ *(ssl_.*|listen \[.*)\n', ''),  # plain HTTP, and not every machine has IPv6
            (r'listen 80;', f'listen 127.0.0.1:{free_port()};'),
            (r'listen 443 .*', f'listen 127.0.0.1:{self.port};'),
            (r'/opt/blog/final/www', str(WWW)),
        ):
            site = re.sub(pattern, text, site)
        folder.joinpath('site').write_text(self._fill('upstreams.conf', **apps) + site)
        folder.joinpath('main').write_text(NGINX)
        command = ['nginx', '-p', folder, '-c', folder / 'main', '-e', 'stderr']
        ready = partial(answers, '127.0.0.1', self.port, '/healthz')
        return Service('nginx', command, folder / 'log', ready)

    def _fill(self, template, **values):
        text = DEPLOY.joinpath('cluster', template).read_text(encoding='utf-8')
        return re.sub(r'@(\w+)@', lambda match: values[match[1]], text)
