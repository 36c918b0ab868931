"""What people write, blogs and comments: how it is found, and checked before it is stored."""

from apis import APIResourceNotFoundError, Page, get_page_index
from drivers import IntegrityError
from forms import check_text
from models import Blog, Comment
from orm import execute

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
    sql = 'update `blogs` set name=?, summary=?, content=? where id=?'
    await execute(sql, [*_checked(**texts).values(), id])
    return await find(Blog, id)


async def create_comment(user, blog_id, content):
    """Return a new comment of the user; the database knows whether the blog is still there."""
    comment = Comment(blog_id=blog_id, content=check_text('content', content, 5000), **_by(user))
    try:
        await comment.save()
    except IntegrityError:
        raise APIResourceNotFoundError('Blog', GONE) from None
    return comment


def _checked(name, summary, content):
    return {
        'name': check_text('name', name, 50),
        'summary': check_text('summary', summary, 200),
        'content': check_text('content', content, MAX_CONTENT),
    }


def _by(user):
    return {'user_id': user.id, 'user_name': user.name, 'user_image': user.image}
