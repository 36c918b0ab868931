"""course.py lab: what each middleware is for shows when it is not there."""

import sys
from pathlib import Path

import pytest

from tools.course_test import course

pytestmark = pytest.mark.once

VENV = str(Path(sys.prefix))


def lab(*args):
    """Return the columns of the table, and the exit code."""
    text, code = course('lab', 'middleware', *args, COURSE_VENV=VENV, COLUMNS='200')
    rows = [line.partition(' | ') for line in text.splitlines()]
    return [row[0].strip() for row in rows], [row[2].strip() for row in rows], code


def test_the_real_log_stands_beside_that_of_another_order():
    left, right, code = lab('--order', 'auth,logger')
    assert code == 0
    assert left[:1] + left[2:4] == ['logger, auth, response', 'Request: GET /', 'check user: GET /']
    assert right[:1] + right[2:4] == [
        'auth, logger, response',
        'check user: GET /',
        'Request: GET /',
    ]
    assert left[-1] == right[-1] == '= 200 text/html; charset=utf-8'


def test_a_middleware_that_is_left_out_is_missed():
    left, right, _ = lab('--without', 'response')
    assert '= 200 text/html; charset=utf-8' in left
    assert '= 500 text/plain; charset=utf-8' in right
    assert "AttributeError: 'dict' object has no attribute 'prepare'" in right


def test_all_may_be_left_out():
    _, right, _ = lab('--without', 'logger,auth,response', '--path', '/static/blog.css')
    assert right[0] == 'no middlewares'
    assert right[2] == '= 200 text/css'


@pytest.mark.parametrize(
    ('args', 'sentence'),
    [
        ((), 'Say what to change: --without auth, or --order response,logger,auth.\n'),
        (
            ('--without', 'log'),
            "There is no middleware 'log': choose from logger, auth, response.\n",
        ),
    ],
)
def test_a_mistake_is_answered_with_one_sentence(args, sentence):
    assert course('lab', 'middleware', *args) == (sentence, 2)
