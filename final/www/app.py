"""The complete blog: `init` builds it from its layers and opens it to visitors."""

import asyncio
import logging

from aiohttp import web

import options

if __name__ == '__main__':
    chosen = options.read()  # before our other modules: one may be broken

from config import configs

logging.basicConfig(level=configs.log_level.upper())  # before the models: defining one is logged

import handlers
import handlers_api
import handlers_manage
import metrics
import preflight
from accounts import is_without_admin
from coroweb import add_routes, add_static
from draining import DRAIN, Drain
from layers import make_layers
from listening import listen, url_of
from models import create_tables
from orm import create_pool
from sample_data import add_sample_data
from serving import serve
from templating import init_jinja2


async def init(loop):
    """Start listening; return the server and the runner, for `serve` to close."""
    await create_pool(configs.database_url)
    await (add_sample_data() if configs.development else create_tables())
    nobody_is_admin = await is_without_admin()  # all questions before anybody can come
    drain = Drain()
    app = web.Application(middlewares=make_layers(init_jinja2(), drain))
    app[DRAIN] = drain
    add_routes(app, handlers_api, handlers, handlers_manage)
    add_static(app)
    ending = {'shutdown_timeout': 3, 'keepalive_timeout': configs.keepalive_seconds}
    runner = web.AppRunner(app, access_log=None, **ending)
    await runner.setup()
    metrics.serve()
    srv = await listen(runner.server, configs.host, configs.port)
    if nobody_is_admin:
        print(f'The first account becomes the administrator: {url_of(srv)}/register', flush=True)
    logging.info('server started at %s...', url_of(srv))
    return srv, runner


if __name__ == '__main__':
    asyncio.run(preflight.main() if chosen.check else serve(init))
