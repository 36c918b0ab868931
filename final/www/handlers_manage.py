"""The pages for administrators: the blogs, the comments, the people."""

import renderer
from accounts import require_admin, set_admin
from coroweb import get, post
from forms import check_text, shown_again
from middlewares import USER
from models import Blog, Comment, User
from posts import MAX_CONTENT, create_blog, update_blog
from queries import find, newest


@get('/manage/')
async def manage():
    return 'redirect:/manage/blogs'


@get('/manage/blogs')
async def manage_blogs(request, page='1'):
    require_admin(request[USER])
    page, blogs = await newest(Blog, page, without='content')
    return {'__template__': 'manage_blogs.html', 'page': page, 'blogs': blogs}


# No right is needed: who is signed out meanwhile gets the typed text back.
async def edit_form(id='', name='', summary='', content='', preview=None):
    return {
        '__template__': 'manage_blog_edit.html',
        'id': id,
        'name': name,
        'summary': summary,
        'content': content,
        'preview': preview,
    }


@get('/manage/blogs/create')
async def manage_new_blog(request):
    require_admin(request[USER])
    return await edit_form()


@post('/manage/blogs/create')
@shown_again(edit_form)
async def manage_create_blog(request, name='', summary='', content=''):
    require_admin(request[USER])
    blog = await create_blog(request[USER], name=name, summary=summary, content=content)
    return f'redirect:/blog/{blog.id}'


@get('/manage/blogs/edit')
async def manage_edit_blog(request, id):
    require_admin(request[USER])
    blog = await find(Blog, id)
    return await edit_form(blog.id, blog.name, blog.summary, blog.content)


@post('/manage/blogs/edit')
@shown_again(edit_form)
async def manage_update_blog(request, id='', name='', summary='', content=''):
    require_admin(request[USER])
    blog = await update_blog(id, name=name, summary=summary, content=content)
    return f'redirect:/blog/{blog.id}'


@post('/manage/blogs/preview')
@shown_again(edit_form)
async def manage_preview_blog(request, id='', name='', summary='', content=''):
    require_admin(request[USER])
    preview = await renderer.render(check_text('content', content, MAX_CONTENT))
    return await edit_form(id, name, summary, content, preview)


@get('/manage/blogs/delete')
async def manage_confirm_delete_blog(request, id):
    require_admin(request[USER])
    blog = await find(Blog, id)
    return confirm('Delete this post and its comments?', blog.name, request, '/manage/blogs')


@post('/manage/blogs/delete')
async def manage_delete_blog(request, id):
    require_admin(request[USER])
    await (await find(Blog, id)).remove()
    return 'redirect:/manage/blogs'


@get('/manage/comments')
async def manage_comments(request, page='1'):
    require_admin(request[USER])
    page, comments = await newest(Comment, page)
    return {'__template__': 'manage_comments.html', 'page': page, 'comments': comments}


@get('/manage/comments/delete')
async def manage_confirm_delete_comment(request, id):
    require_admin(request[USER])
    comment = await find(Comment, id)
    return confirm('Delete this comment?', comment.content, request, '/manage/comments')


@post('/manage/comments/delete')
async def manage_delete_comment(request, id):
    require_admin(request[USER])
    await (await find(Comment, id)).remove()
    return 'redirect:/manage/comments'


@get('/manage/users')
async def manage_users(request, page='1'):
    require_admin(request[USER])
    page, users = await newest(User, page)
    return {'__template__': 'manage_users.html', 'page': page, 'users': users}


@get('/manage/users/admin')
async def manage_confirm_unset_admin(request, id):
    require_admin(request[USER])
    user = await find(User, id)
    whom = 'yourself' if user.id == request[USER].id else 'this user'
    title, warning = f'Remove {whom} as administrator?', 'Only an administrator can undo this.'
    return confirm(title, user.name, request, '/manage/users', warning, 'Remove')


@post('/manage/users/admin')
@shown_again(manage_users)
async def manage_set_admin(request, id='', admin=''):
    require_admin(request[USER])
    await set_admin(id, admin == '1')
    is_own = id == request[USER].id  # then the page of the users is no longer for them
    return 'redirect:/' if is_own else 'redirect:/manage/users'


def confirm(title, text, request, back, warning='This cannot be undone.', button='Delete'):
    return {
        '__template__': 'confirm.html',
        'title': title,
        'text': text,
        'id': request.query['id'],
        'action': request.path,
        'back': back,
        'warning': warning,
        'button': button,
    }
