"""Writers who remember what the blog has acknowledged, to compare with the database later.

with Writers(['http://127.0.0.1:9000']) as writers:
    writers.wait_for(100)
    ...  # something breaks, and comes back
    writers.wait_for(100)
comments = found(database_url)
assert not lost(writers.acknowledged, comments)
assert not doubled(comments)
"""

import json
import sqlite3
import uuid
from collections import Counter
from contextlib import closing
from http.client import HTTPConnection
from urllib.parse import urlsplit

from tools.load import Load
from tools.mysql import Server


class Writers(Load):
    """Visitors who comment on the newest post, all with one account, each time in other words."""

    def __enter__(self):
        self.headers |= {'Content-Type': 'application/json'}
        email = f'{uuid.uuid4().hex}@example.com'  # of nobody who is there already
        account = {'name': 'Writer', 'email': email, 'passwd': 'correct horse battery'}
        _, cookie = self._first_request('POST', '/api/users', account)
        self.headers['Cookie'] = cookie.partition(';')[0]
        blogs = self._first_request('GET', '/api/blogs')[0]['blogs']
        self.path = f'/api/blogs/{blogs[0]["id"]}/comments'
        return super().__enter__()

    def next_request(self):
        text = uuid.uuid4().hex
        return text, 'POST', self.path, json.dumps({'content': text}), self.headers

    def _first_request(self, method, path, data=None):
        connection = HTTPConnection(urlsplit(self.urls[0]).netloc, timeout=self.timeout)
        with closing(connection):
            connection.request(method, path, data and json.dumps(data), self.headers)
            answer = connection.getresponse()
            text = answer.read().decode()
            if answer.status != 200:
                raise RuntimeError(f'{method} {path}: {answer.status} {text}')
            return json.loads(text), answer.getheader('Set-Cookie')


def found(database_url):
    """Return the texts of all comments in the database."""
    sql = 'select content from comments'
    if database_url.startswith('sqlite:'):
        with closing(sqlite3.connect(database_url.removeprefix('sqlite:///'))) as database:
            return [content for (content,) in database.execute(sql)]
    return [content for (content,) in Server(database_url).run(sql)]


def lost(acknowledged, comments):
    """Return what was acknowledged and is not there."""
    return set(acknowledged) - set(comments)


def doubled(comments):
    """Return what is there more than once."""
    return [text for text, number in Counter(comments).items() if number > 1]
