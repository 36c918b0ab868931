"""The home page without the course: aiohttp, the same driver, the same two statements and template.

`final` is measured against it: what `final` costs more is the price of its layers.
"""

import asyncio
import os
import sys
from pathlib import Path
from types import SimpleNamespace

from aiohttp import web
from jinja2 import Environment, FileSystemLoader

WWW = Path(__file__).parent.parent / 'final' / 'www'
sys.path.insert(0, str(WWW))

from drivers import DRIVERS
from templating import ago, static

COUNT = 'select count(id) `_num_` from `blogs`'
NEWEST = (
    'select `id`, `user_id`, `user_name`, `user_image`, `name`, `summary`, `content`, `created_at` '
    'from `blogs` order by created_at desc limit ?, ?'
)


def make_app(database):
    """Return an application that answers `/` as `final` does."""
    environment = Environment(loader=FileSystemLoader(WWW / 'templates'), autoescape=True)
    environment.filters['ago'] = ago
    environment.globals['static'] = static

    async def index(request):
        number = int(request.query.get('page', '1'))
        count = (await database.run(COUNT, []))[0][0]['_num_']
        blogs, _ = await database.run(NEWEST, [10 * (number - 1), 10])
        page = SimpleNamespace(
            page_index=number,
            page_count=-(-count // 10),
            has_previous=number > 1,
            has_next=10 * number < count,
        )
        template = environment.get_template('blogs.html')
        html = template.render(page=page, blogs=blogs, path='/', url='/', error=None, __user__=None)
        return web.Response(text=html, content_type='text/html')

    app = web.Application()
    app.router.add_get('/', index)
    return app


async def main():
    """Serve until the process is ended."""
    url = os.environ['DATABASE_URL']
    database = DRIVERS[url.partition(':')[0]]()
    await database.connect(url)
    runner = web.AppRunner(make_app(database), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, '127.0.0.1', int(os.environ['PORT'])).start()
    print('server started at', os.environ['PORT'], file=sys.stderr, flush=True)
    await asyncio.Event().wait()


if __name__ == '__main__':
    asyncio.run(main())
