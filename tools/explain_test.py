"""course.py explain knows every line of a log that the stages write."""

import re

import pytest

from tools.course_test import course
from tools.explain import explain, log_calls
from tools.stages import ROOT, STAGES

SOURCES = log_calls()
# The log that the README of the original course's readers has; it lost blanks and dots in copying.
OLD_LOG = """\
INFO:root:found model: User (table: users)
INFO:root:create database connection pool...
INFO:root:init jinja2...
INFO:root:globals = coroweb
INFO:root:add route GET /api/blogs => api_blogs(page)
INFO:root:add static /static/ => ...
INFO:root:server started at http://127.0.0.1:9000
INFO:root:Request: GET /
INFO:root:check user: GET /
INFO:root:response handler...
INFO:root:query_string:
INFO:root:call with args: {}
INFO:root:SQL: select count(id) `_num_` from `blogs`
INFO:root:rows returned: 1
INFO:root:findNumber rs: `[{'_num_': 4}]`
INFO:root: request handler end...
"""


@pytest.mark.parametrize('stage', STAGES, ids=lambda stage: stage.name)
def test_every_line_of_a_stage_is_explained_by_a_line_of_that_stage(stage):
    log = ROOT.joinpath(stage.name, 'www/transcript.txt').read_text(encoding='utf-8')
    for line in log.splitlines():
        assert explain(line, SOURCES, stage.name).startswith(f'{stage.name}/www/')


@pytest.mark.parametrize('line', OLD_LOG.splitlines())
def test_a_line_that_lost_its_end_in_copying_is_explained_too(line):
    assert explain(line, SOURCES, 'final').startswith('final/www/')


@pytest.mark.parametrize(
    ('line', 'function', 'since'),
    [
        ('INFO:root:SQL: select 1', 'select', 'day02_orm'),
        ('INFO:root:SQL: insert into `a` values (?)', 'execute', 'day02_orm'),
        ('INFO:root:findNumber rs: []', 'Model.findNumber', 'day02_orm'),
        ('INFO:root:call with args: {}', 'RequestHandler.__call__', 'day04_coroweb'),
        ('INFO:root:check user: GET /', 'auth_factory.auth', 'day05_middleware'),
        ('INFO:root:server started at http://127.0.0.1:1...', 'init', 'day01_hello'),
    ],
)
def test_a_line_is_explained_with_function_and_stage(line, function, since):
    assert explain(line, SOURCES, 'final').endswith(f' {function}, since {since}')


@pytest.mark.parametrize('line', ['', 'Traceback', 'INFO:aiohttp.access:x', 'DEBUG:root:SQL: x'])
def test_a_line_of_somebody_else_is_marked(line):
    assert explain(line, SOURCES, 'final') == 'not written by the stages'


def test_the_place_is_where_the_line_is_written():
    place = explain('INFO:root:init jinja2...', SOURCES, 'day05_middleware').split()[0]
    path, _, number = place.partition(':')
    assert 'init jinja2...' in ROOT.joinpath(path).read_text().splitlines()[int(number) - 1]


def test_lines_and_explanations_alternate():
    text, code = course('explain', str(ROOT / 'day01_hello/www/transcript.txt'))
    assert code == 0
    first, second = text.splitlines()
    assert first == 'INFO:root:server started at http://127.0.0.1:9000...'
    assert re.fullmatch(r'  ↳ final/www/app\.py:\d+ init, since day01_hello', second)


def test_a_terminal_without_arrows_gets_ascii():
    path = str(ROOT / 'day01_hello/www/transcript.txt')
    assert '  -> final' in course('explain', path, PYTHONIOENCODING='ascii')[0]


def test_a_file_that_is_not_there_is_told_in_one_sentence():
    assert course('explain', 'nothing.log') == (
        'Cannot read nothing.log: No such file or directory.\n',
        2,
    )
