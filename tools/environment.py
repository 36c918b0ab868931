"""The environment .venv: made at the first start from the lock file, then left alone."""

import os
import re
import shutil
import subprocess
import sys
import time
from contextlib import closing, contextmanager
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path

from tools.errors import ENVIRONMENT, INSTALL, CommandError
from tools.stages import ROOT

LOCK = ROOT / 'requirements.lock'
BROWSER_LOCK = ROOT / 'requirements-browser.lock'
BENCH_LOCK = ROOT / 'requirements-bench.lock'
FOLDER = Path(os.path.realpath(os.environ.get('COURSE_VENV') or ROOT / '.venv'))
STAMP = FOLDER / 'course-stamp'  # is there from the start, and says at the end what is installed
BROWSER_STAMP = FOLDER / 'course-stamp-browser'
BENCH_FOLDER = Path(f'{FOLDER}-bench')  # only packages, beside those of the environment
BENCH_STAMP = BENCH_FOLDER / 'course-stamp'
PYTHON = FOLDER / ('Scripts/python.exe' if os.name == 'nt' else 'bin/python')
VERSION = f'{sys.version_info[0]}.{sys.version_info[1]}'
PIP = ['-m', 'pip', 'install', '--require-hashes', '--no-deps', '--only-binary=:all:']
PATIENCE = ['--retries', '1', '--timeout', '15', '--progress-bar', 'off']


def ensure(browser=False):
    """Return the path of a Python that has everything in the lock file; install it if need be.

    With `browser`, that includes what the tests in a browser need.
    """
    try:
        if installed() != stamp():
            with _alone():
                check_python()
                check_folder()
                if not installed().startswith(f'{VERSION} '):
                    _make()
                _install(LOCK)
                STAMP.write_text(stamp())
        if browser and installed(BROWSER_STAMP) != stamp(BROWSER_LOCK):
            with _alone():
                _install(BROWSER_LOCK)
                BROWSER_STAMP.write_text(stamp(BROWSER_LOCK))
    except OSError as error:
        raise _cannot_make(FOLDER, error) from error
    return str(PYTHON)


def ensure_bench():
    """Install the frameworks that the blog is compared with, in a folder of their own."""
    try:
        if installed(BENCH_STAMP) != stamp(BENCH_LOCK):
            with _alone():
                shutil.rmtree(BENCH_FOLDER, ignore_errors=True)
                _install(BENCH_LOCK, '--target', BENCH_FOLDER)
                BENCH_STAMP.write_text(stamp(BENCH_LOCK))
    except OSError as error:
        raise _cannot_make(BENCH_FOLDER, error) from error


def stamp(lock=LOCK):
    """Return what the stamp says when everything is installed for this Python."""
    return f'{VERSION} {sha256(lock.read_bytes()).hexdigest()}'


def installed(stamp=STAMP):
    """Return what the stamp says; an empty string if there is no environment."""
    return stamp.read_text() if stamp.exists() and PYTHON.exists() else ''


@contextmanager
def _alone():
    import sqlite3  # here, because some Pythons have none

    # An empty database is a lock that every system knows, and that ends with its process.
    path = Path(f'{FOLDER}.db')
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    with closing(sqlite3.connect(path, timeout=0)) as lock:
        try:
            lock.execute('begin exclusive')
        except sqlite3.OperationalError as error:
            raise CommandError(
                f'Another course.py is making {FOLDER} ({error}). Try again when it has ended.',
                ENVIRONMENT,
            ) from error
        yield


def check_python():
    """Raise an error if this Python cannot make environments."""
    if not (find_spec('venv') and find_spec('ensurepip')):
        raise CommandError(
            f'This Python ({sys.executable}) lacks its venv module. '
            f'On Debian or Ubuntu: sudo apt install python{VERSION}-venv',
            ENVIRONMENT,
        )


def check_folder():
    """Raise an error if there is something in the environment's place that is not ours."""
    if STAMP.exists() or not FOLDER.exists() or (FOLDER.is_dir() and not any(FOLDER.iterdir())):
        return
    if not (FOLDER / 'pyvenv.cfg').exists():
        raise CommandError(
            f'{FOLDER} is no virtual environment. Rename it, or set COURSE_VENV to another folder.',
            ENVIRONMENT,
        )
    packages = {path.name.partition('-')[0] for path in FOLDER.rglob('site-packages/*.dist-info')}
    if packages - {'pip', 'setuptools', 'wheel'}:
        raise CommandError(
            f'{FOLDER} holds packages that course.py has not installed. '
            'Rename it, or set COURSE_VENV to another folder.',
            ENVIRONMENT,
        )


def _make():
    import venv  # here, because some Pythons have none

    old = STAMP.read_text().partition(' ')[0] if STAMP.exists() else 'not'
    how = 'once' if old == 'not' else f'anew: what was installed for Python {old} is lost'
    print(f'Making {FOLDER} with Python {VERSION}, {how}.', flush=True)
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    STAMP.write_text('not finished')
    try:
        venv.create(FOLDER, with_pip=True, symlinks=os.name != 'nt')
    except subprocess.CalledProcessError as error:
        raise CommandError(f'Cannot make {FOLDER}: {error}', ENVIRONMENT) from error


def _cannot_make(folder, error):
    cure = 'Set COURSE_VENV to a folder that can be written.'
    return CommandError(f'Cannot make {folder}: {error}. {cure}', ENVIRONMENT)


def _install(lock, *options):
    start = time.monotonic()
    total = len(re.findall('^[a-z]', lock.read_text(), re.MULTILINE))
    pip = subprocess.Popen(
        [PYTHON, *PIP, *PATIENCE, *options, '-r', lock],
        env=os.environ | {'PIP_USER': '0', 'PIP_DISABLE_PIP_VERSION_CHECK': '1'},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding='utf-8',
        errors='replace',
    )
    output = []
    found = 0
    for line in pip.stdout:
        output.append(line)
        found += line.startswith(('Collecting ', 'Processing ', 'Ignoring '))
        if sys.stdout.isatty():
            print(f'\rFound {found} of {total} packages. ', end='', flush=True)
    if pip.wait():
        raise CommandError(_reason(output), INSTALL)
    print(f'Installed the packages in {time.monotonic() - start:.0f} seconds.', flush=True)


def _reason(output):
    errors = [line for line in output if line.startswith('ERROR: ')] or output[-1:] or ['nothing']
    text = ''.join(output).lower()
    if 'connection' in text or 'no matching distribution' in text:
        return f'Cannot download the packages. Is there a network? pip says: {errors[0].strip()}'
    return f'pip could not install the packages. It says: {errors[0].strip()}'
