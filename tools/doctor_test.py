"""course.py doctor finds what is missing, says the cure, and tells needed from optional."""

import os
import re
import shutil
import socket
import sys
from contextlib import closing

import pytest

from tools.course_test import HIDE_ENSUREPIP, course
from tools.environment import VERSION, stamp
from tools.ports import free_port
from tools.stages import ROOT

pytestmark = pytest.mark.once


@pytest.fixture
def doctor(tmp_path):
    """A function that examines a course whose environment is ready; `line` finds its lines."""
    root = tmp_path / 'course'
    shutil.copytree(ROOT / 'tools', root / 'tools', ignore=shutil.ignore_patterns('*_test.py'))
    for name in ('course.py', 'requirements.lock'):
        shutil.copy(ROOT / name, root)
    scripts, python = ('Scripts', 'python.exe') if os.name == 'nt' else ('bin', 'python')
    root.joinpath('.venv', scripts).mkdir(parents=True)
    root.joinpath('.venv', scripts, python).touch()
    root.joinpath('.venv/course-stamp').write_text(stamp())

    def doctor(**environ):
        quiet = {'PORT': str(free_port()), 'DATABASE_URL': ''}
        return course('doctor', root=root, **(quiet | environ))

    doctor.root = root
    return doctor


def line(text, name):
    """Return the sign of the check with this name, and what it found."""
    return re.search(f'^(✓|✗) {name} +(.*)$', text, re.MULTILINE).groups()


def test_where_all_is_ready_the_next_step_is_told(doctor):
    text, code = doctor()
    assert code == 0
    assert line(text, 'Python') == ('✓', f'{sys.version.split()[0]} ({sys.executable})')
    for name in ('venv module', 'environment', 'port', 'SQLite', 'DATABASE_URL', 'terminal'):
        assert line(text, name)[0] == '✓'
    assert text.endswith('Next: python3 course.py run day01\n')


@pytest.mark.parametrize(
    ('name', 'package'), [('git', 'git'), ('browser', 'chromium'), ('curl', 'curl')]
)
def test_a_program_that_is_not_found_is_optional(doctor, name, package):
    text, code = doctor(PATH='')
    sign, found = line(text, name)
    assert (sign, code) == ('✗', 0)
    assert found.startswith('optional: not found; ')
    assert found.endswith(f' sudo apt install {package}')


@pytest.mark.skipif(os.name == 'nt', reason='the programs of this test are shell scripts')
@pytest.mark.parametrize(
    ('name', 'program'),
    [('git', 'git'), ('browser', 'google-chrome'), ('curl', 'curl'), ('MySQL', 'mariadbd')],
)
def test_a_program_that_is_found_is_named(doctor, tmp_path, name, program):
    path = tmp_path / program
    path.write_text('#!/bin/sh\n')
    path.chmod(0o755)
    assert line(doctor(PATH=str(tmp_path))[0], name) == ('✓', str(path))


# Python and the environment


def test_a_python_that_makes_no_environments_is_told_what_to_install(doctor, tmp_path):
    tmp_path.joinpath('sitecustomize.py').write_text(HIDE_ENSUREPIP)
    text, code = doctor(PYTHONPATH=str(tmp_path))
    sign, found = line(text, 'venv module')
    assert (sign, code) == ('✗', 1)
    assert found.startswith('needed: ')
    assert found.endswith(f'sudo apt install python{VERSION}-venv')
    assert text.endswith('No stage runs before what is marked as needed is there.\n')


def test_a_folder_in_place_of_the_environment_is_told(doctor):
    doctor.root.joinpath('.venv/course-stamp').unlink()
    text, code = doctor()
    sign, found = line(text, 'environment')
    assert (sign, code) == ('✗', 1)
    assert 'is no virtual environment. Rename it' in found


@pytest.mark.parametrize(
    ('stamp', 'cure'),
    [
        ('not finished', 'optional: not made yet: python3 course.py run day01 makes it; '),
        ('3.10 x', 'optional: made by Python 3.10: start course.py with that one, or '),
        (f'{VERSION} x', 'optional: older than requirements.lock: python3 course.py run '),
    ],
)
def test_an_environment_that_the_next_run_makes_is_no_obstacle(doctor, stamp, cure):
    doctor.root.joinpath('.venv/course-stamp').write_text(stamp)
    text, code = doctor()
    sign, found = line(text, 'environment')
    assert (sign, code) == ('✗', 0)
    assert found.startswith(cure)


def test_a_python_without_sqlite_is_told(doctor, tmp_path):
    tmp_path.joinpath('sitecustomize.py').write_text('import sys; sys.modules["_sqlite3"] = None')
    text, code = doctor(PYTHONPATH=str(tmp_path))
    sign, found = line(text, 'SQLite')
    assert (sign, code) == ('✗', 1)
    assert found.startswith('needed: this Python lacks it')


# The port and the database


def test_a_busy_port_is_told_with_a_way_out(doctor):
    with socket.create_server(('127.0.0.1', free_port())) as other:
        port = other.getsockname()[1]
        text, code = doctor(PORT=str(port))
    sign, found = line(text, 'port')
    assert (sign, code) == ('✗', 0)
    assert found.startswith(f'optional: {port} is in use')
    assert found.endswith(f'add --port {port + 1}.')


@pytest.mark.parametrize('port', ['90x', '70000', '-1'])
def test_a_port_that_is_none_is_told(doctor, port):
    text, code = doctor(PORT=port)
    cure = f'needed: PORT is {port!r}: unset it, or choose from 1 to 65535.'
    assert line(text, 'port') == ('✗', cure)
    assert code == 1


def test_a_server_that_answers_is_named_without_its_password(doctor):
    with closing(socket.create_server(('127.0.0.1', 0))) as server:
        place = f'127.0.0.1:{server.getsockname()[1]}'
        text, code = doctor(DATABASE_URL=f'mysql://me:secret@{place}/blog')
    assert line(text, 'DATABASE_URL') == ('✓', f'set: all stages use blog at {place}')
    assert code == 0
    assert 'secret' not in text


@pytest.mark.parametrize(
    ('end', 'found'),
    [
        ('127.0.0.1:1/blog', 'needed: no server at 127.0.0.1:1 ('),
        ('a..b/blog', 'needed: no server at a..b:3306 ('),
        ('127.0.0.1:x/blog', 'needed: Cannot read the database URL, '),
    ],
)
def test_a_server_that_is_not_there_is_needed_and_its_password_is_not_shown(doctor, end, found):
    text, code = doctor(DATABASE_URL=f'mysql://me:secret@{end}')
    assert line(text, 'DATABASE_URL')[1].startswith(found)
    assert code == 1
    assert 'secret' not in text


def test_a_file_of_the_environment_is_named(doctor):
    text, _ = doctor(DATABASE_URL='sqlite:///my.db')
    assert line(text, 'DATABASE_URL') == ('✓', 'set: all stages use sqlite:///my.db')


# The terminal


def test_a_terminal_without_our_signs_gets_others_and_the_cure(doctor):
    text, code = doctor(PYTHONIOENCODING='ascii')
    assert code == 0
    assert re.search('^ok Python  ', text, re.MULTILINE)
    cure = '^x  terminal +optional: ascii lacks some of our signs: set PYTHONIOENCODING=utf-8'
    assert re.search(cure, text, re.MULTILINE)


def test_why_there_are_no_colours_is_told(doctor):
    assert line(doctor(NO_COLOR='')[0], 'terminal')[1].endswith('no colours: this is no terminal')
    assert line(doctor(NO_COLOR='1')[0], 'terminal')[1].endswith('no colours: NO_COLOR is set')


def test_the_help_fits_the_screen():
    text, code = course('doctor', '--help')
    assert code == 0
    assert 'Example: python3 course.py doctor' in text
    assert len(text.splitlines()) <= 24
