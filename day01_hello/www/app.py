"""A web server: it waits for requests and answers each one. Open http://127.0.0.1:9000."""

import asyncio
import logging
import os
import signal

from aiohttp import web

logging.basicConfig(level=logging.INFO)

PORT = os.environ.get('PORT') or '9000'


async def index(request):
    return web.Response(body=b'<h1>My Blog</h1>', content_type='text/html')


async def init(loop):
    """Start listening; return the server and the runner, for `main` to close."""
    app = web.Application()
    app.router.add_route('GET', '/', index)
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
    except (OSError, OverflowError) as error:
        raise SystemExit(f'Cannot listen on port {PORT} ({error}). Set PORT to another.') from None


if __name__ == '__main__':
    asyncio.run(main())
