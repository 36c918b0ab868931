"""Sends one request to a stage on a new database, and prints its way.

python -m tools.flow_once STAGE METHOD PATH JSON EMAIL FORMAT
"""

import asyncio
import json
import secrets
import shutil
import sys

import aiohttp

from tools.flow_run import Recording
from tools.flow_text import ASCII, UNICODE, mermaid, text
from tools.ports import free_port, is_listening
from tools.terminal import can_show

WIDTH = 100  # where nobody says how wide the terminal is


async def main(name, method, path, body, email, form):
    """Start the stage, send the request twice if that is harmless, print the last one."""
    recording = Recording(name)
    port = free_port()
    url = f'http://127.0.0.1:{port}'
    environ = {'PORT': str(port), 'DATABASE_URL': 'sqlite:///:memory:', 'LOG_LEVEL': 'INFO'}
    await recording.start(quiet=True, **environ)
    try:
        await _listening(recording, port)
        async with aiohttp.ClientSession(url, cookie_jar=aiohttp.CookieJar(unsafe=True)) as visitor:
            if email:
                await _sign_up(visitor, recording, email)
            headers = {'Content-Type': 'application/json'} if body else {}
            headers['Accept-Encoding'] = 'identity'  # so that sizes are those of the pages
            for _ in range(2 if method == 'GET' else 1):  # the first one compiles the templates
                async with visitor.request(
                    method, path, data=body or None, headers=headers, allow_redirects=False
                ):
                    tree = await recording.tree()
        print(_formatted(tree, form))
    finally:
        await recording.stop()


async def _listening(recording, port):
    while not is_listening(port):
        if recording.process.returncode is not None:
            reason = (await recording.process.stderr.read()).decode(errors='replace').strip()
            raise SystemExit(f'The program does not start: {reason.rpartition(chr(10))[2]}')
        await asyncio.sleep(0.02)


async def _sign_up(visitor, recording, email):
    account = {'name': email.partition('@')[0], 'email': email, 'passwd': secrets.token_hex()}
    async with visitor.post('/api/users', json=account) as answer:
        if answer.status != 200:
            raise SystemExit(f'{email} cannot sign up there: {(await answer.text())[:200]}')
    await recording.tree()


def _formatted(tree, form):
    if form == 'json':
        return json.dumps(tree, ensure_ascii=False, indent=2)
    if form == 'mermaid':
        return mermaid(tree)
    if form == 'html':
        from tools.flow_page import page  # here, because it is large

        return page(tree)
    width = shutil.get_terminal_size((WIDTH, 24)).columns
    return text(tree, width, UNICODE if can_show('└') else ASCII)


if __name__ == '__main__':
    asyncio.run(main(*sys.argv[1:]))
