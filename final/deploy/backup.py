"""Make a backup of the database that DATABASE_URL names, while the blog runs.

    python backup.py /var/backups/blog

It is one compressed file with the time in its name, such as blog-20261121T031700Z.sql.gz. The
newest ones are kept. A file that has its name is complete: it gets it at the very end.
"""

import argparse
import gzip
import os
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import backup_mysql
import backup_sqlite


def backup(url, folder, label=''):
    """Write a backup of the database into the folder; return its path."""
    module = module_for(url)
    path = _new_path(folder, label + module.SUFFIX)
    with tempfile.NamedTemporaryFile(dir=folder, prefix='.unfinished-') as unfinished:
        with gzip.GzipFile(path.stem, 'wb', fileobj=unfinished) as compressed:
            module.dump(url, compressed)
        unfinished.flush()
        os.fsync(unfinished.fileno())
        os.link(unfinished.name, path)
    return path


def _new_path(folder, end):
    while True:
        path = Path(folder, f'blog-{datetime.now(UTC):%Y%m%dT%H%M%SZ}{end}')
        if not path.exists():
            return path
        time.sleep(0.1)  # one was made in this very second


def rotate(folder, keep):
    """Delete all but the newest backups; those that restore.py made stay."""
    for path in sorted(Path(folder).glob('blog-*Z.sql*.gz'))[:-keep]:
        path.unlink()


def database_url():
    """Return DATABASE_URL, if it names a database."""
    url = os.environ.get('DATABASE_URL', '')
    if not url.startswith(('sqlite:///', 'mysql://')) or not urlsplit(url).path[1:]:
        raise SystemExit('DATABASE_URL has to name a database: sqlite:///FILE or mysql://…')
    return url


def module_for(url):
    """Return the module that knows this kind of database."""
    return backup_sqlite if url.startswith('sqlite:') else backup_mysql


def main():
    """Read the command line, make the backup, delete old ones."""
    parser = argparse.ArgumentParser(description='Make a backup of the database of the blog.')
    parser.add_argument('folder', help='where the backups are')
    parser.add_argument('--keep', type=int, default=14, help='how many stay there: 14')
    options = parser.parse_args()
    if options.keep < 1:
        parser.error('--keep needs 1 or more')
    try:
        print(backup(database_url(), options.folder))
        rotate(options.folder, options.keep)
    except OSError as error:
        raise SystemExit(f'{error}.') from None


if __name__ == '__main__':
    main()
