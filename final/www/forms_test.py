"""Forms: what is refused comes back as it was typed, with the reason beside its field."""

import re

import pytest

from forms import local_path
from tools.visitor import PASSWORD

TEXTS = {'name': '<Title> "1"', 'summary': '', 'content': 'Line 1\r\n\r\n  <b>Line 2</b>'}


def field(page, name):
    """Return the tag of a page's form field."""
    return re.search(rf'<(?:input|textarea)[^>]*\bname="{name}"[^>]*>', page)[0]


@pytest.mark.parametrize(
    ('path', 'fields', 'wrong'),
    [
        ('/register', {'name': '', 'email': 'eve@example.com', 'passwd': PASSWORD}, 'name'),
        ('/register', {'name': 'Eve', 'email': 'eve', 'passwd': PASSWORD}, 'email'),
        ('/register', {'name': 'Eve', 'email': 'bob@example.com', 'passwd': PASSWORD}, 'email'),
        ('/register', {'name': 'Eve', 'email': 'eve@example.com', 'passwd': '1'}, 'passwd'),
        ('/signin', {'email': 'bob@example.com', 'passwd': 'something else'}, 'passwd'),
        ('/signin', {'email': ' ', 'passwd': 'something else'}, 'email'),
    ],
)
def test_an_error_stands_at_its_field_and_that_has_the_focus(people, nobody, path, fields, wrong):
    page = nobody.post(path, **fields).text
    for name in fields:
        assert ('aria-invalid="true"' in field(page, name)) == (name == wrong)
        assert ('autofocus' in field(page, name)) == (name == wrong)
    assert f'id="{wrong}-note"' in page


@pytest.mark.parametrize(
    ('path', 'fields', 'wrong'),
    [
        ('/register', {'name': 'Eve', 'email': 'eve', 'passwd': '1'}, ['email', 'passwd']),
        ('/register', {'name': '', 'email': '', 'passwd': ''}, ['name', 'email', 'passwd']),
        ('/account/password', {'passwd': 'x', 'new_passwd': 'y'}, ['passwd', 'new_passwd']),
        ('/manage/blogs/create', {'name': 'A', 'summary': '', 'content': ''},
         ['summary', 'content']),
    ],
)  # fmt: skip
def test_all_that_is_wrong_is_told_at_once_and_the_first_has_the_focus(admin, path, fields, wrong):
    page = admin.post(path, **fields).text
    tags = {name: field(page, name) for name in fields}
    assert [name for name in fields if 'aria-invalid="true"' in tags[name]] == wrong
    assert [name for name in fields if 'autofocus' in tags[name]] == wrong[:1]
    for name in wrong:
        assert f'aria-describedby="{name}-note"' in tags[name]
        assert re.search(f'id="{name}-note">(Choose|Please|This is)', page)


def test_a_program_is_told_the_first_error(nobody):
    answer = nobody.call('/api/users', {'name': 'Eve', 'email': 'eve', 'passwd': '1'}).json
    assert answer.keys() == {'error', 'data', 'message'}
    assert (answer['error'], answer['data']) == ('value:invalid', 'email')


def test_what_was_typed_comes_back_but_never_a_password(people, nobody):
    page = nobody.post('/register', name='Eve', email='no address', passwd=PASSWORD).text
    assert 'value="Eve"' in field(page, 'name')
    assert 'value="no address"' in field(page, 'email')
    assert PASSWORD not in page


def test_a_refused_password_leaves_the_name_in_its_field(user):
    page = user.post('/account/password', passwd='x', new_passwd='something new').text
    assert 'value="Bob"' in field(page, 'name')


def test_a_refused_post_comes_back_as_it_was_typed(admin):
    answer = admin.post('/manage/blogs/create', **TEXTS)
    assert answer.status == 400
    assert 'value="&lt;Title&gt; &#34;1&#34;"' in answer.text
    assert 'Line 1\r\n\r\n  &lt;b&gt;Line 2&lt;/b&gt;</textarea>' in answer.text


def test_a_session_that_has_ended_loses_no_text(nobody):
    answer = nobody.post('/manage/blogs/create', **TEXTS)
    assert answer.status == 403
    assert 'Please sign in first.' in answer.text
    assert 'Line 1\r\n\r\n  &lt;b&gt;Line 2&lt;/b&gt;</textarea>' in answer.text


def test_a_comment_of_nobody_comes_back(admin, nobody):
    blog = admin.call('/api/blogs', {'name': 'A', 'summary': 'B', 'content': 'C'}).json['id']
    answer = nobody.post(f'/blog/{blog}', content='A long thought')
    assert answer.status == 403
    assert 'Please sign in first.' in answer.text


def test_a_comment_that_is_too_long_comes_back(admin, user):
    blog = admin.call('/api/blogs', {'name': 'A', 'summary': 'B', 'content': 'C'}).json['id']
    answer = user.post(f'/blog/{blog}', content='long ' * 1001)
    assert answer.status == 400
    assert 'At most 5,000 characters: this has 5,004.' in answer.text
    assert ('long ' * 1001).strip() in answer.text


POST = {'name': 'A title', 'summary': 'A summary', 'content': 'A text'}
CHANGED = {'name': 'New title', 'summary': 'New summary', 'content': 'New text'}


def test_the_form_to_edit_a_post_has_its_texts(admin):
    blog = admin.call('/api/blogs', POST).json['id']
    page = admin.get(f'/manage/blogs/edit?id={blog}').text
    assert 'value="A title"' in field(page, 'name')
    assert 'value="A summary"' in field(page, 'summary')
    assert '>\nA text</textarea>' in page


@pytest.mark.parametrize('api', [False, True])
def test_to_edit_a_post_changes_all_its_texts(admin, api):
    blog = admin.call('/api/blogs', POST).json['id']
    if api:
        admin.call(f'/api/blogs/{blog}', CHANGED)
    else:
        admin.post('/manage/blogs/edit', id=blog, **CHANGED)
    stored = admin.call(f'/api/blogs/{blog}').json
    assert {name: stored[name] for name in CHANGED} == CHANGED


def test_a_preview_keeps_the_texts_and_stores_nothing(admin):
    before = admin.call('/api/blogs').json['page']['item_count']
    answer = admin.post('/manage/blogs/preview', name='', summary='', content='A *word*')
    assert answer.status == 200
    assert '<em>word</em>' in answer.text
    assert 'A *word*</textarea>' in answer.text
    assert admin.call('/api/blogs').json['page']['item_count'] == before


@pytest.mark.parametrize(
    ('wanted', 'got'),
    [
        ('/blog/1?page=2', '/blog/1?page=2'),
        ('/blog/你好', '/blog/你好'),
        ('', '/'),
        ('blog', '/'),
        ('//evil.example', '/'),
        ('/\\evil.example', '/'),
        ('\\\\evil.example', '/'),
        ('/\t/evil.example', '/'),
        ('/\n/evil.example', '/'),
        ('http://evil.example', '/'),
        ('javascript:alert(1)', '/'),
        (5, '/'),
    ],
)
def test_one_is_sent_back_only_within_the_site(wanted, got):
    assert local_path(wanted) == got


def test_who_signs_in_comes_back_to_where_they_were(people, nobody):
    page = nobody.get('/account')
    assert page.headers['Location'] == '/signin?next=/account'
    assert 'value="/account"' in field(nobody.get('/signin?next=/account').text, 'next')
    answer = nobody.post('/signin', email='bob@example.com', passwd=PASSWORD, next='/account')
    assert (answer.status, answer.headers['Location']) == (302, '/account')
