"""Every page in a real browser: on a telephone and on a desk, by day and by night."""

import itertools

import pytest

from tools.browser import axe, refused, screenshot
from tools.visitor import PASSWORD, Visitor

LONG_NAME = 'Wolfeschlegelsteinhausenbergerdorff-Featherstone'
CONTENT = """\
A paragraph with *emphasis*, `code`, a [link](https://example.com/) and a footnote[^1].
中文和 English 混排。

## What a request is

```python
async def hello(request, name='world'):
    # Say hello to somebody, or to everybody: this line is long, to see what it does on a telephone.
    return f'你好，{name}' if request.method == 'GET' else None
```

| stage | what it adds | lines |
|:--|:-:|--:|
| day01 | a server, and nothing else that one could leave out of a server | 46 |
| day02 | a table is a class, a row is an object; columns are its attributes | 325 |

> Simple things should be simple.
>
> - a list in a quotation
> - 第二项

1. First
2. Second
    - deeper

![The icon of the blog](/static/favicon.svg)

[^1]: It stands at the end, and a link leads back.
"""
COMMENTS = [
    'First!',
    '沙发也要占一个。',
    'Two lines,\nand a link: https://example.com/a/rather/long/path/that/does/not/end/soon?page=1.',
    'A-word-without-a-space-' * 8,
]

SIGN_IN = {'E-mail': 'bob@example.com', 'Password': 'something else'}
TRY_AGAIN = {'E-mail': 'eve@example.com', 'Password': 'something else'}
REGISTER = {'Name': 'Bob', 'E-mail': 'bob@example.com', 'Password': PASSWORD}
UNFINISHED = {'Title': 'A', 'Summary': ' ', 'Text': 'B'}
PASSWORDS = {'Current password': 'x', 'New password': PASSWORD}

ASK = '/manage/users/admin?id={admin}'

PAGES = {
    # who looks: what the picture is called, and where that is
    'nobody': {
        'home': '/',
        'blog': '/blog/{blog}',
        'register': '/register',
        'signin': '/signin',
    },
    'user': {
        'home-page-2': '/?page=2',
        'blog-without-comments': '/blog/{quiet}',
    },
    'long': {
        'account': '/account',
    },
    'admin': {
        'blog-admin': '/blog/{blog}',
        'manage-blogs': '/manage/blogs',
        'manage-blogs-create': '/manage/blogs/create',
        'manage-blogs-edit': '/manage/blogs/edit?id={blog}',
        'manage-blogs-delete': '/manage/blogs/delete?id={blog}',
        'manage-comments': '/manage/comments',
        'manage-comments-delete': '/manage/comments/delete?id={comment}',
        'manage-users': '/manage/users',
        'manage-users-admin': ASK,
    },
}
FORMS = {
    # the picture, where, what is typed, the button that is pressed, what is read then, the status
    'nobody': [
        ('register-error', '/register', REGISTER, 'Sign up', 'exists already', 409),
        ('signin-error', '/signin', SIGN_IN, 'Sign in', 'password is wrong', 400),
        ('signin-too-often', '/signin', TRY_AGAIN, 'Sign in', 'Too many attempts', 429),
    ],
    'user': [
        ('blog-error', '/blog/{quiet}', {'Write': ' '}, 'Comment', 'Please write', 400),
        ('account-saved', '/account', {}, 'Save name', 'Your new name is saved', 200),
        ('account-error', '/account', PASSWORDS, 'Save password', 'not your current', 400),
    ],
    'admin': [
        ('edit-preview', '/manage/blogs/edit?id={blog}', {}, 'Preview', 'A paragraph', 200),
        ('edit-no-preview', '/manage/blogs/create', {}, 'Preview', 'No preview', 400),
        ('edit-error', '/manage/blogs/create', UNFINISHED, 'Publish', 'Please write', 400),
        ('manage-users-error', ASK, {}, 'Remove', 'has to remain one', 400),
    ],
}


@pytest.fixture(scope='module')
def written(site, people):
    """Something to see on every page: who looks at it, and the ids of what is there."""
    people = people | {'long': Visitor(site)}
    people['long'].post(
        '/register', name=LONG_NAME, email=f'{LONG_NAME}@example.com', passwd=PASSWORD
    )
    users = people['admin'].call('/api/users').json['users']
    ids = {'admin': next(user['id'] for user in users if user['admin'])}
    for number in range(8):
        title = f'{number + 1}. 一个网站，一步一步来'
        ids['quiet'] = write(people['admin'], title, 'What changed, and why.', 'Nothing here yet.')
    ids['blog'] = write(people['admin'], 'W' * 50, 'Everything in one post. ' * 8, CONTENT)
    for number, content in enumerate(COMMENTS * 3):
        author = people[('user', 'long', 'admin')[number % 3]]
        comment = author.call(f'/api/blogs/{ids["blog"]}/comments', {'content': content})
        ids['comment'] = comment.json['id']
    for _ in range(10):
        people['nobody'].post('/signin', email=TRY_AGAIN['E-mail'], passwd='x')
    return people, ids


def write(admin, name, summary, content):
    """Return the id of a new post."""
    post = {'name': name, 'summary': summary.strip(), 'content': content}
    return admin.call('/api/blogs', post).json['id']


def look(page, name):
    """Take a picture of the page in four windows; return what is wrong in any of them."""
    wrong = []
    for width, color_scheme in itertools.product([390, 1280], ['light', 'dark']):
        page.set_viewport_size({'width': width, 'height': 800})
        page.emulate_media(color_scheme=color_scheme)
        picture = f'{name}-{color_scheme}-{width}'
        screenshot(page, picture)
        root = page.evaluate_handle('document.documentElement')
        if root.evaluate('root => root.scrollWidth > root.clientWidth'):
            wrong.append(f'{picture}: one has to scroll sideways')
        wrong += [f'{picture}: {sentence}' for sentence in axe(page)]
    return wrong


@pytest.mark.parametrize('who', PAGES)
def test_the_pages_fit_their_windows_and_shut_nobody_out(site, written, open_page, who):
    people, ids = written
    page = open_page(site, visitor=people[who])
    wrong = []
    for name, path in PAGES[who].items():
        assert page.goto(path.format(**ids)).status == 200
        wrong += look(page, name)
    assert wrong == []


@pytest.mark.parametrize('who', FORMS)
def test_so_do_the_answers_to_their_forms(site, written, open_page, complaints, who):
    people, ids = written
    page = open_page(site, visitor=people[who])
    wrong = []
    for name, path, typed, button, read, status in FORMS[who]:
        page.goto(path.format(**ids))
        for label, text in typed.items():
            page.get_by_label(label).fill(text)
        page.get_by_role('main').get_by_role('button', name=button).click()
        page.get_by_text(read).first.wait_for()
        wrong += look(page, name)
        if status >= 400:
            refused(complaints, status)
    assert wrong == []


@pytest.mark.parametrize(('path', 'status'), [('/manage/blogs', 403), ('/nothing', 404)])
def test_so_do_the_pages_of_errors(site, user, open_page, complaints, path, status):
    assert look(open_page(site, path, visitor=user), f'error-{status}') == []
    refused(complaints, status)


def test_so_do_the_pages_of_a_blog_in_which_nobody_has_written(program, open_page):
    page = open_page(program, '/register')
    wrong = look(page, 'register-first')
    admin = Visitor(program)
    admin.post('/register', name='Alice', email='alice@example.com', passwd=PASSWORD)
    for blog in admin.call('/api/blogs').json['blogs']:
        admin.call(f'/api/blogs/{blog["id"]}/delete', {})
    page.goto('/')
    wrong += look(page, 'home-empty')
    page = open_page(program, '/', visitor=admin)
    wrong += look(page, 'home-empty-admin')
    for name in ('blogs', 'comments'):
        page.goto(f'/manage/{name}')
        wrong += look(page, f'manage-{name}-empty')
    assert wrong == []


# A first visit


@pytest.fixture
def first_visit(site, written, open_page):
    """The home page, and the requests that it took."""
    page = open_page(site, 'about:blank')
    requests = []
    page.context.on('requestfinished', lambda request: requests.append(request))
    page.goto('/')
    return page, requests


def test_the_first_visit_takes_few_requests_and_few_bytes(first_visit):
    _, requests = first_visit
    sizes = [request.sizes() for request in requests]
    assert 2 <= len(requests) <= 5
    assert sum(size['responseBodySize'] + size['responseHeadersSize'] for size in sizes) < 60_000


def test_nothing_moves_while_the_home_page_loads(first_visit):
    page, _ = first_visit
    page.screenshot()  # returns when all has been drawn
    # There is always one entry of the kind `navigation`, so the observer is always called.
    assert (
        page.evaluate("""() => new Promise(resolve => {
        const sum = list => list.getEntriesByType('layout-shift').reduce((n, e) => n + e.value, 0)
        const observer = new PerformanceObserver(list => resolve(sum(list)))
        observer.observe({type: 'layout-shift', buffered: true})
        observer.observe({type: 'navigation', buffered: true})
    })""")
        < 0.01
    )
