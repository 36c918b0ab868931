"""The handlers: one function for each URL of the blog."""

from aiohttp import web

from apis import APIResourceNotFoundError, Page, get_page_index
from coroweb import get
from models import Blog, Comment


@get('/api/blogs')
async def api_blogs(page='1'):
    page, blogs = await _newest(Blog, page)
    return {'page': page, 'blogs': blogs}


@get('/api/blogs/{id}')
async def api_blog(id):
    return await _find_blog(id)


@get('/api/blogs/{id}/comments')
async def api_comments(id, page='1'):
    blog = await _find_blog(id)
    page, comments = await _newest(Comment, page, 'blog_id=?', [blog.id])
    return {'page': page, 'comments': comments}


@get('/')
async def index(page='1'):
    page, blogs = await _newest(Blog, page)
    return {'__template__': 'blogs.html', 'page': page, 'blogs': blogs}


@get('/blog/{id}')
async def get_blog(id, page='1'):
    blog = await Blog.find(id)
    if not blog:
        raise web.HTTPNotFound(text='There is no blog at this address.')
    page, comments = await _newest(Comment, page, 'blog_id=?', [blog.id])
    return {'__template__': 'blog.html', 'blog': blog, 'page': page, 'comments': comments}


async def _newest(model, index, where=None, args=()):
    page = Page(await model.findNumber('count(id)', where, args), get_page_index(index))
    rows = await model.findAll(
        where, args, orderBy='created_at desc', limit=(page.offset, page.limit)
    )
    return page, rows


async def _find_blog(id):
    blog = await Blog.find(id)
    if not blog:
        raise APIResourceNotFoundError('Blog', 'There is no blog with this id.')
    return blog
