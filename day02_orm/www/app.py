"""A web server with a database: what it answers is a row of a table."""

import asyncio
import logging
import os
from pathlib import Path

from aiohttp import web

from orm import IntegerField, Model, StringField, create_pool, create_table
from serving import PORT, serve

logging.basicConfig(level=logging.INFO)

DATABASE_URL = os.environ.get('DATABASE_URL') or f'sqlite:///{Path(__file__).with_name("blog.db")}'


class Greeting(Model):
    __table__ = 'greetings'
    id = IntegerField(primary_key=True)
    text = StringField()


async def index(request):
    greeting = await Greeting.find(1)
    return web.Response(text=f'<h1>{greeting.text}</h1>', content_type='text/html')


async def init(loop):
    """Start listening; return the server and the runner, for `serve` to close."""
    await create_pool(DATABASE_URL)
    await create_table(Greeting)
    if not await Greeting.find(1):
        await Greeting(id=1, text='My Blog').save()
    app = web.Application()
    app.router.add_route('GET', '/', index)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=3)
    await runner.setup()
    srv = await loop.create_server(runner.server, '127.0.0.1', PORT)
    logging.info('server started at http://%s:%s...', *srv.sockets[0].getsockname())
    return srv, runner


if __name__ == '__main__':
    asyncio.run(serve(init))
