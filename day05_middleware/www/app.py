"""A blog in layers: every request passes the log, the question who asks, and the answer."""

import asyncio
import logging
import os
import secrets
import signal
from datetime import UTC, datetime
from pathlib import Path

import jinja2
from aiohttp import web

logging.basicConfig(level=logging.INFO)  # before the models: defining one is logged

import handlers
from coroweb import add_routes, add_static
from drivers import OperationalError
from middlewares import auth_factory, logger_factory, response_factory
from orm import close_pool, create_pool
from sample_data import add_sample_data

PORT = os.environ.get('PORT') or '9000'
DATABASE_URL = os.environ.get('DATABASE_URL') or f'sqlite:///{Path(__file__).with_name("blog.db")}'


def init_jinja2():
    """Return the templates; what they print is escaped, and a name they lack is an error."""
    logging.info('init jinja2...')
    templates = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).with_name('templates')),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
    )
    templates.filters['date'] = lambda time: f'{datetime.fromtimestamp(time, UTC):%Y-%m-%d}'
    return templates


async def init(loop):
    """Start listening; return the server and the runner, for `main` to close."""
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


async def main():
    """Serve until Ctrl-C or SIGTERM."""
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        try:
            loop.add_signal_handler(number, stop.set)
        except NotImplementedError:  # on Windows
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(stop.set))
    try:
        srv, runner = await init(loop)
        await stop.wait()
        srv.close()
        await runner.cleanup()
    except (ConnectionError, *OperationalError) as error:
        raise SystemExit(f'{error}. Check DATABASE_URL.') from None
    except (OSError, OverflowError) as error:
        raise SystemExit(f'Cannot listen on port {PORT} ({error}). Set PORT to another.') from None
    finally:
        await close_pool()


if __name__ == '__main__':
    asyncio.run(main())
