"""What people do in the blog, told in a real browser: with scripts, and at the end without any."""

import pytest

from tools.browser import refused
from tools.visitor import PASSWORD, Visitor

POST = {
    'Title': '你好，世界 👋',
    'Summary': '第一篇文章，有代码。',
    'Text': "*Some* code:\n\n```python\ndef hello():\n    return '世界'\n```\n",
}


@pytest.fixture
def visit(site, open_page):
    """A function that opens a page, as somebody or as a stranger."""

    def visit(path='/', visitor=None):
        return open_page(site, path, visitor=visitor)

    return visit


@pytest.fixture
def blog(admin):
    """The id of a new post."""
    return admin.call('/api/blogs', {'name': 'A post', 'summary': 'B', 'content': 'C'}).json['id']


def fill(page, **texts):
    for label, text in texts.items():
        page.get_by_label(label).fill(text)


def press(page, name):
    page.get_by_role('button', name=name, exact=True).click()


def follow(page, name):
    page.get_by_role('link', name=name, exact=True).first.click()


def read(page, role, name):
    """Wait until there is a heading, a link … with this text."""
    page.get_by_role(role, name=name, exact=True).wait_for()


def sign_up(page, name):
    follow(page, 'Sign up')
    fill(page, **{'Name': name, 'E-mail': f'{name.lower()}@example.com', 'Password': PASSWORD})
    press(page, 'Sign up')
    read(page, 'link', f'Account: {name}')


def sign_in(page, name, password=PASSWORD):
    follow(page, 'Sign in')
    fill(page, **{'E-mail': f'{name.lower()}@example.com', 'Password': password})
    press(page, 'Sign in')
    read(page, 'link', f'Account: {name}')


# Who comes first


def test_the_first_who_signs_up_becomes_administrator_and_is_told_so(program, open_page):
    page = open_page(program, '/register')
    page.get_by_text('The first account here becomes the administrator.').wait_for()
    sign_up(page, 'Carol')
    read(page, 'link', 'Manage')


def test_who_signs_up_later_is_a_reader_and_comes_back_to_what_they_read(visit, blog):
    page = visit(f'/blog/{blog}')
    sign_up(page, 'Reader')
    read(page, 'heading', 'A post')
    assert page.get_by_role('link', name='Manage').count() == 0


def test_a_stranger_signs_in_to_comment_and_comes_back_to_the_post(visit, blog):
    page = visit(f'/blog/{blog}')
    sign_in(page, 'Bob')
    page.get_by_label('Write a comment').wait_for()
    assert page.url.endswith(f'/blog/{blog}')


# The administrator writes


def test_a_post_is_written_previewed_in_place_and_published(visit, admin):
    page = visit('/', admin)
    follow(page, 'Manage')
    follow(page, 'New post')
    fill(page, **POST)
    press(page, 'Preview')
    page.get_by_role('region', name='Preview').get_by_text('Some code').wait_for()
    assert page.url.endswith('/create')
    press(page, 'Publish')
    read(page, 'heading', '你好，世界 👋')
    article = page.get_by_role('article')
    assert article.locator('.highlight .k').all_inner_texts() == ['def', 'return']
    assert "return '世界'" in article.inner_text()


def test_the_home_page_shows_ten_posts_and_a_link_to_the_older_ones(visit, admin):
    page = visit('/', admin)
    for number in range(10):
        post = {'name': f'No. {number}', 'summary': 'Short', 'content': 'Text'}
        assert page.request.post('/api/blogs', data=post).ok
    page.reload()
    titles = page.get_by_role('article').get_by_role('heading')
    assert titles.all_inner_texts() == [f'No. {number}' for number in range(9, -1, -1)]
    follow(page, 'Older →')
    read(page, 'heading', 'Older posts')
    assert titles.get_by_text('No. ').count() == 0
    follow(page, '← Newer')
    read(page, 'heading', 'Latest posts')


def test_a_post_is_edited(visit, admin, blog):
    page = visit(f'/blog/{blog}', admin)
    follow(page, 'Edit post')
    fill(page, Text='Better')
    press(page, 'Save')
    page.get_by_role('article').get_by_text('Better').wait_for()


def test_a_post_is_deleted_after_a_question(visit, admin, blog):
    page = visit(f'/blog/{blog}', admin)
    follow(page, 'Delete post')
    read(page, 'heading', 'Delete this post and its comments?')
    press(page, 'Delete')
    read(page, 'heading', 'Posts')
    assert page.locator(f'a[href="/blog/{blog}"]').count() == 0


# Readers answer


def test_a_reader_comments(visit, user, blog):
    page = visit(f'/blog/{blog}', user)
    fill(page, **{'Write a comment': '沙发！ <b>not bold</b>\nhttps://example.com/'})
    press(page, 'Comment')
    comment = page.get_by_role('article', name='Comment by Bob')
    comment.get_by_text('沙发！ <b>not bold</b>').wait_for()
    comment.get_by_role('link', name='https://example.com/').wait_for()


def test_a_comment_is_deleted_after_a_question(visit, admin, user, blog):
    user.call(f'/api/blogs/{blog}/comments', {'content': 'Buy something!'})
    page = visit(f'/blog/{blog}', admin)
    follow(page, 'Delete the comment by Bob')
    read(page, 'heading', 'Delete this comment?')
    page.get_by_text('Buy something!').wait_for()
    press(page, 'Delete')
    read(page, 'heading', 'Comments')
    page.goto(f'/blog/{blog}')
    page.get_by_text('No comments yet.').wait_for()


def test_who_says_no_to_the_question_keeps_the_comment(visit, admin, user, blog):
    user.call(f'/api/blogs/{blog}/comments', {'content': 'A thought'})
    page = visit(f'/blog/{blog}', admin)
    follow(page, 'Delete the comment by Bob')
    follow(page, 'Cancel')
    page.goto(f'/blog/{blog}')
    page.get_by_role('article', name='Comment by Bob').get_by_text('A thought').wait_for()


# The end of a session


def test_a_new_password_ends_the_sessions_of_other_browsers(visit):
    here, there = visit(), visit()
    sign_up(here, 'Dora')
    sign_in(there, 'Dora')
    follow(here, 'Account: Dora')
    fill(here, **{'Current password': PASSWORD, 'New password': 'another horse'})
    press(here, 'Save password')
    here.get_by_text('Your new password is saved.').wait_for()
    there.reload()
    sign_in(there, 'Dora', 'another horse')


def test_who_signs_out_is_a_stranger(visit):
    page = visit()
    sign_up(page, 'Eve')
    press(page, 'Sign out')
    read(page, 'link', 'Sign in')
    page.goto('/account')
    read(page, 'heading', 'Sign in')


@pytest.fixture
def too_late(program, open_page, complaints):
    """A post that was sent after its writer, Carol, had signed out in another window; and that."""
    carol = Visitor(program)
    carol.post('/register', name='Carol', email='carol@example.com', passwd=PASSWORD)
    page = open_page(program, '/manage/blogs/create', visitor=carol)
    fill(page, **POST)
    other_window = page.context.new_page()
    other_window.goto('/')
    press(other_window, 'Sign out')
    read(other_window, 'link', 'Sign in')
    press(page, 'Publish')
    page.get_by_text('Please sign in first.').wait_for()
    refused(complaints, 403)
    return page, other_window


def test_a_post_survives_the_end_of_the_session_and_can_be_published_after_all(too_late):
    page, other_window = too_late
    assert {label: page.get_by_label(label).input_value() for label in POST} == POST
    sign_in(other_window, 'Carol')
    press(page, 'Publish')
    read(page, 'heading', '你好，世界 👋')
    page.get_by_text('return').wait_for()


# What the script of the editor does besides


@pytest.fixture
def editor(site, open_page, admin):
    """The page of a new post, with scripts."""
    return open_page(site, '/manage/blogs/create', visitor=admin)


def questions(page):
    """Return a list that grows with each question before leaving; the answer is no."""
    asked = []

    def answer(dialog):
        asked.append(dialog.type)
        dialog.dismiss()

    page.on('dialog', answer)
    return asked


def test_who_leaves_in_the_middle_of_a_text_is_asked_first(editor):
    asked = questions(editor)
    fill(editor, Text='Half a sent')
    follow(editor, 'Cancel')
    assert asked == ['beforeunload']
    assert editor.get_by_label('Text').input_value() == 'Half a sent'


def test_who_leaves_a_text_that_was_refused_is_asked_first(too_late):
    page, _ = too_late
    asked = questions(page)
    follow(page, 'Sign in')
    assert asked == ['beforeunload']


def test_who_leaves_with_nothing_written_is_not_asked(editor):
    asked = questions(editor)
    follow(editor, 'Cancel')
    read(editor, 'heading', 'Posts')
    assert asked == []


def test_a_preview_of_nothing_says_why_there_is_none(editor, complaints):
    press(editor, 'Preview')
    editor.get_by_role('region', name='Preview').get_by_text('is the text empty').wait_for()
    refused(complaints, 400)


# Without scripts


def test_everything_works_without_scripts(program, open_page):
    page = open_page(program, '/', scripts=False)
    sign_up(page, 'Carol')
    press(page, 'Sign out')
    sign_in(page, 'Carol')
    follow(page, 'Manage')
    follow(page, 'New post')
    fill(page, **POST)
    press(page, 'Preview')
    page.get_by_role('region', name='Preview').get_by_text('Some code').wait_for()
    assert page.url.endswith('/manage/blogs/preview#preview')
    press(page, 'Publish')
    follow(page, 'Edit post')
    fill(page, Text='Better')
    press(page, 'Save')
    page.get_by_role('article').get_by_text('Better').wait_for()
    fill(page, **{'Write a comment': 'Well said'})
    press(page, 'Comment')
    page.get_by_role('article', name='Comment by Carol').get_by_text('Well said').wait_for()
    follow(page, 'Delete the comment by Carol')
    press(page, 'Delete')
    read(page, 'heading', 'Comments')
    assert page.get_by_text('Well said').count() == 0
    follow(page, 'Posts')
    follow(page, 'Delete “你好，世界 👋”')
    press(page, 'Delete')
    read(page, 'heading', 'Posts')
    assert page.get_by_text('你好，世界 👋').count() == 1  # that of the sample data
    press(page, 'Sign out')
    read(page, 'link', 'Sign in')
