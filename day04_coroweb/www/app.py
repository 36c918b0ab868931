"""A blog to read: functions answer URLs, in HTML for people and in JSON for programs."""

import asyncio
import logging
import os
from pathlib import Path

from aiohttp import web

logging.basicConfig(level=logging.INFO)  # before the models: defining one is logged

import handlers
from coroweb import add_routes, add_static
from orm import create_pool
from sample_data import add_sample_data
from serving import PORT, serve

DATABASE_URL = os.environ.get('DATABASE_URL') or f'sqlite:///{Path(__file__).with_name("blog.db")}'


async def init(loop):
    """Start listening; return the server and the runner, for `serve` to close."""
    await create_pool(DATABASE_URL)
    await add_sample_data()
    app = web.Application()
    add_routes(app, handlers)
    add_static(app)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=3)
    await runner.setup()
    srv = await loop.create_server(runner.server, '127.0.0.1', PORT)
    logging.info('server started at http://%s:%s...', *srv.sockets[0].getsockname())
    return srv, runner


if __name__ == '__main__':
    asyncio.run(serve(init))
