"""A web server: it waits for requests and answers each one. Open http://127.0.0.1:9000."""

import asyncio
import logging

from aiohttp import web

from serving import PORT, serve

logging.basicConfig(level=logging.INFO)


async def index(request):
    return web.Response(body=b'<h1>My Blog</h1>', content_type='text/html')


async def init(loop):
    """Start listening; return the server and the runner, for `serve` to close."""
    app = web.Application()
    app.router.add_route('GET', '/', index)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=3)
    await runner.setup()
    srv = await loop.create_server(runner.server, '127.0.0.1', PORT)
    logging.info('server started at http://%s:%s...', *srv.sockets[0].getsockname())
    return srv, runner


if __name__ == '__main__':
    asyncio.run(serve(init))
