"""Whatever people write, none of it runs: the judge is a browser, which would do it."""

from urllib.parse import quote, urlencode

import pytest

from tools.visitor import PASSWORD, Visitor
from xss_test_data import PAYLOADS

# They try to get out of where our own templates and APIs put what people write.
BREAKOUTS = [
    '"><script>alert(1)</script>',
    "'><script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    '" autofocus onfocus="alert(1)',
    "' autofocus onfocus='alert(1)",
    '" onclick=alert(1) x="',
    "' onclick=alert(1) x='",
    ' onclick=alert(1) ',
    '`onclick=alert(1)',
    '"/onpointerenter=alert(1)//',
    '</title><script>alert(1)</script>',
    '</textarea><script>alert(1)</script>',
    '\n</textarea><img src=x onerror=alert(1)>',
    '</text></svg><script>alert(1)</script>',
    '</blockquote><script>alert(1)</script>',
    '</script><script>alert(1)</script>',
    '--><script>alert(1)</script>',
    ']]><script xmlns="http://www.w3.org/1999/xhtml">alert(1)</script>',
    '</summary><script xmlns="http://www.w3.org/1999/xhtml">alert(1)</script>',
    '&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;',
    '&#34;&#62;&#60;script&#62;alert(1)&#60;/script&#62;',
    '\\"}<script>alert(1)</script>',
    '\\u003cscript\\u003ealert(1)\\u003c/script\\u003e',
    '+ADw-script+AD4-alert(1)+ADw-/script+AD4-',
    'javascript:alert(1)',
    'https://x.example/"onclick="alert(1)',
    "https://x.example/'><script>alert(1)</script>",
    'https://x.example/<svg/onload=alert(1)>',
]
ALL = PAYLOADS + BREAKOUTS
NAMES = [text for text in ALL if len(text) <= 50 and text.isprintable()]
ADDRESSES_ELSEWHERE = [
    'javascript:alert(1)',
    'data:text/html,<script>alert(1)</script>',
    'https://evil.example/',
    '//evil.example/',
    '/\\evil.example/',
    '/\t/evil.example/',
    '/..//evil.example/',
    '/%2e%2e//evil.example/',
]
SMUGGLED = [
    '<script>alert(1)</script>',
    '<img src="data:," onerror="alert(1)">',
    '<p onclick="alert(1)">x</p>',
    '<a href="javascript:alert(1)">x</a>',
    '<iframe srcdoc="<script>alert(1)</script>"></iframe>',
    '<p style="position: fixed; inset: 0">x</p>',
    '<style>p { color: red }</style>',
    '<base href="https://evil.example/">',
]
SMUGGLE = """html => {
    document.body.append(document.createRange().createContextualFragment(html))
}"""
POLICY = 'violates the following Content Security Policy directive'
# What waits for the visitor to do something: do it, but stay on the page.
PROVOKE = """() => {
    const isCode = element =>
        /^\\s*javascript:/i.test(element?.getAttribute('href') ?? element?.formAction)
    addEventListener('click', event =>
        isCode(event.target.closest('[href], [formaction]')) || event.preventDefault())
    for (const element of document.querySelectorAll('*')) {
        for (const {name} of [...element.attributes])
            if (name.startsWith('on')) element.dispatchEvent(new Event(name.slice(2)))
        element.dispatchEvent(new MouseEvent('click', {bubbles: true, cancelable: true}))
    }
}"""


def batches(texts, size=10):
    return [texts[start : start + size] for start in range(0, len(texts), size)]


@pytest.fixture
def complaints(complaints):
    """Without those of pictures and addresses of this site, harmless but not there."""
    yield complaints
    missing = 'Failed to load resource: the server responded with a status of 404'
    complaints[:] = [text for text in complaints if missing not in text]


@pytest.fixture
def look(site, admin, open_page, complaints):
    """A function that opens a page as administrator; what runs there is a complaint."""
    page = open_page(site, visitor=admin)

    def on_dialog(dialog):
        complaints.append(f'{dialog.type}: {dialog.message} ({page.url})')
        dialog.dismiss()

    page.context.on('dialog', on_dialog)
    page.context.on('page', lambda other: complaints.append(f'another window: {other.url}'))

    def look(path, status=200):
        answer = page.goto(path)
        page.evaluate(PROVOKE)
        assert (answer.status, page.url) == (status, answer.url)
        return page

    return look


@pytest.fixture(scope='module')
def blogs(people):
    """The ids of posts: one for each payload, which is its title, summary, text and a comment."""
    admin, ids = people['admin'], []
    for text in ALL:
        name, summary = (text if len(text.strip()) <= limit else 'Long' for limit in (50, 200))
        blog = admin.call('/api/blogs', {'name': name, 'summary': summary, 'content': text})
        ids.append(blog.json['id'])
    for id, texts in zip(ids, batches(ALL), strict=False):
        for text in texts:
            assert admin.call(f'/api/blogs/{id}/comments', {'content': text}).status == 200
    return ids


def test_nothing_runs_on_the_page_of_a_post(look, blogs):
    for id in blogs:
        look(f'/blog/{id}')


def test_nothing_runs_where_posts_and_comments_are_listed(look, blogs):
    for number in range(1, len(ALL) // 10 + 2):
        for path in ('/', '/manage/blogs', '/manage/comments'):
            look(f'{path}?page={number}')


def test_nothing_runs_where_a_post_is_edited(look, blogs):
    for id in blogs[-len(BREAKOUTS) :]:
        look(f'/manage/blogs/edit?id={id}')


def test_nothing_runs_where_one_is_asked_before_deleting(look, admin, blogs):
    comment = admin.call(f'/api/blogs/{blogs[0]}/comments', {'content': '\n'.join(BREAKOUTS)})
    look(f'/manage/comments/delete?id={comment.json["id"]}')
    for id in blogs[-3:]:
        look(f'/manage/blogs/delete?id={id}')


def test_nothing_runs_in_the_preview(look):
    page = look('/')
    page.goto('/manage/blogs/create')
    page.get_by_label('Text').fill('\n\n'.join(ALL))
    page.get_by_role('button', name='Preview').click()
    page.get_by_role('region', name='Preview').get_by_text('Preview').wait_for()
    page.evaluate(PROVOKE)


def test_nothing_runs_when_json_or_the_feed_is_opened_as_a_page(look, blogs):
    for number in range(1, len(ALL) // 10 + 2):
        look(f'/api/comments?page={number}')
    look(f'/api/blogs/{blogs[0]}')
    look(f'/api/blogs/{blogs[0]}/comments')
    for path in ('/api/blogs', '/api/users', '/feed'):
        look(path)


@pytest.fixture
def crowd(site, admin, blogs):
    """The administrator, who wrote the posts, and nine people; all have commented on the last."""
    crowd = [admin] + [Visitor(site) for _ in range(9)]
    for number, visitor in enumerate(crowd[1:]):
        visitor.post('/register', name='x', email=f'{number}@example.com', passwd=PASSWORD)
    for visitor in crowd:
        visitor.call(f'/api/blogs/{blogs[-1]}/comments', {'content': 'Hello'})
    return crowd


def test_nothing_runs_of_a_name(look, crowd, blogs):
    for names in batches(NAMES, len(crowd)):
        for visitor, name in zip(crowd, names, strict=False):
            assert visitor.post('/account/name', name=name).status == 302
        for path in ('/account', f'/blog/{blogs[-1]}', '/manage/users'):
            look(path)


# What comes with an address


@pytest.mark.parametrize('path', ['/register', '/signin'])
def test_nothing_runs_of_a_query(look, path):
    for texts in batches(ALL):
        text = '\n'.join(texts)
        look(f'{path}?{urlencode({"name": text, "email": text, "next": text})}')


def test_nothing_runs_of_a_path(look):
    for texts in batches(ALL):
        text = quote('\n'.join(texts))
        look(f'/{text}?{text}', 404)


@pytest.mark.parametrize('next', ADDRESSES_ELSEWHERE)
def test_who_signs_in_is_sent_nowhere_else(people, site, open_page, next):
    page = open_page(site, f'/signin?{urlencode({"next": next})}')
    page.get_by_label('E-mail').fill('bob@example.com')
    page.get_by_label('Password').fill(PASSWORD)
    page.get_by_role('main').get_by_role('button', name='Sign in').click()
    page.get_by_role('link', name='Account: Bob').wait_for()
    assert page.url.startswith(f'http://127.0.0.1:{site.port}/')


# If something should get through after all


def test_the_policy_stops_what_gets_into_a_page_all_the_same(look, complaints):
    page = look('/signin')
    for html in SMUGGLED:
        with page.expect_console_message(lambda message: POLICY in message.text):
            page.evaluate(SMUGGLE, html)
            page.evaluate(PROVOKE)
    assert [text for text in complaints if POLICY not in text] == []
    complaints.clear()
