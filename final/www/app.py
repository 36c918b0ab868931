"""The complete blog: `init` builds it from its layers and opens it to visitors."""

import asyncio
import logging
import signal

from aiohttp import web
from yarl import URL

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
import renderer
from accounts import is_without_admin
from coroweb import add_routes, add_static
from draining import DRAIN, Drain, drain_factory
from drivers import OperationalError
from errors import errors_factory
from listening import listen, watch_parent
from middlewares import auth_factory, compression_factory, logger_factory, response_factory
from models import create_tables
from orm import close_pool, create_pool
from protection import headers_factory, refuse_expectations, same_origin_factory
from proxy import proxy_factory
from sample_data import add_sample_data
from templating import init_jinja2


async def init(loop):
    """Start listening; return the server and the runner, for `main` to close."""
    await create_pool(configs.database_url)
    if configs.development:
        await add_sample_data()
    else:
        await create_tables()
    nobody_is_admin = await is_without_admin()
    ending = {'shutdown_timeout': 3, 'keepalive_timeout': configs.keepalive_seconds}
    runner = web.AppRunner(make_app(), access_log=None, **ending)
    await runner.setup()
    refuse_expectations(runner.server)
    if configs.metrics_port:
        metrics.serve()
    srv = await listen(runner.server, configs.host, configs.port)
    host, port = srv.sockets[0].getsockname()[:2]
    url = URL.build(scheme='http', host=host, port=port)
    if nobody_is_admin:
        print(f'The first account becomes the administrator: {url}/register', flush=True)
    logging.info('server started at %s...', url)
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
        watch_parent(stop.set)
        await stop.wait()
        await runner.app[DRAIN].finish(srv, runner.server, configs.shutdown_seconds)
        await runner.cleanup()
    except (ConnectionError, *OperationalError) as error:
        raise SystemExit(f'{error}. Check DATABASE_URL.') from None
    except (OSError, OverflowError, UnicodeError) as error:
        raise SystemExit(f'Cannot listen on {configs.host}:{configs.port} ({error}).') from None
    finally:
        await renderer.close()
        await close_pool()


if __name__ == '__main__':
    asyncio.run(preflight.main() if chosen.check else main())
