"""course.py as one types it: the commands, their errors, and how they end."""

import ast
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import zipfile
from contextlib import closing
from hashlib import sha256

import pytest

from tools.cli import COMMANDS
from tools.environment import stamp
from tools.ports import free_port
from tools.stages import ROOT, STAGES
from tools.test import MEMORY, has_room


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


@pytest.mark.parametrize('command', [(), *((name,) for name in COMMANDS)])
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
        (('final',), "There is no command 'final': did you mean run final?\n"),
        (('run', '1', '--port', '-1'), "There is no port '-1': choose from 1 to 65535.\n"),
        (('run', '1', '--port', '70000'), "There is no port '70000': choose from 1 to 65535.\n"),
        (
            ('bench', '--rounds', '0'),
            'The least that course.py bench can do is one round of one second.\n',
        ),
        *(
            (
                (command, '--db', url),
                f"Argument --db: '{url}' is not like mysql://user:password@host:port. "
                f'See: python3 course.py {command} --help\n',
            )
            for command in ('test', 'bench')
            for url in ('foo', 'sqlite:', '')
        ),
    ],
)
def test_a_mistake_is_answered_with_one_sentence_and_code_2(args, sentence):
    assert course(*args) == (sentence, 2)


def test_a_port_that_is_no_number_is_answered_with_one_sentence():
    text, code = course('run', '1', '--port', 'x')
    assert (text.count('\n'), code) == (1, 2)
    assert "'x'" in text


@pytest.mark.parametrize('port', ['70000', '90x', '9' * 5000])
def test_a_port_of_the_environment_that_is_none_is_answered_with_one_sentence(port):
    sentence = f'There is no port {port!r}: choose from 1 to 65535.\n'
    assert course('run', '1', PORT=port) == (sentence, 2)


# Output


@pytest.mark.skipif(os.name == 'nt', reason='a pipe of Windows has errors of its own')
def test_a_reader_who_leaves_is_no_error():
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [sys.executable, ROOT / 'course.py'], stdout=writing, stderr=subprocess.PIPE, check=False
    )
    os.close(writing)
    assert (done.stderr, done.returncode) == (b'', 1)


@pytest.mark.skipif(not os.path.exists('/dev/full'), reason='no disk here is always full')
@pytest.mark.parametrize('args', [(), ('--help',)])
def test_a_full_disk_is_answered_with_one_sentence(args):
    with open('/dev/full', 'wb') as full:
        done = subprocess.run(
            [sys.executable, ROOT / 'course.py', *args],
            stdout=full,
            stderr=subprocess.PIPE,
            encoding='utf-8',
            check=False,
        )
    sentence = 'Cannot go on: [Errno 28] No space left on device.\n'
    assert (done.stderr, done.returncode) == (sentence, 1)


def test_a_letter_that_the_terminal_lacks_is_escaped(ready):
    root = ready.rename(ready.with_name('课程'))
    text, code = course('test', '--version', root=root, PYTHONIOENCODING='ascii')
    assert text.startswith('+ cd ')
    assert r'\u8bfe\u7a0b' in text
    assert code == 0


# Python and the environment


def test_an_old_python_can_read_course_py():
    source = ROOT.joinpath('course.py').read_text(encoding='utf-8')
    new = (ast.JoinedStr, ast.AnnAssign, ast.NamedExpr, ast.AsyncFunctionDef, ast.Match)
    nodes = list(ast.walk(ast.parse(source)))
    assert not [node for node in nodes if isinstance(node, new)]
    assert not [node for node in nodes if isinstance(node, ast.FunctionDef) and node.returns]


def pretend(version, *args, **environ):
    """Return what a Python that says it has this version writes to standard error, and its code."""
    program = (
        f'import sys; sys.version_info = {version}; sys.argv[0] = "course.py"; '
        'exec(open("course.py").read())'
    )
    done = subprocess.run(
        [sys.executable, '-c', program, *args],
        cwd=ROOT,
        env=os.environ | environ,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stderr, done.returncode


@pytest.mark.parametrize('version', [(2, 7, 18), (3, 8, 0), (3, 10, 99)])
def test_an_old_python_is_told_which_one_is_needed(version):
    text, code = pretend(version)
    assert code == 3
    assert text.startswith('The course needs Python 3.11 or newer, and ')
    assert text.count('\n') == 1


def test_python_3_11_is_new_enough():
    assert pretend((3, 11, 0)) == ('', 0)


@pytest.mark.skipif(os.name == 'nt', reason='the Pythons of this test are shell scripts')
def test_an_old_python_repeats_the_command_with_a_newer_one_that_starts(tmp_path):
    for name, code in [('python3.13', 127), ('python3.12', 0)]:
        tmp_path.joinpath(name).write_text(f'#!/bin/sh\nexit {code}\n')
        tmp_path.joinpath(name).chmod(0o755)
    text, _ = pretend((3, 10, 0), 'test', '-k', 'page or blog', PATH=str(tmp_path))
    assert text.endswith('Try: python3.12 course.py test -k "page or blog"\n')
    text, _ = pretend((3, 10, 0), PATH='')
    assert text.endswith('Please install one.\n')


HIDE_ENSUREPIP = """
import importlib.util
find_spec = importlib.util.find_spec
importlib.util.find_spec = lambda name: None if name == 'ensurepip' else find_spec(name)
"""


def test_a_python_without_ensurepip_is_told_what_to_install(copy, tmp_path):
    tmp_path.joinpath('sitecustomize.py').write_text(HIDE_ENSUREPIP)
    port = f'--port={free_port()}'
    text, code = course('run', 'final', port, root=copy, PYTHONPATH=str(tmp_path))
    assert code == 3
    assert f'sudo apt install python{sys.version_info[0]}.{sys.version_info[1]}-venv' in text
    assert not (copy / '.venv').exists()


@pytest.mark.once
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


def test_a_file_in_place_of_the_environment_is_left_alone(copy):
    copy.joinpath('.venv').write_text('thesis')
    text, code = course('run', 'final', f'--port={free_port()}', root=copy)
    assert (text.count('\n'), code) == (1, 3)
    assert 'is no virtual environment. Rename it' in text
    assert copy.joinpath('.venv').read_text() == 'thesis'


def test_a_place_that_cannot_be_written_is_answered_with_the_cure(copy):
    place = copy / 'README.md' / 'venv'
    text, code = course('run', '1', f'--port={free_port()}', root=copy, COURSE_VENV=str(place))
    assert (text.count('\n'), code) == (1, 3)
    assert text.endswith('Set COURSE_VENV to a folder that can be written.\n')


def test_a_start_while_another_one_makes_the_environment_is_told_so(copy):
    with closing(sqlite3.connect(copy / '.venv.db')) as other:
        other.execute('begin exclusive')
        text, code = course('run', '1', f'--port={free_port()}', root=copy)
    assert (text.count('\n'), code) == (1, 3)
    assert text.startswith(f'Another course.py is making {copy / ".venv"}')
    assert not copy.joinpath('.venv').exists()


def lock(root, version, options='--hash=sha256:{}'):
    """Let the course need this version of one package, which is in the same folder."""
    wheel = root / f'tiny-{version}-py3-none-any.whl'
    with zipfile.ZipFile(wheel, 'w') as archive:
        archive.writestr('tiny.py', f'version = {version}')
        for name, text in [
            ('METADATA', f'Metadata-Version: 2.1\nName: tiny\nVersion: {version}'),
            ('WHEEL', 'Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any'),
            ('RECORD', ''),
        ]:
            archive.writestr(f'tiny-{version}.dist-info/{name}', text)
    options = options.format(sha256(wheel.read_bytes()).hexdigest())
    root.joinpath('requirements.lock').write_text(f'tiny=={version} {options}\n')


def run(root):
    """Run the first stage of a small course."""
    return course(
        'run', '1', f'--port={free_port()}', root=root, PIP_NO_INDEX='1', PIP_FIND_LINKS=str(root)
    )


@pytest.fixture(scope='module')
def small(tmp_path_factory):
    """A course with an environment of its own; its stage prints the version of the one package."""
    small = tmp_path_factory.mktemp('small')
    shutil.copy(ROOT / 'course.py', small)
    shutil.copytree(ROOT / 'tools', small / 'tools')
    small.joinpath('day01_hello/www').mkdir(parents=True)
    small.joinpath('day01_hello/www/app.py').write_text('import tiny; print(tiny.version)')
    lock(small, 1)
    text, code = run(small)
    assert (text.splitlines()[-1], code) == ('1', 0)
    return small


@pytest.fixture
def own(small):
    """What a learner has added to the environment."""
    own = next(small.glob('.venv/**/site-packages')) / 'own.py'
    own.touch()
    return own


def test_the_second_start_installs_nothing(small):
    run(small)
    text, code = run(small)
    assert (text.count('\n'), code) == (1, 0)


def test_a_changed_lock_is_installed_on_top_of_what_is_there(small, own):
    lock(small, 2)
    text, code = run(small)
    assert text.startswith('Installed the packages in ')
    assert (text.splitlines()[-1], code) == ('2', 0)
    assert own.exists()


@pytest.mark.parametrize('options', ['', f'--hash=sha256:{"0" * 64}'])
def test_a_package_whose_hash_is_not_in_the_lock_is_refused(small, options):
    lock(small, 3, options)
    text, code = run(small)
    assert (text.count('\n'), code) == (1, 4)
    assert 'hashes' in text.lower()


@pytest.mark.once
def test_for_another_python_the_environment_is_made_anew_and_the_loss_is_told(small, own):
    lock(small, 1)
    small.joinpath('.venv/course-stamp').write_text('3.10 x')
    text, code = run(small)
    first, *_, last = text.splitlines()
    assert first.endswith(', anew: what was installed for Python 3.10 is lost.')
    assert (last, code) == ('1', 0)
    assert not own.exists()


def test_what_a_browser_needs_is_installed_once_and_only_when_it_is_asked_for(small):
    lock(small, 4)
    small.joinpath('requirements.lock').rename(small / 'requirements-browser.lock')
    lock(small, 1)
    run(small)
    commands = [('test',), ('test', '--browser'), ('test', '--browser')]
    links = {'PIP_NO_INDEX': '1', 'PIP_FIND_LINKS': str(small)}
    outputs = [course(*command, root=small, **links)[0] for command in commands]
    assert [output.count('Installed the packages') for output in outputs] == [0, 1, 0]


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


@pytest.mark.parametrize(
    ('args', 'environ'),
    [(['--db=sqlite:///my.db'], {}), ([], {'DATABASE_URL': 'sqlite:///my.db'})],
)
def test_run_is_the_program_of_the_stage_until_a_signal_ends_it(ready, args, environ):
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, ready / 'course.py', 'run', '2', f'--port={port}', *args],
        env=os.environ | {'COURSE_VENV': ''} | environ,
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


@pytest.mark.parametrize(
    ('environ', 'first'),
    [
        ({}, '[Monitor] Watching '),
        ({'APP_ENV': 'production', 'SESSION_SECRET': 'nobody can guess this'}, 'INFO:root:found '),
    ],
)
def test_final_is_restarted_after_a_change_only_while_it_is_developed(environ, first):
    environ |= {
        'COURSE_VENV': sys.prefix,
        'DATABASE_URL': 'sqlite:///:memory:',
        'LOG_LEVEL': 'INFO',
    }
    process = subprocess.Popen(
        [sys.executable, ROOT / 'course.py', 'run', 'final', f'--port={free_port()}'],
        env=os.environ | environ,
        stderr=subprocess.PIPE,
        encoding='utf-8',
    )
    assert process.stderr.readline().startswith(first)
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=30)


def test_a_busy_port_is_answered_with_its_owner_and_a_way_out():
    with socket.create_server(('127.0.0.1', free_port())) as server:
        port = server.getsockname()[1]
        text, code = course('run', 'day01', '--port', str(port))
    assert code == 5
    assert text.startswith(f'Port {port} is in use by another program')
    assert text.endswith(f'python3 course.py run day01_hello --port {port + 1}\n')
    if sys.platform == 'linux':
        assert f'(pid {os.getpid()}: ' in text


def test_test_keeps_what_python_has_compiled(ready):
    ready.joinpath('day01_hello/www/app_test.py').write_text('def test_x(): pass')
    course('test', 'day01', '-n0', root=ready, PYTHONDONTWRITEBYTECODE='1')
    assert [*ready.glob('day01_hello/www/__pycache__/app_test.*')]


@pytest.mark.parametrize('named', [True, False])
def test_tests_write_where_one_says_or_into_memory_if_there_is_room(ready, tmp_path, named):
    in_memory = MEMORY if has_room(MEMORY, 4e9) else '/tmp'
    ready.joinpath('day01_hello/www/app_test.py').write_text(
        'def test_x(tmp_path): print(f"in {tmp_path}")'
    )
    folder = str(tmp_path) if named else ''
    text, _ = course('test', 'day01', '-n0', '-s', root=ready, TMPDIR=folder)
    assert f'in {folder or in_memory}/pytest-of-' in text


@pytest.mark.skipif(os.name == 'nt', reason='Windows is not asked')
def test_a_folder_has_room_if_it_is_there_and_large_enough(tmp_path):
    assert has_room(tmp_path, 1)
    assert not has_room(tmp_path, 1e18)
    assert not has_room(tmp_path / 'nothing', 1)


def test_test_shows_the_pytest_line_and_passes_the_rest_on(ready):
    ready.joinpath('day01_hello/www/app_test.py').write_text(
        'def test_x(): pass\ndef test_y(): 1/0'
    )
    text, code = course('test', 'day01', '-n0', '-q', '-k', 'test_x', root=ready)
    assert text.splitlines()[0].endswith(" and not browser' day01_hello -n0 -q -k test_x")
    assert '1 passed, 1 deselected' in text
    assert code == 0
    text, code = course('test', '-n0', '-q', '-k', 'test_y', 'day01_hello', root=ready)
    assert '1 failed, 1 deselected' in text
    assert code == 1
