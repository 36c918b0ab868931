"""Where the rows are: a SQLite file, and a MySQL server if there is one."""

import tempfile
from contextlib import contextmanager

from tools.mysql import OwnServer, Server, find_program


def kinds(db):
    """Return `sqlite` and, if `db` names a server or one is installed, `mysql`."""
    if db or find_program():
        return ['sqlite', 'mysql']
    print('SQLite only: there is no MariaDB or MySQL here, and --db names none.')
    return ['sqlite']


@contextmanager
def empty_database(kind, db):
    """Yield the URL of an empty database, and what it runs on; nothing of it stays."""
    with tempfile.TemporaryDirectory() as folder:
        if kind == 'sqlite':
            yield f'sqlite:///{folder}/blog.db'
            return
        server = Server(db) if db else OwnServer(find_program())
        try:
            url = server.create_database()
            try:
                yield url
            finally:
                server.drop_database(url)
        finally:
            server.remove()
