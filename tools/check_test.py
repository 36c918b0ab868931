"""A learner's version is checked: the reference passes, and each known mistake gets its hint."""

import shutil
import sys
import tomllib
from collections import Counter

import pytest

from tools.check_run import ENDED_ALL, NEVER_ENDED, CheckRun, whole_lines
from tools.checks import all_checks, names_of_tests, own_checks
from tools.stages import ROOT, STAGES, find
from tools.start import NOT_COPIED

pytestmark = pytest.mark.once
DAY01 = STAGES[0]
MISTAKES = [
    pytest.param(find(path.stem), mistake, id=f'{path.stem}: {mistake["title"]}')
    for path in sorted(ROOT.joinpath('tools/mistakes').glob('*.toml'))
    for mistake in tomllib.loads(path.read_text(encoding='utf-8'))['mistake']
]


def named(stages=STAGES):
    return [pytest.param(stage, id=stage.name) for stage in stages]


@pytest.mark.parametrize('stage', named())
def test_every_test_of_a_stage_belongs_to_one_check(stage):
    own = Counter(test for check in own_checks(stage) for test in check.tests)
    assert [test for test, number in own.items() if number > 1] == []
    checked = [test for check in all_checks(stage) for test in check.tests]
    assert sorted(checked) == sorted(names_of_tests(stage))


@pytest.mark.parametrize('stage', named())
def test_every_check_has_a_nudge_a_paragraph_and_lines(stage):
    for check in own_checks(stage):
        assert 20 < len(check.nudge) < 400
        assert check.paragraph()[2]
        assert check.paragraph(chinese=True)[2]
        assert check.lines()
    titles = [check.title for check in own_checks(stage)]
    assert len(titles) == len(set(titles))


@pytest.fixture
def my_version(tmp_path):
    """A function that copies a stage's program, as a learner might have written it."""

    def copy(stage):
        www = tmp_path / 'www'
        shutil.copytree(ROOT / stage.name / 'www', www, ignore=NOT_COPIED)
        return www

    return copy


def failures(stage, www, **options):
    """What the checks of the folder say that is wrong: pairs of check and failure."""
    return CheckRun(stage, www, **options).run(sys.executable).failures()


# The last day has the checks of all days; those of final would take long.
@pytest.mark.parametrize('stage', named([DAY01, STAGES[-2]]))
def test_the_stage_itself_passes_all_its_checks(stage, my_version):
    run = CheckRun(stage, my_version(stage), everything=True).run(sys.executable)
    assert run.failures() == []
    assert run.passed() == own_checks(stage)
    assert len(run.passed(own=False)) == len(all_checks(stage)) - len(own_checks(stage))


@pytest.mark.parametrize(('stage', 'mistake'), MISTAKES)
def test_a_mistake_is_noticed_by_the_test_that_explains_it(stage, mistake, my_version):
    www = my_version(stage)
    text = www.joinpath(mistake['file']).read_text(encoding='utf-8')
    assert text.count(mistake['old']) == 1
    text = text.replace(mistake['old'], mistake['new'])
    www.joinpath(mistake['file']).write_text(text, encoding='utf-8')
    check, failure = failures(stage, www)[0]
    assert failure['test'] == mistake['test']
    assert mistake['test'] in check.tests


def test_there_are_six_mistakes_a_stage_and_forty_in_all():
    numbers = Counter(mistake.values[0].name for mistake in MISTAKES)
    assert min(numbers[stage.name] for stage in STAGES) >= 6
    assert numbers.total() >= 40


# What is no version of a stage at all


@pytest.mark.parametrize('stage', named())
def test_an_empty_folder_fails_at_the_first_check(stage, tmp_path):
    assert failures(stage, tmp_path)[0][0] == all_checks(stage)[0]


def message(www, program, name='app.py', stage=DAY01):
    """What the first failure says of a version whose app.py is this."""
    www.joinpath(name).write_text(program, encoding='utf-8')
    return failures(stage, www)[0][1]['message']


def test_a_syntax_error_is_told_with_its_place(my_version):
    assert 'app.py:2 is no Python: ' in message(my_version(DAY01), 'import os\ndef f(:\n')


def test_a_loop_without_end_is_told(my_version):
    www = my_version(DAY01)
    www.joinpath('app.py').write_text('while True: pass')
    assert failures(DAY01, www, patience=3)[0][1]['message'] == NEVER_ENDED


def test_a_program_that_ends_at_once_is_told(my_version):
    assert message(my_version(DAY01), 'import sys; sys.exit()').startswith('Nobody answers: ')


def test_a_module_that_ends_everything_is_told(my_version):
    assert message(my_version(STAGES[1]), 'raise SystemExit', 'orm.py', STAGES[1]) == ENDED_ALL


def test_a_file_that_is_missing_is_told(my_version):
    www = my_version(STAGES[1])
    www.joinpath('orm.py').unlink()
    assert any(
        failure['message'].endswith('www/orm.py yet.')
        for _, failure in failures(STAGES[1], www, everything=True)
    )


def test_what_a_version_prints_does_not_disturb(my_version):
    www = my_version(DAY01)
    text = www.joinpath('app.py').read_text(encoding='utf-8')
    www.joinpath('app.py').write_text(f'print("noise")\n{text}', encoding='utf-8')
    assert failures(DAY01, www) == []


def test_half_a_line_is_read_when_all_of_it_is_there(tmp_path):
    path = tmp_path / 'report'
    with open(path, 'w') as written, open(path) as read:
        for text, lines in (('one\nt', ['one\n']), ('', []), ('wo\nthree\n', ['two\n', 'three\n'])):
            written.write(text)
            written.flush()
            assert [*whole_lines(read)] == lines
