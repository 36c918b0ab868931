"""A web server with models: it counts what the three tables of the blog hold."""

import asyncio
import logging
import os
from pathlib import Path

from aiohttp import web

logging.basicConfig(level=logging.INFO)  # before the models: defining one is logged

from models import Blog, Comment, User
from orm import create_pool
from sample_data import add_sample_data
from serving import PORT, serve

DATABASE_URL = os.environ.get('DATABASE_URL') or f'sqlite:///{Path(__file__).with_name("blog.db")}'


async def index(request):
    users = await User.findNumber('count(id)')
    blogs = await Blog.findNumber('count(id)')
    comments = await Comment.findNumber('count(id)')
    counts = f'<p>users: {users}, blogs: {blogs}, comments: {comments}</p>'
    return web.Response(text=f'<h1>My Blog</h1>{counts}', content_type='text/html')


async def init(loop):
    """Start listening; return the server and the runner, for `serve` to close."""
    await create_pool(DATABASE_URL)
    await add_sample_data()
    app = web.Application()
    app.router.add_route('GET', '/', index)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=3)
    await runner.setup()
    srv = await loop.create_server(runner.server, '127.0.0.1', PORT)
    logging.info('server started at http://%s:%s...', *srv.sockets[0].getsockname())
    return srv, runner


if __name__ == '__main__':
    asyncio.run(serve(init))
