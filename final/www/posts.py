"""What people write, blogs and comments: how it is found, and checked before it is stored."""

import re

from apis import APIResourceNotFoundError, APIValueError, Page, get_page_index
from drivers import IntegrityError
from models import Blog, Comment

CONTROLS = re.compile('[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]')  # none is in XML
MAX_CONTENT = 65_536  # characters
GONE = 'It is not here, or no longer.'


async def newest(model, index, where=None, args=()):
    """Return page number `index`, a text, of the newest rows: the Page and the rows."""
    page = Page(await model.findNumber('count(id)', where, args), get_page_index(index))
    rows = await model.findAll(
        where, args, orderBy='created_at desc', limit=(page.offset, page.limit)
    )
    return page, rows


async def find(model, id):
    """Return the row with this id; APIResourceNotFoundError if there is none."""
    row = await model.find(id)
    if not row:
        raise APIResourceNotFoundError(model.__name__, GONE)
    return row


async def create_blog(user, **texts):
    """Return a new blog of the user; `texts` are its name, summary and content."""
    blog = Blog(**_checked(**texts), **_by(user))
    await blog.save()
    return blog


async def update_blog(id, **texts):
    """Return the blog with its new name, summary and content."""
    blog = await find(Blog, id)
    blog |= _checked(**texts)
    if not await blog.update():  # somebody has just deleted it
        raise APIResourceNotFoundError('Blog', GONE)
    return blog


async def create_comment(user, blog_id, content):
    """Return a new comment of the user; the database knows whether the blog is still there."""
    comment = Comment(blog_id=blog_id, content=check_text('content', content, 5000), **_by(user))
    try:
        await comment.save()
    except IntegrityError:
        raise APIResourceNotFoundError('Blog', GONE) from None
    return comment


def check_text(field, value, limit):
    """Return the text without the spaces around it and without characters that nobody can see.

    APIValueError if nothing remains, or more than `limit` characters.
    """
    if not isinstance(value, str):
        raise APIValueError(field, 'This has to be a text.')
    text = CONTROLS.sub('', value.replace('\r\n', '\n')).strip()
    if not text:
        raise APIValueError(field, 'Please write something here.')
    if len(text) > limit:
        raise APIValueError(field, f'At most {limit} characters, please: these are {len(text)}.')
    return text


def _checked(name, summary, content):
    return {
        'name': check_text('name', name, 50),
        'summary': check_text('summary', summary, 200),
        'content': check_text('content', content, MAX_CONTENT),
    }


def _by(user):
    return {'user_id': user.id, 'user_name': user.name, 'user_image': user.image}
