"""course.py doctor: whether all that the course needs is here, and the cure if not."""

import os
import shutil
import socket
import sys
from dataclasses import dataclass

from tools import environment
from tools.chromium import find_browser
from tools.errors import CommandError
from tools.ports import is_free, owner
from tools.sql import server
from tools.terminal import colour, has_colours, plain

SBIN = os.pathsep.join([os.environ.get('PATH', ''), '/usr/sbin', '/usr/local/sbin'])


@dataclass
class Finding:
    """What there is, or what is missing and the cure."""

    name: str
    good: bool
    text: str
    needed: bool = False  # without it, no stage runs


def configure(parser):
    parser.epilog = (
        'Example: python3 course.py doctor. '
        'Exit code 1: something is missing that the stages need to run.'
    )


def run(options, rest):
    """Print a line for each check; return 1 if something is missing that is needed."""
    findings = [check() for check in CHECKS]
    for finding in findings:
        print(_line(finding))
    if any(finding.needed and not finding.good for finding in findings):
        print('\nNo stage runs before what is marked as needed is there.')
        return 1
    print('\nAll that the stages need to run is here. Next: python3 course.py run day01')
    return 0


def _line(finding):
    width = len(plain('✓'))
    if finding.good:
        sign, tint, how = '✓', 'green', ''
    else:
        sign, tint = '✗', 'red' if finding.needed else 'yellow'
        how = 'needed: ' if finding.needed else 'optional: '
    return f'{colour(tint, f"{plain(sign):{width}}")} {finding.name:<12} {how}{finding.text}'


# Python


def _python():
    return Finding('Python', True, f'{sys.version.partition(" ")[0]} ({sys.executable})')


def _venv():
    try:
        environment.check_python()
    except CommandError as error:
        return Finding('venv module', False, str(error), needed=True)
    return Finding('venv module', True, 'can make virtual environments')


def _environment():
    try:
        environment.check_folder()
        installed = environment.installed()
    except (CommandError, OSError) as error:
        return Finding('environment', False, str(error), needed=True)
    if installed == environment.stamp():
        return Finding('environment', True, f'{environment.FOLDER} has what requirements.lock says')
    return Finding('environment', False, _cure(installed.partition(' ')[0]))


def _cure(version):
    if version == environment.VERSION:
        return 'older than requirements.lock: python3 course.py run installs what has changed.'
    if version in ('', 'not'):  # as of an installation that was not finished
        return 'not made yet: python3 course.py run day01 makes it; that needs a network.'
    return (
        f'made by Python {version}: start course.py with that one, '
        f'or let course.py run make it anew for {environment.VERSION}.'
    )


# The port and the database


def _port():
    port = os.environ.get('PORT') or '9000'
    if not port.isdecimal() or int(port) > 65535:
        text = f'PORT is {port!r}: unset it, or choose from 1 to 65535.'
        return Finding('port', False, text, needed=True)
    if is_free(int(port)):
        return Finding('port', True, f'{port} is free')
    text = f'{port} is in use{owner(int(port))}: stop that one, or add --port {int(port) + 1}.'
    return Finding('port', False, text)


def _sqlite():
    try:
        import sqlite3  # here, because some Pythons have none
    except ImportError as error:
        text = f'this Python lacks it ({error}). Use another, like that of python.org.'
        return Finding('SQLite', False, text, needed=True)
    return Finding('SQLite', True, sqlite3.sqlite_version)


def _mysql():
    program = shutil.which('mariadbd', path=SBIN) or shutil.which('mysqld', path=SBIN)
    use = 'for the tests with MySQL'
    return _found('MySQL', program, use, 'mariadb-server')


def _database_url():
    url = os.environ.get('DATABASE_URL')
    if not url:
        return Finding('DATABASE_URL', True, 'not set: each stage has a file, www/blog.db')
    if url.startswith('sqlite:///'):
        return Finding('DATABASE_URL', True, f'set: all stages use {url}')
    try:
        where = server(url)
    except CommandError as error:
        return Finding('DATABASE_URL', False, str(error), needed=True)
    place = f'{where["host"]}:{where["port"]}'
    try:
        socket.create_connection((where['host'], where['port']), timeout=2).close()
    except (OSError, ValueError) as error:  # a name can be none
        text = f'no server at {place} ({error}). Start it, or unset DATABASE_URL.'
        return Finding('DATABASE_URL', False, text, needed=True)
    return Finding('DATABASE_URL', True, f'set: all stages use {where["database"]} at {place}')


# The terminal and other programs


def _terminal():
    encoding = sys.stdout.encoding
    if plain('✓✗') != '✓✗':
        text = (
            f'{encoding} lacks some of our signs: set PYTHONIOENCODING=utf-8 if it can show them.'
        )
        return Finding('terminal', False, text)
    if has_colours():
        colours = 'colours'
    elif os.environ.get('NO_COLOR'):
        colours = 'no colours: NO_COLOR is set'
    else:
        colours = 'no colours: this is no terminal'
    return Finding('terminal', True, f'{encoding}, {colours}')


def _git():
    return _found('git', shutil.which('git'), 'for course.py propagate', 'git')


def _browser():
    return _found('browser', find_browser(), 'for the tests in a browser', 'chromium')


def _curl():
    return _found('curl', shutil.which('curl'), "for the chapters' requests", 'curl')


def _found(name, program, use, package):
    if program:
        return Finding(name, True, program)
    text = f'not found; it is {use}. On Debian or Ubuntu: sudo apt install {package}'
    return Finding(name, False, text)


CHECKS = (
    _python,
    _venv,
    _environment,
    _port,
    _sqlite,
    _mysql,
    _database_url,
    _terminal,
    _git,
    _browser,
    _curl,
)
