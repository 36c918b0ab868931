"""What people write, blogs and comments: it is checked, then stored."""

from apis import APIResourceNotFoundError
from drivers import IntegrityError
from forms import check_all, check_text
from models import Blog, Comment
from orm import execute
from queries import GONE, find

MAX_CONTENT = 65_536  # characters


async def create_blog(user, **texts):
    """Store a blog of the user and return it; `texts` are its name, summary and content."""
    blog = Blog(**_checked(**texts), **_author(user))
    await blog.save()
    return blog


async def update_blog(id, **texts):
    """Change the texts of a blog, and return it."""
    sql = 'update `blogs` set name=?, summary=?, content=? where id=?'
    await execute(sql, [*_checked(**texts).values(), id])
    return await find(Blog, id)


async def create_comment(user, blog_id, content):
    """Store a comment of the user and return it; the database knows if the blog is still there."""
    comment = Comment(
        blog_id=blog_id, content=check_text('content', content, 5000), **_author(user)
    )
    try:
        await comment.save()
    except IntegrityError:
        raise APIResourceNotFoundError('Blog', GONE) from None
    return comment


def _checked(name, summary, content):
    return check_all(
        name=lambda: check_text('name', name, 50),
        summary=lambda: check_text('summary', summary, 200),
        content=lambda: check_text('content', content, MAX_CONTENT),
    )


def _author(user):
    return {'user_id': user.id, 'user_name': user.name, 'user_image': user.image}
