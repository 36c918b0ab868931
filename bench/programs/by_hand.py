"""The limit: the blog by hand, with aiohttp, a driver and jinja2, and nothing between them.

No object-relational mapper, no middleware, no log. What `final` costs more is the price of its
layers; the other frameworks are measured against it, too.
"""

import asyncio
import json
import os
import signal
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import unquote, urlsplit

import aiomysql
from aiohttp import web

from bench.programs.pages import (
    Page,
    comment_html,
    iso,
    page_number,
    post_html,
    shared,
    templates,
)

COUNT_BLOGS = 'select count(id) `number` from `blogs`'
BLOG_COLUMNS = (
    '`id`, `user_id`, `user_name`, `user_image`, `name`, `summary`, `content`, `created_at`'
)
BLOGS = f'select {BLOG_COLUMNS} from `blogs` order by created_at desc limit %s, %s'
BLOG = f'select {BLOG_COLUMNS} from `blogs` where `id`=%s'
COUNT_COMMENTS = 'select count(id) `number` from `comments` where blog_id=%s'
COMMENTS = (
    'select `id`, `blog_id`, `user_id`, `user_name`, `user_image`, `content`, `created_at` '
    'from `comments` where blog_id=%s order by created_at desc limit %s, %s'
)


class MySQL:
    """A pool of ten connections; the statements of a request share one."""

    async def connect(self, url):
        where = urlsplit(url)
        self.pool = await aiomysql.create_pool(
            host=where.hostname,
            port=where.port or 3306,
            user=unquote(where.username or 'root'),
            password=unquote(where.password or ''),
            db=where.path[1:],
            charset='utf8mb4',
            autocommit=True,
            cursorclass=aiomysql.DictCursor,
            maxsize=10,
        )

    async def query(self, *statements):
        """Return the rows of each statement, a pair of SQL and its values."""
        async with self.pool.acquire() as connection, connection.cursor() as cursor:
            results = []
            for sql, args in statements:
                await cursor.execute(sql, args)
                results.append(await cursor.fetchall())
            return results


class SQLite:
    """One connection, and the one thread that uses it."""

    async def connect(self, url):
        self.thread = ThreadPoolExecutor(max_workers=1)
        path = url.removeprefix('sqlite:///')
        await self._call(self._open, path)

    async def query(self, *statements):
        """Return the rows of each statement, a pair of SQL and its values."""
        return [await self._call(self._rows, *statement) for statement in statements]

    def _call(self, function, *args):
        return asyncio.get_running_loop().run_in_executor(self.thread, function, *args)

    def _open(self, path):
        self.connection = sqlite3.connect(path, isolation_level=None)
        self.connection.execute('pragma journal_mode=wal')

    def _rows(self, sql, args):
        cursor = self.connection.execute(sql.replace('%s', '?'), args)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor]


class Blog:
    """The three pages."""

    def __init__(self, database):
        self.query = database.query
        self.home_page = templates.get_template('blogs.html')
        self.blog_page = templates.get_template('blog.html')

    async def index(self, request):
        page, blogs = await self._newest(request)
        html = self.home_page.render(page=page, blogs=blogs, **shared('/'))
        return web.Response(text=html, content_type='text/html')

    async def api_blogs(self, request):
        page, blogs = await self._newest(request)
        for blog in blogs:
            del blog['content']
            blog['created_at_iso'] = iso(blog['created_at'])
        text = json.dumps({'page': vars(page), 'blogs': blogs}, ensure_ascii=False)
        return web.Response(text=text, content_type='application/json')

    async def blog(self, request):
        id, number = request.match_info['id'], page_number(request.query.get('page', '1'))
        [blog], [count], comments = await self.query(
            (BLOG, [id]), (COUNT_COMMENTS, [id]), (COMMENTS, [id, 10 * (number - 1), 10])
        )
        html = self.blog_page.render(
            blog=blog,
            html=post_html(blog['content']),
            page=Page(count['number'], number),
            comments=[(comment, comment_html(comment['content'])) for comment in comments],
            content='',
            **shared(request.path),
        )
        return web.Response(text=html, content_type='text/html')

    async def _newest(self, request):
        number = page_number(request.query.get('page', '1'))
        [count], blogs = await self.query((COUNT_BLOGS, []), (BLOGS, [10 * (number - 1), 10]))
        return Page(count['number'], number), blogs


async def main():
    """Serve until SIGTERM."""
    url = os.environ['DATABASE_URL']
    database = SQLite() if url.startswith('sqlite:') else MySQL()
    await database.connect(url)
    blog, app = Blog(database), web.Application()
    app.router.add_get('/', blog.index)
    app.router.add_get('/api/blogs', blog.api_blogs)
    app.router.add_get('/blog/{id}', blog.blog)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, '127.0.0.1', int(os.environ['PORT'])).start()
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    await stop.wait()


if __name__ == '__main__':
    asyncio.run(main())
