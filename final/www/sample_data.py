"""Something to read before anybody has written anything: one author, four blogs, two comments."""

import logging
import time

from drivers import IntegrityError
from models import Blog, Comment, User, create_tables

BLOGS = [
    (
        'Hello, world',
        'Why this blog exists, and how to find your way through its code.',
        """This page was a row in a table a moment ago. Your browser asked for an address, a \
function was called, the function asked the database, and what came back became this page.

The log in your terminal tells the same story, one line a step. Put the two side by side.

Everything that happened between your click and these words is in a few small files. Read them in \
any order: each one explains itself.""",
    ),
    (
        'A table is a class, a row is an object',
        'What an object-relational mapper does, in five sentences.',
        """A database keeps rows in tables. Python keeps attributes in objects. Somebody has to \
translate, and the translator is called an object-relational mapper.

Ours is one file. You describe a table as a class. The class then knows the SQL to find, insert, \
update and delete its rows.

Values are never pasted into the SQL text. A question mark says where each of them belongs, and \
the driver sees to the rest. So a visitor whose name is full of quotation marks is just a visitor \
with an odd name.""",
    ),
    (
        '你好，世界 👋',
        '同一个网站，中文、English 和 emoji 一起显示。',
        """网页、数据库和日志都使用 UTF-8，所以中文不需要任何特殊处理。

MySQL 有一个小陷阱：它的 utf8 每个字符最多只存三个字节，放不下 emoji。\
真正的 UTF-8 在那里叫 utf8mb4。

如果你在浏览器里看到了这只手 👋，说明从数据库到页面的每一层都没有弄丢它。""",
    ),
    (
        'Reading the log',
        'One request, line by line: what each step has to say.',
        """Start the program and open the home page. The terminal shows what happened, step by step.

First comes the request itself, then the question who is asking. Then the handler is looked up and \
called with the arguments that your address carried. Each SQL statement appears just before it is \
sent, with the number of rows that came back below it.

When two people ask at the same time, their lines mix. That is what "asynchronous" looks like: \
while one request waits for the database, the other one moves on.""",
    ),
]


async def add_sample_data():
    """Create the tables; give them something to show if all of them are empty."""
    logging.disable(logging.INFO)  # the log is there to tell of requests
    try:
        await create_tables()
        if not any([await model.findNumber('count(id)') for model in (User, Blog, Comment)]):
            await _fill()
    finally:
        logging.disable(logging.NOTSET)


async def _fill():
    author = User(name='Ada', email='ada@example.com', passwd='!', image='')  # "!" is no password
    try:
        await author.save()
    except IntegrityError:  # another process is just doing the same
        return
    for age, (name, summary, content) in enumerate(BLOGS):
        blog = Blog(name=name, summary=summary, content=content, **_by(author))
        blog.created_at = time.time() - age * 86400
        await blog.save()
        if age == 0:
            await Comment(blog_id=blog.id, content='First!', **_by(author)).save()
            await Comment(blog_id=blog.id, content='沙发也要占一个。', **_by(author)).save()


def _by(author):
    return {'user_id': author.id, 'user_name': author.name, 'user_image': author.image}
