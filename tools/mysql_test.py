"""The blog outlives its database server: when that comes back, so does the blog."""

import pytest

from tools import mysql
from tools.program import Program
from tools.stages import ROOT


@pytest.fixture
def server():
    program = mysql.find_program()
    if not program:
        pytest.skip('no MySQL here: install mariadb-server')
    server = mysql.OwnServer(program)
    yield server
    server.remove()


def test_the_next_page_after_a_restart_of_the_server_is_as_before(server):
    blog = Program(ROOT / 'final' / 'www', server.create_database())
    before = blog.get('/').text
    server.stop()
    assert blog.get('/').status >= 500
    server.start()
    answer = blog.get('/')
    blog.close()
    assert (answer.status, answer.text) == (200, before)
