"""Numbers for Prometheus: where they are, what they count, and who cannot make them grow."""

import re
import socket

import pytest

from tools.ports import free_port
from tools.program import ask

pytestmark = pytest.mark.slow


@pytest.fixture
def measured(start, tmp_path):
    """A program with metrics, and a function that returns them: a dict of name to number."""
    port = free_port()
    program = start(f'sqlite:///{tmp_path}/blog.db', METRICS_PORT=str(port))

    def numbers():
        text = ask(port, 'GET', '/metrics').text
        return {name: float(number) for name, number in re.findall('^(http.+) (.+)$', text, re.M)}

    return program, numbers


def count(method, route, status):
    labels = f'method="{method}",route="{route}",status="{status}"'
    return f'http_request_duration_seconds_count{{{labels}}}'


def test_requests_are_counted_by_method_route_and_status(measured):
    program, numbers = measured
    program.get('/')
    program.get('/blog/1')
    program.get('/blog/2')
    assert numbers()[count('GET', '/', 200)] == 1
    assert numbers()[count('GET', '/blog/{id}', 404)] == 2
    assert numbers()['http_requests_in_progress'] == 0


def test_addresses_and_methods_that_visitors_invent_are_counted_as_one(measured):
    program, numbers = measured
    for name in ('coffee', 'tea'):
        program.get(f'/{name}')
        program.request('MKCOL', f'/{name}')
    assert numbers()[count('GET', 'none', 404)] == 2
    assert numbers()[count('other', 'none', 404)] == 2


def test_visitors_cannot_read_them(measured):
    program, _ = measured
    assert program.get('/metrics').status == 404


def test_a_busy_port_for_them_is_told_in_one_sentence(start):
    with socket.create_server(('127.0.0.1', free_port())) as other:
        port = other.getsockname()[1]
        program = start('sqlite:///:memory:', METRICS_PORT=str(port))
        assert program.wait() == 1
        assert program.lines[-1].startswith(f'Cannot listen on 127.0.0.1:{port} for metrics')
        assert 'Traceback' not in program.log
