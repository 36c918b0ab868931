"""Backups of both databases, made while people write, and what restoring them gives back."""

import gzip
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

import pytest

from final.deploy.site_for_tests import DEPLOY, WWW
from tools.mysql import Server
from tools.program import Program
from tools.visitor import Visitor
from tools.writers import Writers, doubled, found, lost

pytestmark = pytest.mark.once

PASSWORD = 'p@s\'s"#w\\ord %40'  # what URLs and option files could misunderstand
TEXT = '备份，恢复 😀👨‍👩‍👧 \'"\\ %s ;-- ``'


@pytest.fixture(params=['sqlite', 'mysql'])
def url(request, tmp_path):
    """The URL of an empty database; on MySQL, of an account that has the rights of the README."""
    if request.param == 'sqlite':
        yield f'sqlite:///{tmp_path / "blog.db"}'
        return
    if not (shutil.which('mariadb-dump') or shutil.which('mysqldump')):
        pytest.skip('no mariadb-dump here: install mariadb-client')
    server = request.getfixturevalue('mysql_server')
    database = server.create_database()
    name = database.rpartition('/')[2]
    accounts = [f"'{name[-32:]}'@'{host}'" for host in ('%', 'localhost')]
    rights = re.search(r'grant (.*) on blog\.\*', (DEPLOY / 'README.md').read_text())[1]
    escaped = PASSWORD.replace('\\', '\\\\').replace("'", "\\'")
    for account in accounts:
        server.run(f"create user {account} identified by '{escaped}'")
        server.run(f'grant {rights} on {name}.* to {account}')
    yield re.sub('//[^@]*@', f'//{name[-32:]}:{quote(PASSWORD, safe="")}@', database)
    server.drop_database(database)
    for account in accounts:
        server.run(f'drop user {account}')


@pytest.fixture
def folder(tmp_path):
    """An empty folder for backups."""
    folder = tmp_path / 'backups'
    folder.mkdir()
    return folder


@pytest.fixture
def blog(url):
    """The blog, on that database."""
    blog = Program(WWW, url)
    yield blog
    blog.close()


def run(script, url, *options):
    """Run a script of this folder; return its exit code and what it says."""
    run = subprocess.run(
        [sys.executable, DEPLOY / script, *options],
        env=os.environ | {'DATABASE_URL': url, 'PYTHONIOENCODING': 'utf-8'},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding='utf-8',
    )
    assert 'Traceback' not in run.stdout, run.stdout
    return run.returncode, run.stdout.strip()


def make_backup(url, folder):
    code, output = run('backup.py', url, folder)
    assert code == 0, output
    return Path(output)


def fill(url, text):
    """Store a text as if it were the only comment, without the blog."""
    name = url.rpartition('/')[2] if url.startswith('mysql:') else 'main'
    table = f'{name}.comments'
    sql = [f'drop table if exists {table}', f"create table {table} as select '{text}' as content"]
    if name != 'main':
        list(map(Server(url).run, sql))
        return
    with closing(sqlite3.connect(url.removeprefix('sqlite:///'))) as database:
        list(map(database.execute, sql))


def comment(blog, text):
    """Let somebody register and comment."""
    somebody = Visitor(blog)
    email = f'{os.urandom(8).hex()}@example.com'
    assert somebody.call('/api/users', {'name': '王小明', 'email': email, 'passwd': 'correct 电池'})
    newest = somebody.call('/api/blogs').json['blogs'][0]['id']
    assert somebody.call(f'/api/blogs/{newest}/comments', {'content': text}).status == 200


def test_what_was_written_before_a_backup_is_there_after_restoring_it(blog, url, folder):
    comment(blog, TEXT)
    with Writers([f'http://127.0.0.1:{blog.port}'], number=4) as writers:
        writers.wait_for(50)
        before = list(writers.acknowledged)
        path = make_backup(url, folder)
        writers.wait_for(50)
    later = set(found(url))
    blog.stop()
    assert run('restore.py', url, path, '--replace')[0] == 0
    restored = found(url)
    assert not lost([TEXT, *before], restored)
    assert not doubled(restored)
    assert set(restored) < later
    again = Program(WWW, url)
    with closing(again):
        assert again.get('/').status == 200
        comment(again, 'It goes on.')


def test_rows_are_not_replaced_unasked_and_kept_when_they_are(url, folder):
    fill(url, '旧')
    path = make_backup(url, folder)
    fill(url, '新 😀')
    code, output = run('restore.py', url, path)
    assert (code, found(url)) == (1, ['新 😀'])
    assert output == 'The database has rows: --replace makes a backup of them first.'
    code, output = run('restore.py', url, path, '--replace')
    assert (code, found(url)) == (0, ['旧'])
    kept = Path(re.search('in (.*)[.]', output)[1])
    assert run('restore.py', url, kept, '--replace')[0] == 0
    assert found(url) == ['新 😀']


def test_a_backup_that_is_not_whole_changes_nothing(url, folder):
    fill(url, '一 😀')
    path = make_backup(url, folder)
    content = path.read_bytes()
    for damaged in (content[: len(content) // 2], gzip.compress(gzip.decompress(content)[:-500])):
        path.write_bytes(damaged)
        code, output = run('restore.py', url, path, '--replace')
        assert (code, output.count('\n')) == (1, 0)
        assert found(url) == ['一 😀']
    assert list(folder.iterdir()) == [path]


def test_backups_are_for_nobody_else_to_read(url, folder):
    fill(url, '一 😀')
    assert make_backup(url, folder).stat().st_mode & 0o077 == 0


def test_a_backup_that_fails_leaves_nothing(url, folder):
    wrong = url.replace('blog.db', 'nothing.db') if 'sqlite' in url else f'{url}_wrong'
    code, output = run('backup.py', wrong, folder)
    assert (code, output.count('\n')) == (1, 0)
    assert not list(folder.iterdir())


def test_old_backups_are_deleted_and_those_of_replaced_rows_stay(tmp_path, folder):
    url = f'sqlite:///{tmp_path / "small.db"}'
    fill(url, '一')
    for day in range(1, 5):
        (folder / f'blog-2026010{day}T031700Z.sqlite.gz').touch()
    kept = folder / 'blog-20260101T031700Z-replaced.sqlite.gz'
    kept.touch()
    code, path = run('backup.py', url, folder, '--keep', '2')
    assert code == 0
    names = ['blog-20260104T031700Z.sqlite.gz', Path(path).name, kept.name]
    assert sorted(path.name for path in folder.iterdir()) == sorted(names)


def test_a_sqlite_file_in_use_is_not_replaced(tmp_path, folder):
    url = f'sqlite:///{tmp_path / "blog.db"}'
    with closing(Program(WWW, url)) as blog:
        path = make_backup(url, folder)
        code, output = run('restore.py', url, path, '--replace')
        assert (code, 'Stop the blog first.' in output) == (1, True)
        assert blog.get('/').status == 200


def test_a_wrong_command_is_told_in_a_sentence(tmp_path, folder):
    for url in ('', 'sqlite:///', 'mysql://root@127.0.0.1', 'postgres://localhost/blog'):
        code, output = run('backup.py', url, folder)
        assert code == 1
        assert output.startswith('DATABASE_URL has to name a database')
    code, output = run('backup.py', f'sqlite:///{tmp_path}/blog.db', tmp_path / 'no-such-folder')
    assert (code, output.count('\n')) == (1, 0)
    code, output = run('restore.py', f'sqlite:///{tmp_path}/blog.db', tmp_path / 'x.sql.gz')
    assert output == 'This database needs a backup called *.sqlite.gz, not x.sql.gz.'
