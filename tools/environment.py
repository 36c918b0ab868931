"""The environment .venv: made at the first start from the lock file, then left alone."""

import os
import re
import shutil
import subprocess
import sys
import time
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path

from tools.errors import ENVIRONMENT, INSTALL, CommandError
from tools.stages import ROOT

LOCK = ROOT / 'requirements.lock'
FOLDER = Path(os.environ.get('COURSE_VENV') or ROOT / '.venv').absolute()
STAMP = FOLDER / 'course-stamp'  # is there from the start, and says at the end what is installed
PYTHON = FOLDER / ('Scripts/python.exe' if os.name == 'nt' else 'bin/python')
PIP = ['-m', 'pip', 'install', '--require-hashes', '--no-deps', '--only-binary=:all:']
PATIENCE = ['--retries', '1', '--timeout', '15', '--progress-bar', 'off']


def ensure():
    """Return the path of a Python that has everything in the lock file; install it if need be."""
    if not (STAMP.exists() and STAMP.read_text() == stamp() and PYTHON.exists()):
        _check()
        try:
            _make()
            _install()
            STAMP.write_text(stamp())
        except OSError as error:
            raise CommandError(f'Cannot make {FOLDER}: {error}.', ENVIRONMENT) from error
    return str(PYTHON)


def stamp():
    """Return what the stamp says when everything is installed for this Python."""
    return f'{sys.version_info[0]}.{sys.version_info[1]} {sha256(LOCK.read_bytes()).hexdigest()}'


def _check():
    if not (find_spec('venv') and find_spec('ensurepip')):
        version = f'{sys.version_info[0]}.{sys.version_info[1]}'
        raise CommandError(
            f'This Python ({sys.executable}) lacks its venv module. '
            f'On Debian or Ubuntu: sudo apt install python{version}-venv',
            ENVIRONMENT,
        )
    ours = STAMP.exists() or not FOLDER.exists() or not any(FOLDER.iterdir())
    if not ours and not (FOLDER / 'pyvenv.cfg').exists():
        raise CommandError(
            f'{FOLDER} is no virtual environment. Rename it, or set COURSE_VENV to another folder.',
            ENVIRONMENT,
        )
    packages = {path.name.partition('-')[0] for path in FOLDER.rglob('site-packages/*.dist-info')}
    if not ours and packages - {'pip', 'setuptools', 'wheel'}:
        raise CommandError(
            f'{FOLDER} holds packages that course.py has not installed. '
            'Rename it, or set COURSE_VENV to another folder.',
            ENVIRONMENT,
        )


def _make():
    import venv  # here, because some Pythons have none

    version = f'{sys.version_info[0]}.{sys.version_info[1]}'
    print(f'Making {FOLDER} with Python {version}, once.', flush=True)
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    STAMP.write_text('not finished')
    try:
        venv.create(FOLDER, with_pip=True, symlinks=os.name != 'nt')
    except subprocess.CalledProcessError as error:
        raise CommandError(f'Cannot make {FOLDER}: {error}', ENVIRONMENT) from error


def _install():
    start = time.monotonic()
    total = len(re.findall('^[a-z]', LOCK.read_text(), re.MULTILINE))
    pip = subprocess.Popen(
        [PYTHON, *PIP, *PATIENCE, '-r', LOCK],
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
