"""The way of a request is recorded as it was: on every Python, and among many others.

python -m tools.flow_test     writes tools/flow_trees/ anew; read the difference
"""

import asyncio
import json
import re
import shutil
import socket
import tempfile
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import aiohttp
import pytest

from tools.flow_recorder import WAITING, Sender
from tools.flow_run import Recording
from tools.flow_text import ASCII, mermaid, text
from tools.flow_tree import calls, story
from tools.flow_watch import KEPT, Flows
from tools.ports import free_port, is_listening
from tools.stages import ROOT, STAGES
from tools.start import NOT_COPIED

TREES = ROOT / 'tools' / 'flow_trees'
WIDTH = 120
RAISES = ('handlers.py', "'__template__': 'blogs.html'", "'a': blogs[99]")
NO_TEMPLATE = ('templates/blogs.html', 'blog.summary', 'blog.sumary')
JSON = {'name': 'Mine', 'summary': 'short', 'content': 'Hello'}

# name -> stage, method, path, JSON, whether signed in, a change of the stage
CASES = {stage.name: (stage.name, 'GET', '/', None, False, None) for stage in STAGES} | {
    'a page with comments': ('final', 'GET', '/blog/{id}', None, False, None),
    'an API call': ('day04_coroweb', 'GET', '/api/blogs', None, False, None),
    'an API error': ('day05_middleware', 'GET', '/api/blogs/x', None, False, None),
    'an API call that writes': ('final', 'POST', '/api/blogs', JSON, True, None),
    'a denied page': ('final', 'GET', '/manage/blogs', None, False, None),
    'a redirect': ('final', 'GET', '/manage/', None, True, None),
    'no such page': ('day05_middleware', 'GET', '/nothing', None, False, None),
    'a static file': ('day05_middleware', 'GET', '/static/blog.css', None, False, None),
    'a handler that raises': ('day05_middleware', 'GET', '/', None, False, RAISES),
    'a template that fails': ('day05_middleware', 'GET', '/', None, False, NO_TEMPLATE),
}


@asynccontextmanager
async def running(stage, www=None):
    """A stage under the recorder, and a visitor of it."""
    recording, port = Recording(stage, www), free_port()
    environ = {'PORT': str(port), 'DATABASE_URL': 'sqlite:///:memory:', 'LOG_LEVEL': 'INFO'}
    await recording.start(quiet=True, **environ)
    while not is_listening(port):
        assert recording.process.returncode is None, await recording.process.stderr.read()
        await asyncio.sleep(0.01)
    url, jar = f'http://127.0.0.1:{port}', aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(url, cookie_jar=jar) as visitor:
        yield recording, visitor
    await recording.stop()


async def ask(recording, visitor, method, path, json=None):
    """Send a request; return its tree."""
    async with visitor.request(method, path, json=json, allow_redirects=False) as answer:
        await answer.read()
    return await recording.tree()


async def tree_of(stage, method, path, json, signed_in, change, folder):
    """Return the tree of a request, the second one if it is a GET."""
    async with running(stage, change and _changed(stage, folder, *change)) as (recording, visitor):
        if signed_in:
            account = {'name': 'Ann', 'email': 'ann@example.com', 'passwd': 'a long password'}
            await ask(recording, visitor, 'POST', '/api/users', account)
        if '{id}' in path:
            async with visitor.get('/api/blogs') as answer:
                path = path.format(id=(await answer.json())['blogs'][0]['id'])
            await recording.tree()
        for _ in range(2 if method == 'GET' else 1):
            tree = await ask(recording, visitor, method, path, json)
        return tree


def _changed(stage, folder, file, old, new):
    www = folder / 'www'
    shutil.copytree(ROOT / stage / 'www', www, ignore=NOT_COPIED)
    source = www.joinpath(file).read_text(encoding='utf-8')
    assert old in source
    www.joinpath(file).write_text(source.replace(old, new, 1), encoding='utf-8')
    return www


def masked(lines):
    """Return the text of a tree without times, ids, and the numbers of lines."""
    lines = re.sub(r'\d+\.\d ms', '# ms', lines)
    lines = re.sub(r'\d{15}[0-9a-f]{32}000', '<id>', lines)
    lines = re.sub(r' +# ms', '  # ms', lines)
    lines = re.sub(r':\d+ +', ':# ', lines)
    return re.sub(r'\d+ (bytes|characters)', r'# \1', lines) + '\n'


@pytest.mark.parametrize('name', CASES)
async def test_the_tree_is_the_one_that_was_written(name, tmp_path):
    tree = await tree_of(*CASES[name], tmp_path)
    written = TREES.joinpath(f'{name}.txt').read_text(encoding='utf-8')
    assert masked(text(tree, WIDTH)) == written


async def test_no_line_is_wider_than_the_terminal(tmp_path):
    tree = await tree_of(*CASES['a page with comments'], tmp_path)
    for width in (60, 80, 200):
        assert max(map(len, text(tree, width).splitlines())) <= width


async def test_a_terminal_without_boxes_gets_ascii(tmp_path):
    tree = await tree_of(*CASES['day02_orm'], tmp_path)
    assert not set('├└│') & set(text(tree, WIDTH, ASCII))


async def test_the_story_is_told_in_a_sentence(tmp_path):
    tree = await tree_of(*CASES['day05_middleware'], tmp_path)
    assert story(tree) == (
        '3 middlewares wrap 1 handler, which asked the database 2 times and filled 3 templates.'
    )


async def test_the_diagram_has_who_calls_whom(tmp_path):
    lines = mermaid(await tree_of(*CASES['day02_orm'], tmp_path)).splitlines()
    assert lines[0] == 'sequenceDiagram'
    assert '    visitor->>app: GET /' in lines
    assert '    app->>orm: Model.find' in lines
    assert '    orm->>drivers: SQLite.run' in lines
    assert any(re.fullmatch(r'    app-->>visitor: 200 text/html, \d+ bytes', s) for s in lines)


async def test_statements_have_their_values_and_secrets_are_masked():
    async with running('final') as (recording, visitor):
        account = {'name': 'Ann', 'email': 'ann@example.com', 'passwd': 'a long password'}
        tree = await ask(recording, visitor, 'POST', '/api/users', account)
    [insert] = [call for call in calls(tree) if call.get('sql', '').startswith('insert')]
    assert "'ann@example.com'" in insert['values']
    assert '******' in insert['values']
    assert 'argon2' not in str(tree)
    assert 'a long password' not in str(tree)


async def test_a_template_is_compiled_by_the_first_request_alone():
    async with running('day05_middleware') as (recording, visitor):
        trees = [await ask(recording, visitor, 'GET', '/') for _ in range(2)]
    compiled = [[c['file'] for c in calls(tree) if c['name'] == 'compile'] for tree in trees]
    files = {'templates/base.html', 'templates/blogs.html', 'templates/page.html'}
    assert (set(compiled[0]), compiled[1]) == (files, [])


async def test_a_client_that_leaves_in_the_middle_has_a_tree_like_any_other(tmp_path):
    slow = (
        'app.py',
        'async def index(request):\n',
        'async def index(request):\n    await asyncio.sleep(0.3)\n',
    )
    www = _changed('day01_hello', tmp_path, *slow)
    async with running('day01_hello', www) as (recording, visitor):
        with pytest.raises(asyncio.TimeoutError):
            await visitor.get('/', timeout=aiohttp.ClientTimeout(total=0.1))
        tree = await recording.tree()
    assert (tree['status'], [call['name'] for call in calls(tree)]) == (200, ['index'])


PATHS = ('/', '/api/blogs', '/nothing', '/static/blog.css', '/api/blogs/x')


async def test_what_nobody_reads_is_kept_up_to_a_limit_and_then_lost():
    with socket.create_server(('127.0.0.1', 0)) as server:
        send = Sender(server.getsockname()[1])
        connection, _ = server.accept()
        for number in range(5 * WAITING):
            send({'number': number, 'items': 'x' * 10_000})
        with connection, connection.makefile() as lines:
            kept = [_number(lines) for _ in range(WAITING)]
            send({'number': -1})
            kept += iter(partial(_number, lines), -1)
    assert kept[:WAITING] == list(range(WAITING))
    assert len(kept) < 4 * WAITING


def _number(lines):
    return json.loads(lines.readline())['number']


async def test_of_a_thousand_requests_at_twenty_a_time_every_tree_is_right():
    async with running('day05_middleware') as (recording, visitor):
        shapes = {path: _shape(await _twice(recording, visitor, path)) for path in PATHS}
        twenty = asyncio.Semaphore(20)

        async def one(number):
            async with twenty, visitor.get(PATHS[number % len(PATHS)]) as answer:
                await answer.read()

        await asyncio.gather(*map(one, range(1000)))
        for _ in range(1000):
            tree = await recording.tree()
            assert _shape(tree) == shapes[tree['path']]
            assert not any('unfinished' in call for call in calls(tree))


async def _twice(recording, visitor, path):
    await ask(recording, visitor, 'GET', path)
    return await ask(recording, visitor, 'GET', path)


def _shape(node):
    return [
        (item.get('name'), item.get('log'), _shape(item) if 'items' in item else None)
        for item in node['items']
    ]


def test_the_newest_requests_are_kept():
    flows = Flows()
    for number in range(KEPT + 5):
        flows.add({'path': f'/{number}'})
    assert len(flows.newest) == KEPT
    assert flows.find(5) is None
    assert flows.find(6)['path'] == '/5'


async def write():
    """Write every tree anew."""
    TREES.mkdir(exist_ok=True)
    for name, case in CASES.items():
        with tempfile.TemporaryDirectory() as folder:
            lines = masked(text(await tree_of(*case, Path(folder)), WIDTH))
        TREES.joinpath(f'{name}.txt').write_text(lines, encoding='utf-8')


if __name__ == '__main__':
    asyncio.run(write())
