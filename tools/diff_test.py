"""course.py diff shows what a stage adds: all of it, in order, and for whoever looks at it."""

import os
import re
import shutil
import subprocess
import sys
from itertools import pairwise

import pytest

from tools.course_test import course
from tools.environment import stamp
from tools.stages import NOT_WRITTEN_HERE, ROOT, STAGES, files

pytestmark = pytest.mark.once

STEPS = [(before.name, after) for before, after in pairwise(STAGES)]
on_posix = pytest.mark.skipif(os.name == 'nt', reason='needs a terminal, or a shell, of POSIX')


@pytest.fixture(scope='module')
def whole(tmp_path_factory):
    """A copy of the course."""
    whole = tmp_path_factory.mktemp('course')
    unwanted = shutil.ignore_patterns('__pycache__', '*.db', '*.db-*')
    for name in ('tools', *(f'{stage.name}/www' for stage in STAGES)):
        shutil.copytree(ROOT / name, whole / name, ignore=unwanted)
    for name in ('course.py', 'requirements.lock'):
        shutil.copy(ROOT / name, whole)
    return whole


@pytest.fixture
def root(whole):
    """The copy, where a test may write in `my/`."""
    whole.joinpath('my').mkdir()
    yield whole
    shutil.rmtree(whole / 'my')


def diff(*args, root=ROOT, **environ):
    """Return what the command prints; it has to succeed."""
    text, code = course('diff', *args, root=root, **environ)
    assert code == 0, text
    return text


def names(text):
    """Return the files that the output of --stat names."""
    return re.findall(r'^(\S+) +\+\d+ +−\d+', text.partition('\n\n')[0], re.MULTILINE)


# What it shows


@pytest.mark.parametrize(('before', 'after'), STEPS, ids=lambda stage: getattr(stage, 'name', ''))
def test_applied_as_a_patch_it_makes_the_stage(before, after, tmp_path):
    shutil.copytree(ROOT / before / 'www', tmp_path / after.name / 'www')
    subprocess.run(
        ['git', 'apply', '-p2', '-'],
        cwd=tmp_path / after.name / 'www',
        env=os.environ | {'GIT_CEILING_DIRECTORIES': str(tmp_path.parent)},
        input=diff(before, after.name),
        encoding='utf-8',
        check=True,
    )
    made, wanted = files(tmp_path, after), files(ROOT, after)
    for name in NOT_WRITTEN_HERE:
        wanted.pop(name, None)
        made.pop(name, None)
    assert made == wanted


@pytest.mark.parametrize(('before', 'after'), STEPS, ids=lambda stage: getattr(stage, 'name', ''))
def test_code_comes_before_tests_and_both_in_the_order_of_the_contract(before, after):
    listed = [name for name in (*after.adds, *after.changes) if name not in NOT_WRITTEN_HERE]
    tests = [name for name in listed if '_test' in name or name == 'transcript.txt']
    code = [name for name in listed if name not in tests]
    assert names(diff(before, after.name, '--stat')) == code + tests


def test_two_stages_far_apart_are_compared_like_neighbours():
    first, *_, last = names(diff('day01', 'day04', '--stat'))
    assert (first, last) == ('drivers.py', 'transcript.txt')


def test_backwards_what_was_added_is_removed():
    text = diff('3', '2', '--stat')
    assert names(text)[:3] == ['app.py', 'models.py', 'sample_data.py']
    assert re.search(r'^models\.py +\+0 +−58  removed$', text, re.MULTILINE)


@pytest.mark.parametrize('file', ['app.py', 'day03_models/www/app.py'])
def test_one_file_is_shown_alone(file):
    text = diff('2', '3', file)
    assert re.findall('^--- (.+)$', text, re.MULTILINE) == ['day02_orm/www/app.py']
    assert '\n+from models import Blog, Comment, User\n' in text


def test_a_new_file_comes_from_nowhere():
    assert diff('2', '3', 'models.py').splitlines()[:3] == [
        '--- /dev/null',
        '+++ day03_models/www/models.py',
        '@@ -0,0 +1,58 @@',
    ]


def test_the_numbers_are_those_of_the_lines():
    text = diff('2', '3', 'app.py')
    added = len(re.findall(r'^\+(?!\+\+ )', text, re.MULTILINE))
    removed = len(re.findall(r'^-(?!-- )', text, re.MULTILINE))
    assert re.search(rf'^app\.py +\+{added} +−{removed}$', diff('2', '3', '--stat'), re.MULTILINE)


def test_what_somebody_else_wrote_is_shown_only_to_those_who_ask_for_it():
    line = '+++ final/www/static/pico.min.css\n'
    assert line not in diff('5', 'final')
    assert line in diff('5', 'final', 'static/pico.min.css')


def test_a_file_that_is_the_same_is_said_to_be():
    assert diff('2', '3', 'orm.py') == 'orm.py is the same in day02_orm and day03_models.\n'


# My own version


def test_without_an_own_version_it_says_how_to_begin_one(whole):
    assert course('diff', 'my', 'day03', root=whole) == (
        'There is no folder my/ with your own version. '
        'To begin one: python3 course.py start day03_models\n',
        2,
    )


@pytest.mark.parametrize('folder', ['my', 'my/www'])
def test_the_own_version_is_in_my_or_in_its_www(root, folder):
    shutil.copytree(root / 'day02_orm/www', root / folder, dirs_exist_ok=True)
    root.joinpath(folder, 'orm.py').unlink()
    assert names(diff('day02', 'my', '--stat', root=root)) == ['orm.py']
    assert '--- my/www/app.py\n+++ day03_models/www/app.py\n' in diff('my', '3', root=root)


def test_tests_that_a_learner_does_not_get_are_no_difference(root):
    shutil.copytree(
        root / 'day03_models/www',
        root / 'my/www',
        ignore=shutil.ignore_patterns('*_test.py', 'transcript.txt'),
    )
    same = 'Everything is the same in my and day03_models.\n'
    assert diff('my', 'day03', root=root) == same
    assert '+++ day03_models/www/orm_test.py' in diff('my', 'day03', 'orm_test.py', root=root)


def test_the_line_ends_of_windows_are_no_difference(root):
    source = root.joinpath('day02_orm/www/orm.py').read_bytes()
    root.joinpath('my/orm.py').write_bytes(source.replace(b'\n', b'\r\n'))
    assert 'orm.py' not in names(diff('2', 'my', '--stat', root=root))


def test_what_is_no_text_is_named(root):
    root.joinpath('my/photo.jpg').write_bytes(b'\xff\xd8\xff')
    text = diff('my', '1', 'photo.jpg', root=root)
    assert text == 'photo.jpg is removed, and no text in UTF-8\n'


def test_a_last_line_without_an_end_does_not_run_into_the_next(root):
    root.joinpath('my/app.py').write_text('pass')
    assert '\n-pass\n\\ No newline at end of file\n+"""' in diff('my', '1', 'app.py', root=root)


# Mistakes


@pytest.mark.parametrize(
    ('args', 'sentence'),
    [
        (('2', '3', 'modles.py'), "Neither has a file 'modles.py': did you mean models.py?\n"),
        (('2', '3', '?'), "Neither has a file '?': see them all with --stat.\n"),
        (('2', 'dya03'), "There is no stage 'dya03': did you mean day03?\n"),
    ],
)
def test_a_mistake_is_answered_with_one_sentence(args, sentence):
    assert course('diff', *args) == (sentence, 2)


def test_help_fits_a_screen_and_has_an_example():
    text = diff('--help')
    assert len(text.splitlines()) <= 24
    assert 'Example: python3 course.py diff day02 day03' in text


# Terminals


def in_terminal(*args, **environ):
    """Return what `course.py diff ARGS` writes to a terminal."""
    import pty  # here, because Windows has none

    ours, theirs = pty.openpty()
    command = [sys.executable, ROOT / 'course.py', 'diff', *args]
    environ = os.environ | {'NO_COLOR': ''} | environ
    with subprocess.Popen(command, env=environ, stdin=theirs, stdout=theirs, stderr=theirs):
        os.close(theirs)
        return _read(ours).decode().replace('\r\n', '\n')


def _read(terminal):
    output = b''
    try:
        while part := os.read(terminal, 4096):
            output += part
    except OSError:  # Linux's way to say that everything has been read
        pass
    os.close(terminal)
    return output


@on_posix
def test_a_terminal_gets_colours_unless_they_are_not_wanted():
    assert '\x1b[32m+from models import' in in_terminal('2', '3', 'app.py', PAGER='')
    assert in_terminal('2', '3', PAGER='', NO_COLOR='1') == diff('2', '3')
    assert '\x1b' not in diff('2', '3')


@on_posix
def test_a_terminal_gets_the_pager_that_is_wanted():
    text = in_terminal('2', '3', 'app.py', PAGER='sed s/^/paged:/', NO_COLOR='1')
    assert text.startswith('paged:--- day02_orm/www/app.py\npaged:+++ ')


@on_posix
def test_less_is_told_to_show_the_colours(monkeypatch):
    assert in_terminal('2', '3', PAGER='printenv LESS', LESS='M') == 'M\n'
    monkeypatch.delenv('LESS', raising=False)
    assert in_terminal('2', '3', PAGER='printenv LESS') == 'FRX\n'


@on_posix
@pytest.mark.parametrize('environ', [{'PAGER': 'no-such-pager'}, {'PATH': ''}])
def test_without_a_pager_everything_is_printed(environ):
    assert in_terminal('2', '3', NO_COLOR='1', **environ) == diff('2', '3')


def test_a_terminal_without_our_signs_gets_ascii():
    text = diff('1', 'final', '--stat', PYTHONIOENCODING='ascii')
    assert re.search(r'^app\.py +\+\d+ +-\d+$', text, re.MULTILINE)
    assert diff('1', 'final', PYTHONIOENCODING='ascii').isascii()


@on_posix
def test_a_pager_in_such_a_terminal_gets_ascii_too():
    text = in_terminal('1', 'final', PAGER='cat', PYTHONIOENCODING='ascii', NO_COLOR='1')
    assert text == diff('1', 'final', PYTHONIOENCODING='ascii')


# The page


@on_posix
def test_the_page_is_written_its_path_printed_and_opened(root, tmp_path):
    _lend_environment(root)
    shutil.copytree(root / 'day02_orm/www', root / 'my/www')
    root.joinpath('my/www/photo.jpg').write_bytes(b'\xff\xd8\xff')
    note = tmp_path / 'opened'
    browser = tmp_path / 'browser'
    browser.write_text(f'#!/bin/sh\necho "$1" > {note}\n')
    browser.chmod(0o755)
    text = diff('2', 'my', '--html', '--open', root=root, BROWSER=f'{browser} %s')
    path = root / 'pages/diff-day02-my.html'
    assert text == f'{path}\n'
    assert note.read_text() == f'{path.as_uri()}\n'
    page = path.read_text(encoding='utf-8')
    assert 'photo.jpg' in page
    assert 'This is no text in UTF-8.' in page


def _lend_environment(root):
    """Let the copy use the Python that runs these tests."""
    python = root / '.venv/bin/python'
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    python.chmod(0o755)
    root.joinpath('.venv/course-stamp').write_text(stamp())


def test_git_ignores_the_pages():
    assert '/pages/' in ROOT.joinpath('.gitignore').read_text().splitlines()
