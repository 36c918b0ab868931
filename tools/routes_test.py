"""course.py routes reads from the source what each stage registers when it starts."""

import pytest

from tools.course_test import course
from tools.routes import routes
from tools.stages import ROOT, STAGES

pytestmark = pytest.mark.once

WITH_COROWEB = [stage for stage in STAGES if stage.name >= 'day04']


@pytest.mark.parametrize('stage', WITH_COROWEB, ids=lambda stage: stage.name)
def test_the_routes_are_those_that_the_program_logs_in_that_order(stage):
    log = ROOT.joinpath(stage.name, 'www/transcript.txt').read_text(encoding='utf-8')
    logged = [line for line in log.splitlines() if line.startswith('INFO:root:add ')]
    *found, (_, static, _, _) = routes(stage.name)
    assert [f'INFO:root:add route {row[0]} {row[1]} => {row[2]}' for row in found] == logged[:-1]
    assert logged[-1].startswith(f'INFO:root:add static {static} => ')


@pytest.mark.parametrize('stage', STAGES[:3], ids=lambda stage: stage.name)
def test_the_first_stages_have_the_one_route_of_their_app(stage):
    log = ROOT.joinpath(stage.name, 'www/transcript.txt').read_text(encoding='utf-8')
    assert 'add route' not in log
    [(method, path, handler, place)] = routes(stage.name)
    assert (method, path, handler) == ('GET', '/', 'index(request)')
    assert place.startswith(f'{stage.name}/www/app.py:')


@pytest.mark.parametrize('stage', STAGES, ids=lambda stage: stage.name)
def test_each_place_is_the_line_that_begins_the_handler(stage):
    for method, _, handler, place in routes(stage.name):
        file, _, number = place.rpartition(':')
        line = ROOT.joinpath(file).read_text(encoding='utf-8').splitlines()[int(number) - 1]
        name = handler.partition('(')[0]
        assert method in ('GET', 'POST')
        assert line.startswith(f'async def {name}(') or 'add_static(' in line


def test_the_columns_are_aligned_and_end_with_the_place():
    text, code = course('routes', 'day05')
    assert code == 0
    lines = text.splitlines()
    assert len({line.index('day05_middleware/www/') for line in lines}) == 1
    assert lines[0].split() == [
        'GET',
        '/api/blogs',
        'api_blogs(page)',
        'day05_middleware/www/handlers.py:11',
    ]


def test_without_a_stage_they_are_those_of_the_complete_blog():
    assert course('routes') == course('routes', 'final')


def test_a_stage_that_is_none_is_told_in_one_sentence():
    assert course('routes', 'dya02') == ("There is no stage 'dya02': did you mean day02?\n", 2)


def test_the_help_fits_the_screen():
    text, code = course('routes', '--help')
    assert code == 0
    assert 'Example: python3 course.py routes day04' in text
    assert len(text.splitlines()) <= 24
