"""course.py as one types it: the commands, their errors, and how they end."""

import ast
import os
import shutil
import signal
import socket
import subprocess
import sys

import pytest

from tools.environment import stamp
from tools.ports import free_port
from tools.stages import ROOT, STAGES


def course(*args, root=ROOT, python=sys.executable, **environ):
    """Return what `python course.py ARGS` printed, to both outputs, and its exit code."""
    done = subprocess.run(
        [python, root / 'course.py', *args],
        env=os.environ | {'COURSE_VENV': ''} | environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding='utf-8',
        timeout=60,
    )
    return done.stdout, done.returncode


@pytest.fixture
def copy(tmp_path):
    """A copy of the course without an environment."""
    copy = tmp_path / 'course'
    shutil.copytree(
        ROOT, copy, ignore=shutil.ignore_patterns('.git', '.venv', '__pycache__', '*_test.py')
    )
    return copy


# The list


@pytest.mark.parametrize('args', [(), ('list',)])
def test_the_list_names_every_stage_and_what_to_type_next(args):
    text, code = course(*args)
    assert code == 0
    for stage in STAGES:
        assert f'{stage.name} ' in text
        assert stage.idea in text
    assert 'python3 course.py run final' in text


@pytest.mark.parametrize('command', [(), ('list',), ('run',), ('test',), ('bench',)])
def test_help_is_short(command):
    text, code = course(*command, '--help')
    assert code == 0
    assert text.startswith('usage: course.py')
    assert len(text.splitlines()) <= 24


# Mistakes


@pytest.mark.parametrize(
    ('args', 'sentence'),
    [
        (('rnu', 'final'), "There is no command 'rnu': did you mean run?\n"),
        (('run', 'dya02'), "There is no stage 'dya02': did you mean day02?\n"),
        (('test', 'day2'), "There is no stage 'day2': did you mean day02?\n"),
        (
            ('run',),
            'The following arguments are required: stage. See: python3 course.py run --help\n',
        ),
        (('run', '1', '--prot', '80'), "course.py run does not know '--prot'.\n"),
    ],
)
def test_a_mistake_is_answered_with_one_sentence_and_code_2(args, sentence):
    assert course(*args) == (sentence, 2)


def test_a_port_that_is_no_number_is_answered_with_one_sentence():
    text, code = course('run', '1', '--port', 'x')
    assert (text.count('\n'), code) == (1, 2)
    assert "'x'" in text


# Python and the environment


def test_an_old_python_can_read_course_py():
    source = ROOT.joinpath('course.py').read_text(encoding='utf-8')
    new = (ast.JoinedStr, ast.AnnAssign, ast.NamedExpr, ast.AsyncFunctionDef, ast.Match)
    nodes = list(ast.walk(ast.parse(source)))
    assert not [node for node in nodes if isinstance(node, new)]
    assert not [node for node in nodes if isinstance(node, ast.FunctionDef) and node.returns]


def test_an_old_python_is_told_which_one_is_needed():
    pretend = 'import sys; sys.version_info = (3, 8, 0); exec(open("course.py").read())'
    done = subprocess.run(
        [sys.executable, '-c', pretend], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 3
    assert done.stderr.startswith('The course needs Python 3.11 or newer, and ')
    assert done.stderr.count('\n') == 1


HIDE_ENSUREPIP = """
import importlib.util
find_spec = importlib.util.find_spec
importlib.util.find_spec = lambda name: None if name == 'ensurepip' else find_spec(name)
"""


def test_a_python_without_ensurepip_is_told_what_to_install(copy, tmp_path):
    tmp_path.joinpath('sitecustomize.py').write_text(HIDE_ENSUREPIP)
    text, code = course('run', 'final', root=copy, PYTHONPATH=str(tmp_path))
    assert code == 3
    assert f'sudo apt install python{sys.version_info[0]}.{sys.version_info[1]}-venv' in text
    assert not (copy / '.venv').exists()


def test_without_a_network_a_half_made_environment_is_not_taken_for_a_whole_one(copy):
    copy.joinpath('.venv', 'bin').mkdir(parents=True)
    copy.joinpath('.venv', 'bin', 'python').touch()
    copy.joinpath('.venv', 'pyvenv.cfg').touch()
    text, code = course(
        'run',
        'final',
        f'--port={free_port()}',
        root=copy,
        PIP_INDEX_URL='http://127.0.0.1:1/',
        PIP_FIND_LINKS='',
        PIP_NO_CACHE_DIR='1',
    )
    assert code == 4
    assert 'Cannot download the packages. Is there a network?' in text
    assert 'Traceback' not in text
    assert copy.joinpath('.venv/course-stamp').read_text() == 'not finished'


def test_a_folder_that_is_no_environment_is_left_alone(copy):
    copy.joinpath('.venv').mkdir()
    copy.joinpath('.venv/thesis.txt').touch()
    text, code = course('run', 'final', f'--port={free_port()}', root=copy)
    assert code == 3
    assert 'is no virtual environment' in text
    assert copy.joinpath('.venv/thesis.txt').exists()


def test_an_environment_that_is_not_ours_is_left_alone(copy):
    copy.joinpath('.venv').mkdir()
    copy.joinpath('.venv/pyvenv.cfg').touch()
    package = copy / '.venv/lib/python3/site-packages/mine-1.0.dist-info'
    package.mkdir(parents=True)
    text, code = course('run', 'final', f'--port={free_port()}', root=copy)
    assert code == 3
    assert 'holds packages that course.py has not installed' in text
    assert package.exists()


# Running and testing


@pytest.fixture
def ready(copy):
    """A copy of the course whose environment is the one that runs these tests."""
    if os.name == 'nt':
        pytest.skip('the environment of this test is a shell script')
    python = copy / '.venv/bin/python'
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    python.chmod(0o755)
    copy.joinpath('.venv/course-stamp').write_text(stamp())
    return copy


def test_run_is_the_program_of_the_stage_until_a_signal_ends_it(ready):
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, ready / 'course.py', 'run', '2', f'--port={port}', '--db=sqlite:///my.db'],
        env=os.environ | {'COURSE_VENV': ''},
        cwd=ready,
        stderr=subprocess.PIPE,
        encoding='utf-8',
    )
    while f'server started at http://127.0.0.1:{port}' not in process.stderr.readline():
        assert process.poll() is None
    assert ready.joinpath('my.db').exists()
    process.send_signal(signal.SIGTERM)
    assert process.wait(30) == 0
    assert 'Traceback' not in process.stderr.read()
    process.stderr.close()


def test_a_busy_port_is_answered_with_its_owner_and_a_way_out():
    with socket.create_server(('127.0.0.1', free_port())) as server:
        port = server.getsockname()[1]
        text, code = course('run', 'day01', '--port', str(port))
    assert code == 5
    assert text.startswith(f'Port {port} is in use by another program')
    assert text.endswith(f'python3 course.py run day01_hello --port {port + 1}\n')
    if sys.platform == 'linux':
        assert f'(pid {os.getpid()}: ' in text


def test_test_shows_the_pytest_line_and_passes_the_rest_on(ready):
    ready.joinpath('day01_hello/www/app_test.py').write_text(
        'def test_x(): pass\ndef test_y(): 1/0'
    )
    text, code = course('test', 'day01', '-q', '-k', 'test_x', root=ready)
    assert text.splitlines()[0].endswith(' -m pytest day01_hello -q -k test_x')
    assert '1 passed, 1 deselected' in text
    assert code == 0
    text, code = course('test', '-q', '-k', 'test_y', 'day01_hello', root=ready)
    assert '1 failed, 1 deselected' in text
    assert code == 1
