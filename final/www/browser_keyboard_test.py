"""The blog without a mouse: everything can be reached, and one sees where one is."""

import pytest

from tools.browser import refused
from tools.visitor import PASSWORD

PAGES = ['/', '/blog/{}', '/register', '/account', '/manage/users', '/manage/blogs/create']
FOCUS = """() => {
    const style = getComputedStyle(document.activeElement)
    return {
        tag: document.activeElement.tagName,
        text: document.activeElement.innerText,
        id: document.activeElement.id,
        marked: style.outlineStyle !== 'none' || style.boxShadow !== 'none',
    }
}"""


def focus(page):
    return page.evaluate(FOCUS)


def press(page, *keys):
    for key in keys:
        page.keyboard.press(key)


@pytest.fixture
def blog(admin):
    """The id of a post with all that can have the focus."""
    content = '[A link](/)\n\n| a | table |\n|--|--|\n| 1 | 2 |\n\n[^1]\n\n[^1]: A footnote.'
    post = {'name': 'A', 'summary': 'B', 'content': content}
    id = admin.call('/api/blogs', post).json['id']
    admin.call(f'/api/blogs/{id}/comments', {'content': 'See https://example.com/'})
    return id


@pytest.mark.parametrize('path', ['/', '/blog/{}', '/signin', '/account', '/manage/blogs/create'])
def test_the_first_stop_leads_past_the_navigation(site, open_page, admin, blog, path):
    page = open_page(site, path.format(blog), visitor=admin)
    press(page, 'Tab')
    assert focus(page)['text'] == 'Skip to the content'
    assert page.get_by_text('Skip to the content').is_visible()
    press(page, 'Enter', 'Tab')
    assert page.evaluate('document.activeElement.closest("main, footer") !== null')


@pytest.mark.parametrize('color_scheme', ['light', 'dark'])
def test_one_sees_at_each_stop_where_one_is(site, open_page, admin, blog, color_scheme):
    page = open_page(site, visitor=admin, color_scheme=color_scheme)
    for path in PAGES:
        page.goto(path.format(blog))
        stops = []
        press(page, 'Tab')
        while (stop := focus(page))['tag'] != 'BODY':
            stops.append(stop)
            press(page, 'Tab')
        assert len(stops) > 5
        assert [stop for stop in stops if not stop['marked']] == []


def test_one_signs_in_with_the_keyboard_alone(people, site, open_page):
    page = open_page(site, '/signin')
    press(page, 'Tab', 'Enter', 'Tab')
    page.keyboard.type('bob@example.com')
    press(page, 'Tab')
    page.keyboard.type(PASSWORD)
    press(page, 'Enter')
    page.get_by_role('link', name='Account: Bob').wait_for()


def test_the_field_that_was_refused_has_the_focus(people, site, open_page, complaints):
    page = open_page(site, '/register')
    for label, text in (('Name', 'Bob'), ('E-mail', 'bob@example.com'), ('Password', PASSWORD)):
        page.get_by_label(label).fill(text)
    press(page, 'Enter')
    page.get_by_text('exists already').wait_for()
    refused(complaints, 409)
    assert focus(page)['id'] == 'email'


def test_what_is_wrong_is_said_with_the_field(people, site, open_page, complaints):
    page = open_page(site, '/signin')
    for label, text in (('E-mail', 'bob@example.com'), ('Password', 'something else')):
        page.get_by_label(label).fill(text)
    press(page, 'Enter')
    page.get_by_text('password is wrong').wait_for()
    refused(complaints, 400)
    field = page.get_by_label('Password')
    assert field.evaluate('field => field.ariaInvalid') == 'true'
    described = field.evaluate('field => field.ariaDescribedByElements.map(e => e.innerText)')
    assert described == ['The e-mail address or the password is wrong.']


@pytest.mark.parametrize('scripts', [True, False])
def test_after_a_preview_the_focus_is_there(site, open_page, admin, scripts):
    page = open_page(site, '/manage/blogs/create', visitor=admin, scripts=scripts)
    page.get_by_label('Text').fill('Some *text*')
    press(page, 'Tab', 'Tab', 'Enter')
    page.get_by_role('region', name='Preview').get_by_text('Some text').wait_for()
    assert focus(page)['id'] == 'preview'
