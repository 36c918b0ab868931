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
from filters import iso
from forms import shown_again, within_site
from middlewares import USER
from models import Blog, Comment
from posts import create_comment, find, newest

STATIC = Path(__file__).with_name('static')


@get('/')
async def index(page='1'):
    page, blogs = await newest(Blog, page)
    return {'__template__': 'blogs.html', 'page': page, 'blogs': blogs}


@get('/blog/{id}')
async def get_blog(id, page='1'):
    return await show_blog(id, page)


async def show_blog(id, page='1', content=''):
    blog = await find(Blog, id)
    page, comments = await newest(Comment, page, 'blog_id=?', [id])
    return {
        '__template__': 'blog.html',
        'blog': blog,
        'html': await renderer.render(blog.content),
        'page': page,
        'comments': [(comment, markup.comment_html(comment.content)) for comment in comments],
        'content': content,
        'error': None,
    }


@post('/blog/{id}')
@shown_again(show_blog)
async def comment(id, request, content=''):
    require_user(request[USER])
    await create_comment(request[USER], id, content)
    return f'redirect:/blog/{id}#comments'


@get('/register')
async def get_register(name='', email='', next='/'):
    return {
        '__template__': 'register.html',
        'name': name,
        'email': email,
        'next': within_site(next),
        'first': await first_is_admin(),
        'error': None,
    }


@post('/register')
@shown_again(get_register)
async def post_register(request, name='', email='', passwd='', next='/'):
    request[USER] = await register(name, email, passwd, request.remote)
    return f'redirect:{within_site(next)}'


@get('/signin')
async def get_signin(email='', next='/'):
    return {'__template__': 'signin.html', 'email': email, 'next': within_site(next), 'error': None}


@post('/signin')
@shown_again(get_signin)
async def post_signin(request, email='', passwd='', next='/'):
    request[USER] = await authenticate(email, passwd, request.remote)
    return f'redirect:{within_site(next)}'


@post('/signout')
async def signout(request):
    if request[USER]:
        await end_sessions(request[USER])
        request[USER] = None
    return 'redirect:/'


@get('/account')
async def account(request, saved=''):
    require_user(request[USER])
    saved = saved if saved in ('name', 'password') else ''
    return await show_account(request, saved=saved)


async def show_account(request, name=None, saved=''):
    require_user(request[USER])
    name = request[USER].name if name is None else name
    return {'__template__': 'account.html', 'name': name, 'saved': saved, 'error': None}


@post('/account/name')
@shown_again(show_account)
async def account_name(request, name=''):
    require_user(request[USER])
    await change_name(request[USER], name)
    return 'redirect:/account?saved=name'


@post('/account/password')
@shown_again(show_account)
async def account_password(request, passwd='', new_passwd=''):
    require_user(request[USER])
    await change_password(request[USER], passwd, new_passwd)
    return 'redirect:/account?saved=password'


@get('/feed')
async def feed(request):
    _, blogs = await newest(Blog, '1')
    return {
        '__template__': 'feed.xml',
        'blogs': blogs,
        'id': f'urn:uuid:{uuid5(NAMESPACE_DNS, ascii(request.host))}',
        'updated': iso(blogs[0].created_at if blogs else 0),
    }


@get('/favicon.ico')
async def favicon():
    return web.FileResponse(STATIC / 'favicon.svg')


@get('/robots.txt')
async def robots():
    return web.FileResponse(STATIC / 'robots.txt')
