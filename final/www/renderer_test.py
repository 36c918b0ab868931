"""The worker: what takes too long is stopped, and nobody waits for it twice."""

import asyncio
import os
import signal
import subprocess
import sys

import pytest

import renderer
from markup import comment_html

pytestmark = pytest.mark.slow

SLOW = {
    'unfinished titles': '[a](b "' * 9000,
    'a footnote that is named often': '[^1]' * 16_000 + '\n\n[^1]: x',
    'a long address that is used often': f'[a]: /{"x" * 20_000}\n\n' + '[a][a] ' * 6000,
    'quotations in each other': '>' * 200 + 'x',
    'half a character': '\ud800',
}


@pytest.fixture
async def render():
    """The function, with a memory and a worker for one test."""
    yield renderer.render
    renderer._cache.clear()
    await renderer.close()


@pytest.fixture
def short_budget(monkeypatch):
    monkeypatch.setattr(renderer, 'RENDER_SECONDS', 0.3)


# What takes long


@pytest.mark.parametrize('text', SLOW.values(), ids=SLOW)
async def test_too_much_for_markdown2_is_shown_as_it_is(render, text, short_budget, log):
    async with asyncio.timeout(5):
        html, other = await asyncio.gather(render(text), render('*another*'))
    assert html == comment_html(text)
    assert other == '<p><em>another</em></p>\n'
    assert log.messages == [f'no Markdown: a text of {len(text)} characters is shown as it is']


async def test_nobody_waits_for_a_slow_text_twice(render, short_budget):
    html = await render(SLOW['unfinished titles'])
    assert await render(SLOW['unfinished titles']) is html
    assert renderer._worker._process is None


async def test_a_text_that_failed_gets_a_second_chance(render, short_budget, monkeypatch):
    monkeypatch.setattr(renderer, 'RETRY_SECONDS', 0)
    await render(SLOW['unfinished titles'])
    other = await render('another')
    assert [*renderer._cache.values()] == [other]


async def test_html_that_is_too_long_is_not_sent(render):
    assert '<em>' not in await render('[*a*][b] ' * 2000 + f'\n\n[b]: /{"x" * 1000}')


# The worker


async def test_a_worker_that_was_killed_is_replaced(render):
    await render('one')
    renderer._worker._process.kill()
    assert await render('two') == '<p>two</p>\n'


async def test_a_visitor_who_goes_away_leaves_no_answer_for_the_next(render):
    await render('one')
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            await render(SLOW['unfinished titles'])
    assert await render('two') == '<p>two</p>\n'


@pytest.mark.skipif(os.name == 'nt', reason='Windows sends Ctrl-C to all processes or none')
async def test_the_worker_leaves_ctrl_c_to_the_server(render):
    await render('one')
    worker = renderer._worker._process
    worker.send_signal(signal.SIGINT)
    assert await render('two') == '<p>two</p>\n'
    assert renderer._worker._process is worker


@pytest.mark.skipif(os.name == 'nt', reason='Windows cannot stop a process and let it go on')
async def test_a_worker_that_stands_still_holds_nobody_up(render):
    await render('one')
    renderer._worker._process.send_signal(signal.SIGSTOP)
    async with asyncio.timeout(5):
        await renderer.close()


async def test_closing_ends_the_worker_and_another_text_starts_a_new_one(render):
    await render('one')
    worker = renderer._worker._process
    await renderer.close()
    assert worker.returncode is not None
    assert await render('two') == '<p>two</p>\n'


def test_the_worker_ends_with_a_server_that_is_killed(www):
    server = subprocess.Popen(
        [sys.executable, '-c', 'import asyncio\n'
         'from renderer import render\n'
         'async def main(): print(await render("x"), flush=True); await asyncio.sleep(60)\n'
         'asyncio.run(main())'],
        cwd=www, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    with server:
        server.stdout.readline()
        server.kill()
        _, errors = server.communicate(timeout=10)  # ends when the worker has closed stderr, too
    assert errors == b''


# The memory


async def test_two_who_want_the_same_at_once_get_the_same(render):
    first, second = await asyncio.gather(render('*same*'), render('*same*'))
    assert first is second


async def test_the_memory_forgets_what_nobody_has_wanted_for_longest(render, monkeypatch):
    monkeypatch.setattr(renderer, 'CACHE_TEXTS', 2)
    one = await render('one')
    two = await render('two')
    assert await render('one') is one
    await render('three')
    assert await render('one') is one
    assert await render('two') is not two
    assert len(renderer._cache) == 2


async def test_the_memory_is_bounded_in_characters(render, monkeypatch):
    monkeypatch.setattr(renderer, 'CACHE_CHARACTERS', 1000)
    for number in range(5):
        await render(f'{number} ' * 250)
    assert len(renderer._cache) == 2
