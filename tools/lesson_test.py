"""course.py lesson: the steps of a stage lead from the stage before to the stage."""

import pytest

from tools.course_test import course
from tools.lesson import after, steps_of
from tools.stages import ROOT, STAGES
from tools.start_test import copy, run

pytestmark = pytest.mark.once

__all__ = ['copy']


@pytest.mark.parametrize('stage', STAGES, ids=lambda stage: stage.name)
def test_after_all_steps_every_file_is_that_of_the_stage(stage):
    steps = steps_of(stage)
    assert steps
    for step in steps:
        path = ROOT / stage.name / 'www' / step.change.name
        assert after(step.change, steps) == path.read_text(encoding='utf-8')


@pytest.mark.parametrize('stage', STAGES[1:], ids=lambda stage: stage.name)
def test_before_all_steps_every_file_is_that_of_the_stage_before(stage):
    for step in steps_of(stage):
        assert after(step.change, []) == ''.join(step.change.before or [])


def test_the_files_come_in_the_order_of_the_chapter():
    names = list(dict.fromkeys(step.change.name for step in steps_of(STAGES[2])))
    assert names == ['models.py', 'sample_data.py', 'app.py']


def test_a_new_file_comes_definition_by_definition():
    steps = [step for step in steps_of(STAGES[2]) if step.change.name == 'models.py']
    assert [str(step).partition('(')[0] for step in steps[1:4]] == [
        '+def next_id',
        '+class User',
        '+class Blog',
    ]


def test_without_a_terminal_all_steps_are_printed():
    text, code = course('lesson', 'day03')
    number = len(steps_of(STAGES[2]))
    assert code == 0
    assert [line for line in text.splitlines() if line.startswith('Step ')][-1] == (
        f'Step {number} of {number}: app.py'
    )


def test_a_stage_can_be_written_until_a_step_and_runs_or_not(copy):
    number = len(steps_of(STAGES[2]))
    assert run(copy, 'lesson', 'day03', '--until', str(number))[0] == (
        f'my/www is day03_models after step {number}. It runs.\n'
    )
    assert copy.joinpath('my/www/app.py').read_bytes() == (
        copy.joinpath('day03_models/www/app.py').read_bytes()
    )


def test_a_stage_that_does_not_run_yet_is_told(copy):
    text, code = run(copy, 'lesson', 'day01', '--until', '1')
    assert code == 0
    problem = "ModuleNotFoundError: No module named 'serving'"
    assert text == f'my/www is day01_hello after step 1. It does not run yet: {problem}\n'


def test_what_is_in_my_folder_stays(copy):
    run(copy, 'start', 'day02')
    text, code = run(copy, 'lesson', 'day03', '--until', '1')
    assert code == 2
    assert 'stays as it is' in text


def test_a_step_that_is_not_there_is_told():
    number = len(steps_of(STAGES[2]))
    assert course('lesson', '3', '--until', '99') == (
        f'day03_models has steps 1 to {number}.\n',
        2,
    )
