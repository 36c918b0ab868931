"""How the first administrator begins where the blog is public."""

import os
import subprocess
import sys

import pytest

from tools.visitor import PASSWORD, Visitor

pytestmark = pytest.mark.slow


def create_admin(www, url, email, answers=''):
    """Run the program; return its exit code and what it says."""
    done = subprocess.run(
        [sys.executable, 'create_admin.py', email],
        cwd=www,
        env=os.environ | {'DATABASE_URL': url, 'PYTHONIOENCODING': 'utf-8'},
        input=answers,
        capture_output=True,
        encoding='utf-8',
        timeout=30,
    )
    return done.returncode, done.stdout + done.stderr


def test_a_new_account_is_administrator_and_can_sign_in(www, database_url, start):
    code, said = create_admin(www, database_url, 'Eve@example.com', f'Eve\n{PASSWORD}\n')
    assert (code, said) == (0, 'Name: Password: Eve <eve@example.com> is administrator.\n')
    visitor = Visitor(start(database_url))
    visitor.call('/api/authenticate', {'email': 'eve@example.com', 'passwd': PASSWORD})
    assert visitor.get('/manage/users').status == 200


def test_an_account_that_is_there_becomes_administrator_and_keeps_its_password(
    www, database_url, start
):
    blog = start(database_url)
    visitors = [Visitor(blog), Visitor(blog)]
    for visitor, name in zip(visitors, ('Ann', 'Ben'), strict=True):
        visitor.call('/api/users', {'name': name, 'email': f'{name}@x.org', 'passwd': PASSWORD})
    assert visitors[1].get('/manage/users').status == 403
    assert create_admin(www, database_url, 'ben@x.org')[0] == 0
    assert visitors[1].get('/manage/users').status == 200


def test_what_is_refused_is_told_in_one_sentence(www, database_url):
    code, said = create_admin(www, database_url, 'eve@example.com', 'Eve\npassword\n')
    assert code == 1
    assert said.endswith('passwd: Choose another password: many people have this one.\n')
    assert 'Traceback' not in said


def test_a_database_that_is_not_there_is_told_in_one_sentence(www):
    code, said = create_admin(www, 'oracle://x', 'eve@example.com')
    assert code == 1
    assert said.endswith('Check DATABASE_URL.\n')
    assert 'Traceback' not in said
