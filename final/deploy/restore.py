"""Make the database that DATABASE_URL names what it was when a backup was made.

    python restore.py /var/backups/blog/blog-20261121T031700Z.sql.gz

Stop the blog first. Where there are rows already, nothing happens without --replace; with it, a
backup of them is made beside the other one, and then they are replaced.
"""

import argparse
import zlib
from pathlib import Path

from backup import backup, database_url, module_for


def restore(url, path, replace=False):
    """Fill the database from the backup; with `replace`, even if it has rows."""
    module = module_for(url)
    if not path.name.endswith(module.SUFFIX):
        raise SystemExit(f'This database needs a backup called *{module.SUFFIX}, not {path.name}.')
    module.check(path)
    if not module.is_empty(url):
        if not replace:
            raise SystemExit('The database has rows: --replace makes a backup of them first.')
        kept = backup(url, path.parent, '-replaced')
        print(f'What was there is in {kept}.', flush=True)
    module.load(url, path)


def main():
    """Read the command line and do what it says."""
    parser = argparse.ArgumentParser(description='Restore the database of the blog from a backup.')
    parser.add_argument('file', type=Path, help='the backup')
    parser.add_argument('--replace', action='store_true', help='even if there are rows already')
    options = parser.parse_args()
    try:
        restore(database_url(), options.file, options.replace)
        print(f'Restored {options.file}.')
    except (OSError, EOFError, zlib.error) as error:
        raise SystemExit(f'Cannot read {options.file}: {error}.') from None


if __name__ == '__main__':
    main()
