"""The JSON APIs: the same deeds as on the pages, for programs."""

from accounts import authenticate, register, require_admin, require_user
from coroweb import get, post
from middlewares import USER, device_of
from models import Blog, Comment, User
from posts import create_blog, create_comment, update_blog
from queries import find, newest
from templating import iso

SECRETS = ('passwd', 'session_epoch')


@get('/api/blogs')
async def api_blogs(page='1'):
    page, blogs = await newest(Blog, page, without='content')
    return {'page': page, 'blogs': [public(blog, hide=['content']) for blog in blogs]}


@get('/api/blogs/full')
async def api_blogs_full(page='1'):
    page, blogs = await newest(Blog, page)
    return {'page': page, 'blogs': [public(blog) for blog in blogs]}


@get('/api/blogs/{id}')
async def api_blog(id):
    return public(await find(Blog, id))


@post('/api/blogs')
async def api_create_blog(request, name='', summary='', content=''):
    require_admin(request[USER])
    return public(await create_blog(request[USER], name=name, summary=summary, content=content))


@post('/api/blogs/{id}')
async def api_update_blog(id, request, name='', summary='', content=''):
    require_admin(request[USER])
    return public(await update_blog(id, name=name, summary=summary, content=content))


@post('/api/blogs/{id}/delete')
async def api_delete_blog(id, request):
    require_admin(request[USER])
    await (await find(Blog, id)).remove()
    return {'id': id}


@get('/api/blogs/{id}/comments')
async def api_comments(id, page='1'):
    await find(Blog, id)
    page, comments = await newest(Comment, page, 'blog_id=?', [id])
    return {'page': page, 'comments': [public(comment) for comment in comments]}


@post('/api/blogs/{id}/comments')
async def api_create_comment(id, request, content=''):
    require_user(request[USER])
    return public(await create_comment(request[USER], id, content))


@get('/api/comments')
async def api_all_comments(page='1'):
    page, comments = await newest(Comment, page)
    return {'page': page, 'comments': [public(comment) for comment in comments]}


@post('/api/comments/{id}/delete')
async def api_delete_comment(id, request):
    require_admin(request[USER])
    await (await find(Comment, id)).remove()
    return {'id': id}


@get('/api/users')
async def api_users(request, page='1'):
    page, users = await newest(User, page)
    users = [public(user, hidden_from(request[USER], user)) for user in users]
    return {'page': page, 'users': users}


@post('/api/users')
async def api_create_user(request, name='', email='', passwd=''):
    user = request[USER] = await register(name, email, passwd, request.remote)
    return public(user)


@post('/api/authenticate')
async def api_authenticate(request, email='', passwd=''):
    user = await authenticate(email, passwd, request.remote, device_of(request))
    request[USER] = user
    return public(user)


def public(row, hide=()):
    """Return a row as a dict without its secrets and the keys to `hide`, its time in ISO 8601."""
    shown = row | {'created_at_iso': iso(row.created_at)}
    for key in (*SECRETS, *hide):
        shown.pop(key, None)
    if 'admin' in shown:
        shown['admin'] = bool(row.admin)  # the database says 0 or 1
    return shown


def hidden_from(asking, user):
    """Return what of a user only administrators and the user may see."""
    may_see = asking and (asking.admin or asking.id == user.id)
    return () if may_see else ('email', 'admin')
