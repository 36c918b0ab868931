"""The blog in Flask with SQLAlchemy, on PyMySQL or sqlite3, under gunicorn."""

import os

from flask import Flask, abort, jsonify, render_template, request
from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import scoped_session, sessionmaker

from bench.programs.pages import (
    WWW,
    Page,
    comment_html,
    iso,
    page_number,
    post_html,
    prepare,
    shared,
)
from bench.programs.tables import Blog, Comment, with_drivers

engine = create_engine(with_drivers(os.environ['DATABASE_URL'], 'pymysql', 'pysqlite'))
session = scoped_session(sessionmaker(engine))
app = Flask(__name__, template_folder=WWW / 'templates', static_folder=None)
app.json.ensure_ascii = False
prepare(app.jinja_env)


@app.teardown_appcontext
def remove_session(error):
    session.remove()


@app.get('/')
def index():
    page, blogs = newest(Blog)
    return render_template('blogs.html', page=page, blogs=blogs, **shared('/'))


@app.get('/blog/<id>')
def get_blog(id):
    blog = session.get(Blog, id) or abort(404)
    page, comments = newest(Comment, Comment.blog_id == id)
    return render_template(
        'blog.html',
        blog=blog,
        html=post_html(blog.content),
        page=page,
        comments=[(comment, comment_html(comment.content)) for comment in comments],
        content='',
        **shared(request.path),
    )


@app.get('/api/blogs')
def api_blogs():
    page, blogs = newest(Blog)
    return jsonify(page=vars(page), blogs=[public(blog) for blog in blogs])


def newest(model, *where):
    """Return the Page that `?page=` asks for, and its rows."""
    count = session.scalar(select(func.count(model.id)).where(*where))
    page = Page(count, page_number(request.args.get('page', '1')))
    rows = select(model).where(*where).order_by(model.created_at.desc())
    return page, session.scalars(rows.offset(page.offset).limit(page.limit)).all()


def public(blog):
    """Return what the list shows of a blog."""
    names = ('id', 'user_id', 'user_name', 'user_image', 'name', 'summary', 'created_at')
    return {name: getattr(blog, name) for name in names} | {'created_at_iso': iso(blog.created_at)}
