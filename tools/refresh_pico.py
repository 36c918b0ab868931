"""Refresh Pico CSS, the style sheet below that of the finished blog, and its licence.

    python3 tools/refresh_pico.py 2.1.1

It needs npm. The files stay as Pico's makers publish them, to the byte: what the blog does
differently is in final/www/static/blog.css. Look at the pages afterwards.
"""

import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

STATIC = Path(__file__).parent.parent / 'final' / 'www' / 'static'
FILES = {
    'package/css/pico.min.css': 'pico.min.css',
    'package/LICENSE.md': 'pico.LICENSE.md',
}


def refresh(version):
    """Download this version and put its files where the blog serves them from."""
    npm = shutil.which('npm') or sys.exit('Install npm first: it comes with Node.js.')
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([npm, 'pack', f'@picocss/pico@{version}'], cwd=folder, check=True)
        (archive,) = Path(folder).glob('*.tgz')
        with tarfile.open(archive) as package:
            for source, name in FILES.items():
                (STATIC / name).write_bytes(package.extractfile(source).read())


if __name__ == '__main__':
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    refresh(sys.argv[1])
