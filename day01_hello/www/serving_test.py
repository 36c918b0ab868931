"""The program's two ends: it says in one sentence why it can't begin, and stops when it is told."""

import os
import signal

import pytest


@pytest.mark.skipif(os.name == 'nt', reason='Windows has no way to send Ctrl-C to one process')
@pytest.mark.parametrize('number', [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_cleanly_while_a_browser_is_connected(program, number):
    browser = program.connect()
    browser.request('GET', '/')
    browser.getresponse().read()
    assert program.stop(number) == 0
    assert 'Traceback' not in program.log
    browser.close()


def test_a_busy_port_is_told_in_one_sentence(site, start):
    second = start(site.database_url, PORT=str(site.port))
    assert second.wait() == 1
    assert second.lines[-1].startswith('Cannot listen on ')
    assert 'Traceback' not in second.log


@pytest.mark.parametrize('port', ['65536', 'abc'])
def test_an_impossible_port_is_told_in_one_sentence(start, port):
    program = start('sqlite:///:memory:', PORT=port)
    assert program.wait() == 1
    assert port in program.lines[-1]
    assert 'Traceback' not in program.log
