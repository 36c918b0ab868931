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
from draining import DRAIN, Drain, drain_factory
from errors import errors_factory
from listening import listen, url_of
from middlewares import auth_factory, compression_factory, logger_factory, response_factory
from models import create_tables
from orm import create_pool
from protection import headers_factory, same_origin_factory
from proxy import proxy_factory
from sample_data import add_sample_data
from serving import serve
from templating import init_jinja2


async def init(loop):
    """Start listening; return the server and the runner, for `serve` to close."""
    await create_pool(configs.database_url)
    await (add_sample_data() if configs.development else create_tables())
    nobody_is_admin = await is_without_admin()  # all questions before anybody can come
    ending = {'shutdown_timeout': 3, 'keepalive_timeout': configs.keepalive_seconds}
    runner = web.AppRunner(make_app(), access_log=None, **ending)
    await runner.setup()
    metrics.serve()
    srv = await listen(runner.server, configs.host, configs.port)
    if nobody_is_admin:
        print(f'The first account becomes the administrator: {url_of(srv)}/register', flush=True)
    logging.info('server started at %s...', url_of(srv))
    return srv, runner


def make_app():
    """Return the application: its layers, and its routes."""
    templates, drain = init_jinja2(), Drain()
    app = web.Application(
        middlewares=[  # from the outside in: each sees what those below it answer, or raise
            drain_factory(drain),
            *[metrics.metrics_factory()] * bool(configs.metrics_port),
            proxy_factory(configs.trusted_proxies),
            headers_factory(),
            compression_factory(),
            logger_factory(),
            errors_factory(templates, configs.request_seconds),
            same_origin_factory(),
            auth_factory(configs.session_secret, configs.session_max_age),
            response_factory(templates),
        ]
    )
    app[DRAIN] = drain
    add_routes(app, handlers_api, handlers, handlers_manage)
    add_static(app)
    return app


if __name__ == '__main__':
    asyncio.run(preflight.main() if chosen.check else serve(init))
