"""Every route, for a stranger, a user and an administrator, with right and with wrong input."""

import re

import pytest

WHO = ['nobody', 'user', 'admin']
BLOG = {'name': 'Title', 'summary': 'In short', 'content': 'Some *text*.'}
ROUTES = [
    # method, path, what is sent, and the answers to a stranger, a user and an administrator
    ('GET', '/', None, 200, 200, 200),
    ('GET', '/?page=two', None, 200, 200, 200),
    ('GET', '/blog/{blog}', None, 200, 200, 200),
    ('GET', '/blog/0', None, 404, 404, 404),
    ('POST', '/blog/{blog}', {'content': 'Hello!'}, 403, 302, 302),
    ('POST', '/blog/{blog}', {'content': ' '}, 403, 400, 400),
    ('POST', '/blog/0', {'content': 'Hello!'}, 404, 404, 404),
    ('GET', '/healthz', None, 200, 200, 200),
    ('GET', '/readyz', None, 200, 200, 200),
    ('GET', '/register', None, 200, 200, 200),
    ('POST', '/register', {'name': '', 'email': '', 'passwd': ''}, 400, 400, 400),
    ('GET', '/signin', None, 200, 200, 200),
    ('POST', '/signin', {'email': 'bob@example.com', 'passwd': 'wrong password'}, 400, 400, 400),
    ('GET', '/signout', None, 405, 405, 405),
    ('GET', '/account', None, 302, 200, 200),
    ('POST', '/account/name', {'name': ''}, 302, 400, 400),
    ('POST', '/account/password', {'passwd': 'x', 'new_passwd': 'y'}, 302, 400, 400),
    ('GET', '/manage/', None, 302, 302, 302),
    ('GET', '/manage/blogs', None, 302, 403, 200),
    ('GET', '/manage/blogs/create', None, 302, 403, 200),
    ('POST', '/manage/blogs/create', BLOG, 403, 403, 302),
    ('POST', '/manage/blogs/create', BLOG | {'name': ''}, 403, 403, 400),
    ('GET', '/manage/blogs/edit?id={blog}', None, 302, 403, 200),
    ('GET', '/manage/blogs/edit?id=0', None, 302, 403, 404),
    ('GET', '/manage/blogs/edit', None, 400, 400, 400),
    ('POST', '/manage/blogs/edit', BLOG | {'id': '{blog}'}, 403, 403, 302),
    ('POST', '/manage/blogs/edit', BLOG | {'id': '{blog}', 'name': 'x' * 51}, 403, 403, 400),
    ('POST', '/manage/blogs/edit', BLOG | {'id': '0'}, 403, 403, 404),
    ('POST', '/manage/blogs/preview', BLOG, 403, 403, 200),
    ('POST', '/manage/blogs/preview', BLOG | {'content': ''}, 403, 403, 400),
    ('GET', '/manage/blogs/delete?id={blog}', None, 302, 403, 200),
    ('GET', '/manage/blogs/delete?id=0', None, 302, 403, 404),
    ('POST', '/manage/blogs/delete', {'id': '0'}, 302, 403, 404),
    ('POST', '/manage/blogs/delete', {}, 400, 400, 400),
    ('GET', '/manage/comments', None, 302, 403, 200),
    ('GET', '/manage/comments/delete?id={comment}', None, 302, 403, 200),
    ('GET', '/manage/comments/delete?id=0', None, 302, 403, 404),
    ('POST', '/manage/comments/delete', {'id': '0'}, 302, 403, 404),
    ('GET', '/manage/users', None, 302, 403, 200),
    ('GET', '/manage/users/admin?id={user}', None, 302, 403, 200),
    ('GET', '/manage/users/admin?id=0', None, 302, 403, 404),
    ('POST', '/manage/users/admin', {'id': '0', 'admin': '1'}, 302, 403, 404),
    ('GET', '/feed', None, 200, 200, 200),
    ('GET', '/favicon.ico', None, 200, 200, 200),
    ('GET', '/robots.txt', None, 200, 200, 200),
    ('GET', '/static/blog.css', None, 200, 200, 200),
    ('GET', '/nothing', None, 404, 404, 404),
]
APIS = [
    ('GET', '/api/blogs', None, 200, 200, 200),
    ('GET', '/api/blogs?page=two', None, 200, 200, 200),
    ('GET', '/api/blogs/full', None, 200, 200, 200),
    ('POST', '/api/blogs', BLOG, 403, 403, 200),
    ('POST', '/api/blogs', BLOG | {'summary': 5}, 403, 403, 400),
    ('GET', '/api/blogs/{blog}', None, 200, 200, 200),
    ('GET', '/api/blogs/0', None, 404, 404, 404),
    ('POST', '/api/blogs/{blog}', BLOG, 403, 403, 200),
    ('POST', '/api/blogs/{blog}', BLOG | {'content': None}, 403, 403, 400),
    ('POST', '/api/blogs/0', BLOG, 403, 403, 404),
    ('POST', '/api/blogs/0/delete', {}, 403, 403, 404),
    ('GET', '/api/blogs/{blog}/comments', None, 200, 200, 200),
    ('GET', '/api/blogs/0/comments', None, 404, 404, 404),
    ('POST', '/api/blogs/{blog}/comments', {'content': 'Hello!'}, 403, 200, 200),
    ('POST', '/api/blogs/{blog}/comments', {}, 403, 400, 400),
    ('POST', '/api/blogs/0/comments', {'content': 'Hello!'}, 403, 404, 404),
    ('GET', '/api/comments', None, 200, 200, 200),
    ('POST', '/api/comments/0/delete', {}, 403, 403, 404),
    ('GET', '/api/users', None, 200, 200, 200),
    ('POST', '/api/users', {'name': 'Eve', 'email': 'eve', 'passwd': 'x' * 8}, 400, 400, 400),
    (
        'POST',
        '/api/users',
        {'name': 'E', 'email': 'bob@example.com', 'passwd': 'x3' * 8},
        409,
        409,
        409,
    ),
    ('POST', '/api/authenticate', {'email': 'bob@example.com'}, 400, 400, 400),
    ('GET', '/api/nothing', None, 404, 404, 404),
]


@pytest.fixture(scope='module')
def ids(site, people):
    """A blog and its comment, which the wrong requests of this file leave alone."""
    blog = people['admin'].call('/api/blogs', BLOG).json['id']
    comment = people['user'].call(f'/api/blogs/{blog}/comments', {'content': 'First!'}).json
    return {'{blog}': blog, '{comment}': comment['id'], '{user}': comment['user_id']}


def fill(text, ids):
    for mark, id in ids.items():
        text = text.replace(mark, id)
    return text


@pytest.mark.parametrize('route', ROUTES, ids=lambda route: f'{route[0]} {route[1]}')
def test_a_page_answers_those_who_may_see_it(people, ids, route):
    method, path, fields, *statuses = route
    path, fields = fill(path, ids), {key: fill(text, ids) for key, text in (fields or {}).items()}
    visitors = [people[who].copy() for who in WHO]
    answers = [v.get(path) if method == 'GET' else v.post(path, **fields) for v in visitors]
    assert [answer.status for answer in answers] == statuses


@pytest.mark.parametrize('route', APIS, ids=lambda route: f'{route[0]} {route[1]}')
def test_an_api_answers_those_who_may_call_it(people, ids, route):
    _, path, data, *statuses = route
    answers = [people[who].copy().call(fill(path, ids), data) for who in WHO]
    assert [answer.status for answer in answers] == statuses
    assert ['error' in answer.json for answer in answers] == [s >= 400 for s in statuses]


@pytest.mark.parametrize('path', ['/manage/{}/delete', '/api/{}/{}/delete'])
@pytest.mark.parametrize('kind', ['blogs', 'comments'])
def test_what_is_deleted_is_gone(admin, kind, path):
    ids = {'blogs': admin.call('/api/blogs', BLOG).json['id']}
    comment = admin.call(f'/api/blogs/{ids["blogs"]}/comments', {'content': 'Hello!'})
    ids['comments'] = comment.json['id']
    path, id = path.format(kind, ids[kind]), ids[kind]
    before = admin.get(f'/api/{kind}').text
    admin.call(path, {}) if path.startswith('/api/') else admin.post(path, id=id)
    after = admin.get(f'/api/{kind}').text
    assert (f'"id": "{id}"' in before, f'"id": "{id}"' in after) == (True, False)


def test_the_tables_above_have_every_route(site):
    registered = {tuple(line.split()[2:4]) for line in site.lines if ':add route' in line}
    marks = r'\{blog\}|\{comment\}|(?<=/)0(?=/|$)'
    listed = {
        (method, re.sub(marks, '{id}', path.partition('?')[0]))
        for method, path, *_ in ROUTES + APIS
    }
    assert registered - listed == {('POST', '/signout')}  # it would end the session
