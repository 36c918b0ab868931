"""The same rows for all programs: posts of about 3 KB of Markdown, and their comments."""

import sqlite3
import sys
import time
from contextlib import closing

from tools.mysql import Server
from tools.program import Program
from tools.stages import ROOT

WWW = ROOT / 'final' / 'www'
sys.path.insert(0, str(WWW))

from auth import cookie_name, user2cookie
from models import Blog, Comment

PRODUCTION = {'APP_ENV': 'production', 'SESSION_SECRET': 'only good enough to be measured with'}
POSTS, COMMENTS = 1000, 5000
HOUR = 3600
CODE = """\
```python
@get('/blog/{{id}}')
async def get_blog(id, page='1'):
    blog = await find(Blog, id)  # post {number}
    return {{'__template__': 'blog.html', 'blog': blog}}
```

"""
SECTION = """\
## {number}.{part} What the *server* does

A request arrives, and somebody has to answer it. The **event loop** knows who waits for what: it \
gives the processor to one request while another one waits for the [database](https://mariadb.org/).

- read the request line and the headers,
- find the handler, with `match_info`, and call it,
- ask the database; this is where most of the time goes,
- fill in the template, and send the page.

浏览器发出请求，服务器读取数据库，再把模板变成网页。每一步都写在日志里，一行一步。

> What is slow is rarely what one thinks: measure first. See <https://docs.python.org/3/>.

1. The first page that anybody sees is the home page.
2. After it comes a post, with its ~~answers~~ comments.

"""


def fill(url):
    """Add the posts and comments to an empty database; return the ids of the posts."""
    make_tables(url)
    now = time.time()
    blogs = [_blog(number, now) for number in range(POSTS)]
    comments = [_comment(blogs, number, now) for number in range(COMMENTS)]
    with connect(url) as connection:
        insert(connection, blogs)
        insert(connection, comments)
    return [blog.id for blog in blogs]


def make_tables(url):
    """Let `final` make its tables in an empty database."""
    program = Program(WWW, url, **PRODUCTION)
    try:
        program.get('/readyz')  # it may listen before it has made them
        program.stop()
    finally:
        program.close()


def connect(url):
    """Return a connection to the database, for use in a `with`."""
    if url.startswith('sqlite:'):
        return closing(sqlite3.connect(url.removeprefix('sqlite:///')))
    return closing(Server(url).connect())


def insert(connection, rows):
    """Add rows of one model in one transaction."""
    sql = rows[0].__insert__
    if not isinstance(connection, sqlite3.Connection):
        sql = sql.replace('?', '%s')
    values = [[row[column] for column in row.__mappings__] for row in rows]
    connection.cursor().executemany(sql, values)
    connection.commit()


def cookie(user):
    """Return the cookie of a user who has signed in."""
    return f'{cookie_name(False)}={user2cookie(user, 86_400, PRODUCTION["SESSION_SECRET"])}'


def _blog(number, now):
    return Blog(
        user_id='0' * 50,
        user_name='Ada Lovelace',
        user_image='',
        name=f'Post {number}: 请求的一生',
        summary='What happens between a click and a page, told in five small steps. ' * 2,
        content=_content(number),
        created_at=now - number * HOUR,
    )


def _content(number):
    sections = (SECTION.format(number=number, part=part) for part in range(1, 5))
    return CODE.format(number=number) + ''.join(sections)


def _comment(blogs, number, now):
    return Comment(
        blog_id=blogs[number % len(blogs)].id,
        user_id='1' * 50,
        user_name='Grace Hopper',
        user_image='',
        content=f'Thank you for part {number}!\nSee also https://example.com/{number}, 谢谢。',
        created_at=now - number * 60,
    )
