"""The blog's three tables: users, their blogs, and the comments on these."""

import time
import uuid

from orm import BooleanField, FloatField, IntegerField, Model, StringField, TextField, create_table


def next_id():
    """Return a new key of 50 characters; it begins with the time, in milliseconds since 1970."""
    return f'{int(time.time() * 1000):015d}{uuid.uuid4().hex}000'


class User(Model):
    __table__ = 'users'
    __indexes__ = ('created_at',)

    id = StringField(primary_key=True, default=next_id, ddl='varchar(50)')
    email = StringField(ddl='varchar(100) unique')
    passwd = StringField(ddl='varchar(200)')
    session_epoch = IntegerField()  # raising it ends all earlier sessions
    admin = BooleanField()
    name = StringField(ddl='varchar(50)')
    image = StringField(ddl='varchar(500)')
    created_at = FloatField(default=time.time)


class Blog(Model):
    __table__ = 'blogs'
    __indexes__ = ('created_at',)

    id = StringField(primary_key=True, default=next_id, ddl='varchar(50)')
    user_id = StringField(ddl='varchar(50)')
    user_name = StringField(ddl='varchar(50)')
    user_image = StringField(ddl='varchar(500)')
    name = StringField(ddl='varchar(50)')
    summary = StringField(ddl='varchar(200)')
    content = TextField()
    created_at = FloatField(default=time.time)


class Comment(Model):
    __table__ = 'comments'
    __indexes__ = ('created_at', 'blog_id, created_at')
    __constraints__ = ('foreign key (blog_id) references blogs (id) on delete cascade',)

    id = StringField(primary_key=True, default=next_id, ddl='varchar(50)')
    blog_id = StringField(ddl='varchar(50)')
    user_id = StringField(ddl='varchar(50)')
    user_name = StringField(ddl='varchar(50)')
    user_image = StringField(ddl='varchar(500)')
    content = TextField()
    created_at = FloatField(default=time.time)


async def create_tables():
    """Create the tables that are not there yet."""
    for model in (User, Blog, Comment):
        await create_table(model)
