"""A blog in layers: every request passes the log, the question who asks, and the answer."""

import asyncio
import logging
import os
import secrets
from pathlib import Path

from aiohttp import web

logging.basicConfig(level=logging.INFO)  # before the models: defining one is logged

import handlers
from coroweb import add_routes, add_static
from middlewares import auth_factory, logger_factory, response_factory
from orm import create_pool
from sample_data import add_sample_data
from serving import PORT, serve
from templating import init_jinja2

DATABASE_URL = os.environ.get('DATABASE_URL') or f'sqlite:///{Path(__file__).with_name("blog.db")}'


async def init(loop):
    """Start listening; return the server and the runner, for `serve` to close."""
    await create_pool(DATABASE_URL)
    await add_sample_data()
    app = web.Application(
        middlewares=[
            logger_factory(),
            auth_factory(secrets.token_hex()),  # a new secret: a restart ends all sessions
            response_factory(init_jinja2()),
        ]
    )
    add_routes(app, handlers)
    add_static(app)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=3)
    await runner.setup()
    srv = await loop.create_server(runner.server, '127.0.0.1', PORT)
    logging.info('server started at http://%s:%s...', *srv.sockets[0].getsockname())
    return srv, runner


if __name__ == '__main__':
    asyncio.run(serve(init))
