"""`python app.py --check`, and what else the command line offers."""

import os
import socket
import subprocess
import sys

import pytest

from tools.ports import free_port

pytestmark = pytest.mark.slow

SECRET = 'only the tests know it'


def app(www, *options, **environ):
    """Run `python app.py` to its end; return the exit code, stdout and stderr."""
    run = subprocess.run(
        [sys.executable, 'app.py', *options],
        cwd=www,
        env=os.environ | environ,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    return run.returncode, run.stdout, run.stderr


def test_a_check_prints_the_settings_and_that_the_database_answers(www, database_url):
    code, text, log = app(www, '--check', DATABASE_URL=database_url, PORT='9123')
    assert code == 0, log
    assert 'port              9123\n' in text
    assert text.endswith('The database answers.\n')


def test_a_check_shows_no_secret(www):
    url = f'mysql://blog:s3c:r@t@127.0.0.1:{free_port()}/blog'
    _, text, log = app(www, '--check', DATABASE_URL=url, SESSION_SECRET=SECRET)
    assert '//blog:******@127.0.0.1' in text
    assert 'session_secret    ******\n' in text
    assert not any(secret in text + log for secret in ('s3c', 'r@t', SECRET))


def test_a_check_fails_in_one_sentence_if_the_database_does_not_answer(www):
    url = f'mysql://blog@127.0.0.1:{free_port()}/blog'
    code, _, log = app(www, '--check', DATABASE_URL=url)
    assert code == 1
    assert log.splitlines()[-1].endswith('Check DATABASE_URL.')
    assert 'Traceback' not in log


def test_a_check_fails_in_one_sentence_if_a_setting_is_wrong(www):
    code, text, log = app(www, '--check', PORT='ninety')
    assert (code, text) == (1, '')
    assert log == "PORT is 'ninety', a whole number is needed.\n"


def test_a_check_does_not_listen(www):
    with socket.create_server(('127.0.0.1', free_port())) as other:
        port = str(other.getsockname()[1])
        assert app(www, '--check', DATABASE_URL='sqlite:///:memory:', PORT=port)[0] == 0


@pytest.mark.parametrize('options', [['--workers', '0'], ['--workers', 'x'], ['--wrokers', '2']])
def test_an_option_that_makes_no_sense_is_refused(www, options):
    code, _, log = app(www, *options)
    assert code == 2
    assert log.startswith('usage: app.py')
    assert 'Traceback' not in log
