"""The pages for everybody: to read, to comment, and to have an account."""

from pathlib import Path
from uuid import NAMESPACE_DNS, uuid5

from aiohttp import web

import markup
import renderer
from accounts import (
    authenticate,
    change_name,
    change_password,
    end_sessions,
    first_is_admin,
    register,
    require_user,
)
from coroweb import get, post
from draining import DRAIN
from forms import local_path, shown_again
from middlewares import USER, device_of
from models import Blog, Comment
from orm import select
from posts import create_comment
from queries import find, newest
from templating import iso

STATIC = Path(__file__).with_name('static')


@get('/')
async def index(page='1'):
    page, blogs = await newest(Blog, page, without='content')
    return {'__template__': 'blogs.html', 'page': page, 'blogs': blogs}


@get('/blog/{id}')
async def get_blog(id, page='1'):
    return await show_blog(id, page)


async def show_blog(id, page='1', content=''):  # apart, or a link could fill in the comment
    blog = await find(Blog, id)
    page, comments = await newest(Comment, page, 'blog_id=?', [id])
    return {
        '__template__': 'blog.html',
        'blog': blog,
        'html': await renderer.render(blog.content),
        'page': page,
        'comments': [(comment, markup.comment_html(comment.content)) for comment in comments],
        'content': content,
    }


@post('/blog/{id}')
@shown_again(show_blog)
async def post_comment(id, request, content=''):
    require_user(request[USER])
    await create_comment(request[USER], id, content)
    return f'redirect:/blog/{id}#comments'


@get('/register')
async def get_register(name='', email='', next='/'):
    return {
        '__template__': 'register.html',
        'name': name,
        'email': email,
        'next': local_path(next),
        'first': await first_is_admin(),
    }


@post('/register')
@shown_again(get_register)
async def post_register(request, name='', email='', passwd='', next='/'):
    request[USER] = await register(name, email, passwd, request.remote)
    return f'redirect:{local_path(next)}'


@get('/signin')
async def get_signin(email='', next='/'):
    return {'__template__': 'signin.html', 'email': email, 'next': local_path(next)}


@post('/signin')
@shown_again(get_signin)
async def post_signin(request, email='', passwd='', next='/'):
    request[USER] = await authenticate(email, passwd, request.remote, device_of(request))
    return f'redirect:{local_path(next)}'


@post('/signout')
async def post_signout(request):
    if request[USER]:
        await end_sessions(request[USER])
        request[USER] = None
    return 'redirect:/'


@get('/account')
async def get_account(request, saved=''):
    saved = saved if saved in ('name', 'password') else ''
    return await show_account(request, saved=saved)


async def show_account(request, name=None, saved=''):
    require_user(request[USER])
    name = request[USER].name if name is None else name
    return {'__template__': 'account.html', 'name': name, 'saved': saved}


@post('/account/name')
@shown_again(show_account)
async def post_account_name(request, name=''):
    require_user(request[USER])
    await change_name(request[USER], name)
    return 'redirect:/account?saved=name'


@post('/account/password')
@shown_again(show_account)
async def post_account_password(request, passwd='', new_passwd=''):
    require_user(request[USER])
    await change_password(request[USER], passwd, new_passwd)
    return 'redirect:/account?saved=password'


@get('/feed')
async def get_feed(request):
    _, blogs = await newest(Blog, '1')
    return {
        '__template__': 'feed.xml',
        'blogs': blogs,
        'id': uuid5(NAMESPACE_DNS, ascii(request.host)).urn,
        'updated': iso(blogs[0].created_at if blogs else 0),
    }


@get('/favicon.ico')
async def get_favicon():
    return web.FileResponse(STATIC / 'favicon.svg')


@get('/robots.txt')
async def get_robots():
    return web.FileResponse(STATIC / 'robots.txt')


@get('/healthz')
async def get_health():
    return 200, 'ok'


@get('/readyz')
async def get_readiness(request):
    if request.app[DRAIN].is_ending:
        raise web.HTTPServiceUnavailable(text='This process is about to end.')
    await select('select 1')
    return 200, 'ok'
