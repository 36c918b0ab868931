"""A learner's way through a stage: start, check, hint, reset. Nothing of theirs is ever lost."""

import itertools
import json
import os
import shutil
import subprocess
import sys

import pytest

from tools.course_test import course
from tools.stages import ROOT
from tools.transcripts import NOT_COPIED

pytestmark = pytest.mark.once


@pytest.fixture
def copy(tmp_path):
    """A copy of the course, and a function that runs its course.py."""
    root = tmp_path / 'course'
    shutil.copytree(ROOT, root, ignore=NOT_COPIED)
    return root


def run(copy, *args, **environ):
    return course(*args, root=copy, COURSE_VENV=sys.prefix, **environ)


def write_day01(copy, *names):
    """Do in my/ what the first stage asks for, or some of its files."""
    for name in names or ('app.py', 'serving.py'):
        shutil.copy(copy / 'day01_hello/www' / name, copy / 'my/www' / name)


def names(folder):
    return {path.relative_to(folder).as_posix() for path in folder.rglob('*') if path.is_file()}


def test_one_starts_with_the_stage_before_without_its_tests(copy):
    text, code = run(copy, 'start', 'day03')
    assert (code, 'my/www holds what comes before day03_models.\n' in text) == (0, True)
    written = {'app.py', 'drivers.py', 'orm.py', 'serving.py'}
    assert names(copy / 'my/www') == {*written, 'expectations.py', 'sample_data.py'}
    before = copy.joinpath('day02_orm/www/app.py').read_bytes()
    assert copy.joinpath('my/www/app.py').read_bytes() == before


def test_the_first_stage_starts_with_what_it_gives(copy):
    run(copy, 'start', '1')
    assert names(copy / 'my') == {'TASK.md', 'www/expectations.py'}


def test_the_task_names_the_chapter_and_the_checks(copy):
    run(copy, 'start', 'day01')
    task = copy.joinpath('my/TASK.md').read_text(encoding='utf-8')
    assert 'day01_hello/README.md' in task
    assert '1. GET / answers with a page\n' in task


def test_work_is_never_overwritten(copy):
    run(copy, 'start', 'day02')
    copy.joinpath('my/www/app.py').write_text('mine')
    text, code = run(copy, 'start', 'day03')
    assert code == 2
    assert 'my/ holds your work on day02_orm, and stays as it is.' in text
    assert '--into OTHER' in text
    assert copy.joinpath('my/www/app.py').read_text() == 'mine'


def test_one_may_start_elsewhere(copy):
    run(copy, 'start', 'day02')
    assert run(copy, 'start', 'day02', '--into', 'other')[1] == 0
    assert 'your version in other/www' in run(copy, 'check')[0]


def test_reset_keeps_the_old_version_and_says_where(copy):
    run(copy, 'start', 'day02')
    copy.joinpath('my/www/app.py').write_text('mine')
    text, code = run(copy, 'reset')
    assert code == 0
    [backup] = copy.glob('my-2*')
    assert f'Your version is now in {backup.name}/.' in text
    assert backup.joinpath('www/app.py').read_text() == 'mine'
    assert copy.joinpath('my/www/app.py').read_text() != 'mine'


def test_check_tells_what_works_and_explains_the_first_failure(copy):
    run(copy, 'start', 'day01')
    write_day01(copy)
    app = copy.joinpath('my/www/app.py')
    app.write_text(app.read_text(encoding='utf-8').replace('access_log=None, ', ''))
    text, code = run(copy, 'check')
    assert code == 1
    assert '✓ GET / answers with a page\n' in text
    assert '✗ The log says when the server has started, and nothing else\n' in text
    assert 'expected   the log is the transcript\n' in text
    assert 'read       day01_hello/README.md, "init: begin to listen"\n' in text
    assert '1 of 5 checks. More help: python3 course.py hint\n' in text


def test_check_all_explains_every_failure(copy):
    run(copy, 'start', 'day01')
    assert run(copy, 'check', '--all')[0].count('✗') == 5


def test_what_is_right_is_told_and_remembered(copy):
    run(copy, 'start', 'day01')
    write_day01(copy)
    text, code = run(copy, 'check')
    assert (code, text.count('✓')) == (0, 5)
    assert '5 of 5 checks. All is right.' in text
    assert '75 lines  ✓ checked\n' in run(copy)[0]


def test_the_list_tells_how_far_one_is(copy):
    assert 'python3 course.py start day01\n' in run(copy)[0]
    run(copy, 'start', 'day01')
    run(copy, 'check')
    text, _ = run(copy)
    assert '75 lines  0 of 5 checks\n' in text
    assert 'python3 course.py check day01_hello\n' in text


def test_hints_go_from_a_nudge_to_the_chapter_to_the_lines(copy):
    run(copy, 'start', 'day01')
    hints = [run(copy, 'hint', 'test_the_home_page_is_html')[0] for _ in range(4)]
    assert 'A handler returns a web.Response' in hints[0]
    assert 'README.md, "A handler makes the answer":\n\n`index` is a **handler**' in hints[1]
    assert 'async def index(request):\n    return web.Response(' in hints[2]
    assert hints[3] == hints[2]


def test_a_hint_speaks_chinese_where_the_terminal_does(copy):
    run(copy, 'start', 'day01')
    run(copy, 'hint', 'test_the_home_page_is_html')
    text, _ = run(copy, 'hint', 'test_the_home_page_is_html', LANG='zh_CN.UTF-8')
    assert 'README.zh-CN.md, "处理函数做出响应":\n\n`index` 是一个**处理函数**' in text


def test_without_a_name_the_hint_is_for_what_failed_last(copy):
    run(copy, 'start', 'day01')
    run(copy, 'check')
    assert run(copy, 'hint')[0].startswith('GET / answers with a page\n')


@pytest.mark.parametrize(
    ('args', 'sentence'),
    [
        (('check',), 'No stage has been started. Begin with: python3 course.py start day01\n'),
        (('check', '2'), 'There is no my/www. Begin with: python3 course.py start day02_orm\n'),
        (('hint',), 'No check has failed yet. Find out with: python3 course.py check\n'),
        (
            ('hint', 'foo'),
            "There is no test 'foo'. See their names: python3 course.py check --all\n",
        ),
        (('start', 'dya03'), "There is no stage 'dya03': did you mean day03?\n"),
    ],
)
def test_a_mistake_is_answered_with_one_sentence(copy, args, sentence):
    assert run(copy, *args) == (sentence, 2)


def test_a_broken_note_of_the_progress_is_told(copy):
    copy.joinpath('my.json').write_text('{')
    text, code = run(copy, 'check')
    assert (code, text.startswith('Cannot read my.json (')) == (2, True)


def test_the_note_of_the_progress_is_small(copy):
    run(copy, 'start', 'day01')
    note = json.loads(copy.joinpath('my.json').read_text(encoding='utf-8'))
    assert (note['stage'], note['folder']) == ('day01_hello', 'my')


def test_watch_checks_again_after_a_change(copy):
    run(copy, 'start', 'day01')
    write_day01(copy, 'serving.py')
    with subprocess.Popen(
        [sys.executable, copy / 'course.py', 'check', '--watch'],
        env=os.environ | {'COURSE_VENV': sys.prefix, 'PYTHONIOENCODING': 'utf-8'},
        stdout=subprocess.PIPE,
        encoding='utf-8',
    ) as watching:
        lines = iter(watching.stdout)
        before = _until_it_waits(lines)
        write_day01(copy, 'app.py')
        after = _until_it_waits(lines)
        watching.kill()
    assert '0 of 5 checks.' in before
    assert '5 of 5 checks.' in after


def _until_it_waits(lines):
    return ''.join(itertools.takewhile(lambda line: 'Waiting for a change' not in line, lines))
