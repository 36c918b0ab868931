"""The handlers: one function for each URL of the blog."""

from html import escape

from aiohttp import web

from apis import APIResourceNotFoundError, Page, get_page_index
from coroweb import get
from models import Blog, Comment

HEAD = """<!doctype html>
<meta name="viewport" content="width=device-width">
<link rel="stylesheet" href="/static/blog.css">
<title>My Blog</title>
<h1>My Blog</h1>
"""


@get('/api/blogs')
async def api_blogs(page='1'):
    page, blogs = await _newest(Blog, page)
    return web.json_response({'page': vars(page), 'blogs': blogs})


@get('/api/blogs/{id}')
async def api_blog(id):
    return web.json_response(await _find_blog(id))


@get('/api/blogs/{id}/comments')
async def api_comments(id, page='1'):
    blog = await _find_blog(id)
    page, comments = await _newest(Comment, page, 'blog_id=?', [blog.id])
    return web.json_response({'page': vars(page), 'comments': comments})


@get('/')
async def index(page='1'):
    page, blogs = await _newest(Blog, page)
    items = ''.join(
        f'<li><a href="/api/blogs/{blog.id}">{escape(blog.name)}</a> {escape(blog.summary)}</li>'
        for blog in blogs
    )
    return web.Response(text=HEAD + f'<ul>{items}</ul>', content_type='text/html')


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
