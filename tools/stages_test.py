"""The contract between the stages holds, and whoever breaks it is told."""

import ast
import shutil
import statistics

import pytest

from tools.errors import CommandError
from tools.stages import ROOT, STAGES, drift, find, lines


def test_the_stages_differ_as_the_contract_declares():
    assert drift() == []


@pytest.mark.parametrize('stage', STAGES, ids=lambda stage: stage.name)
def test_what_a_stage_gives_to_learners_is_its_own(stage):
    assert set(stage.gives) <= {*stage.adds, *stage.changes}


@pytest.fixture
def copy(tmp_path):
    for stage in STAGES:
        shutil.copytree(ROOT / stage.name / 'www', tmp_path / stage.name / 'www')
    return tmp_path


def test_a_file_that_drifts_is_named(copy):
    with open(copy / 'day04_coroweb/www/orm.py', 'a') as file:
        file.write('# a fix that the other stages do not have\n')
    assert drift(copy) == [
        'day04_coroweb/www/orm.py differs from the stage before, and is not declared to',
        'day05_middleware/www/orm.py differs from the stage before, and is not declared to',
    ]


def test_a_file_that_nobody_declared_is_named(copy):
    copy.joinpath('day03_models/www/notes.txt').touch()
    assert drift(copy) == [
        'day03_models/www/notes.txt is new, but not declared in tools/stages.py',
        'day04_coroweb/www/notes.txt is missing',
    ]


def test_a_file_that_is_missing_is_named(copy):
    copy.joinpath('final/www/orm_test.py').unlink()
    assert drift(copy) == ['final/www/orm_test.py is missing']


def test_a_change_that_is_declared_but_not_made_is_named(copy):
    shutil.copy(copy / 'day05_middleware/www/app.py', copy / 'final/www/app.py')
    assert drift(copy) == ['final/www/app.py is declared as changed, but it is the same']


def test_a_file_that_comes_too_early_is_named(copy):
    shutil.copy(copy / 'day03_models/www/models.py', copy / 'day02_orm/www/models.py')
    assert drift(copy) == [
        'day02_orm/www/models.py is new, but not declared in tools/stages.py',
        'day03_models/www/models.py is declared as added, but the stage before has it already',
    ]


def test_what_a_run_leaves_behind_does_not_count(copy):
    for name in ('blog.db', 'blog.db-wal', '__pycache__/orm.cpython-313.pyc'):
        path = copy / 'day03_models/www' / name
        path.parent.mkdir(exist_ok=True)
        path.touch()
    assert drift(copy) == []


def test_the_lines_that_a_stage_adds_are_counted_without_its_tests(copy):
    before = lines(copy)
    with open(copy / 'final/www/app.py', 'a') as file:
        file.write('one = 1\ntwo = 2\n')
    with open(copy / 'final/www/app_test.py', 'a') as file:
        file.write('three = 3\n')
    after = lines(copy)
    assert after[:-1] == before[:-1]
    assert after[-1] == (before[-1][0] + 2, before[-1][1] + 2)


@pytest.mark.parametrize('name', ['2', '02', 'day02', 'day02_orm', 'day02_orm/'])
def test_a_stage_has_several_names(name):
    assert find(name) is STAGES[1]


@pytest.mark.parametrize(
    ('name', 'hint'),
    [
        ('dya02', 'did you mean day02?'),
        ('day_02', 'did you mean day02?'),
        ('day02_rom', 'did you mean day02_orm?'),
        ('finale', 'did you mean final?'),
        ('zebra', 'choose from day01_hello, '),
        ('7', 'choose from day01_hello, '),
    ],
)
def test_an_unknown_stage_gets_a_hint(name, hint):
    with pytest.raises(CommandError) as error:
        find(name)
    assert hint in str(error.value)


def functions(stage):
    for path in sorted((ROOT / stage.name / 'www').glob('*.py')):
        if not path.name.endswith('_test.py'):
            for node in ast.walk(ast.parse(path.read_text(encoding='utf-8'))):
                if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                    size = node.end_lineno - node.lineno + 1
                    yield size - (ast.get_docstring(node) is not None), f'{path.name} {node.name}'


@pytest.mark.parametrize('stage', STAGES, ids=lambda stage: stage.name)
def test_functions_are_short(stage):
    assert [name for size, name in functions(stage) if size > 30] == []


def test_half_of_the_functions_have_at_most_five_lines():
    assert statistics.median(size for size, _ in functions(STAGES[-1])) <= 5
