"""The layers around the handlers: the log, the user, and what a handler may return."""

import jinja2
import pytest
from aiohttp import web

from apis import APIValueError, Page
from auth import cookie2user, cookie_name, is_device_of, user2cookie
from middlewares import USER, auth_factory, logger_factory, response_factory
from models import User
from orm import close_pool, create_pool, create_table

SECRET = 'a secret of the tests'
COOKIE_NAME = cookie_name(secure=False)
TEMPLATES = {
    'hello.html': '<p>{{ name }} {{ __user__.name if __user__ else "stranger" }}</p>',
    'broken.html': '{{ missing }}',
}


@pytest.fixture
def ask(aiohttp_client):
    """Return the response to a request that a handler answers with `result`, or raises."""

    async def ask(result, path='/', **options):
        async def handler(request):
            if isinstance(result, Exception):
                raise result
            return result(request) if callable(result) else result

        templates = jinja2.Environment(
            loader=jinja2.DictLoader(TEMPLATES), autoescape=True, undefined=jinja2.StrictUndefined
        )
        app = web.Application(
            middlewares=[logger_factory(), auth_factory(SECRET, 60), response_factory(templates)]
        )
        app.router.add_get(r'/{path:[\s\S]*}', handler)
        client = await aiohttp_client(app)
        return await client.get(path, allow_redirects=False, **options)

    return ask


@pytest.fixture
async def user(database_url):
    await create_pool(database_url)
    await create_table(User)
    user = User(name='Ada', email='ada@example.com', passwd='hash')
    await user.save()
    yield user
    await close_pool()


# What a handler may return


@pytest.mark.parametrize(
    ('result', 'status', 'content_type', 'text'),
    [
        (lambda request: web.Response(status=201, text='made'), 201, 'text/plain', 'made'),
        ('<p>你好</p>', 200, 'text/html', '<p>你好</p>'),
        (b'bytes', 200, 'application/octet-stream', 'bytes'),
        ({'name': '你好'}, 200, 'application/json', '{"name": "你好"}'),
        ([1, 2], 200, 'application/json', '[1, 2]'),
        (204, 204, 'application/octet-stream', ''),
        (
            (404, {'__template__': 'hello.html', 'name': 'Who?'}),
            404,
            'text/html',
            '<p>Who? stranger</p>',
        ),
        ((403, 'Not you.'), 403, 'text/plain', 'Not you.'),
        (
            {'__template__': 'hello.html', 'name': '<b>'},
            200,
            'text/html',
            '<p>&lt;b&gt; stranger</p>',
        ),
    ],
)
async def test_what_a_handler_returns_becomes_a_response(ask, result, status, content_type, text):
    response = await ask(result)
    assert (response.status, response.content_type) == (status, content_type)
    assert await response.text() == text


async def test_a_redirect_is_a_text_that_says_where_to(ask):
    response = await ask('redirect:/signin')
    assert (response.status, response.headers['Location']) == (302, '/signin')


async def test_a_redirect_cannot_smuggle_in_a_header(ask):
    response = await ask('redirect:/signin\r\nSet-Cookie: a=b')
    assert response.status == 302
    assert 'Set-Cookie' not in response.headers


async def test_a_page_and_a_row_become_json(ask):
    response = await ask({'page': Page(25), 'user': User(name='Ada')})
    answer = await response.json()
    assert (answer['page']['page_count'], answer['user']['name']) == (3, 'Ada')


async def test_a_raised_api_error_is_its_own_answer(ask):
    response = await ask(APIValueError('name', 'Empty.'))
    assert response.status == 400
    assert (await response.json())['error'] == 'value:invalid'


@pytest.mark.parametrize('result', [None, 100, 600, 3.5, (1, 2, 3), (99, 'x'), object])
async def test_anything_else_is_our_mistake_and_the_log_says_so(ask, caplog, result):
    response = await ask(lambda request: result, '/oops')
    assert response.status == 500
    assert 'Traceback' not in await response.text()
    assert f"TypeError: '/oops': cannot make a response of {result!r}" in caplog.text


async def test_a_name_that_a_template_lacks_is_our_mistake(ask, caplog):
    response = await ask({'__template__': 'broken.html'})
    assert response.status == 500
    assert "'missing' is undefined" in caplog.text


# Who is asking


async def test_a_stranger_is_nobody(ask):
    response = await ask(lambda request: {'user': request[USER]})
    assert await response.json() == {'user': None}


async def test_the_cookie_of_a_user_brings_the_user(ask, user, log):
    cookies = {COOKIE_NAME: user2cookie(user, 60, SECRET)}
    response = await ask(lambda request: {'user': request[USER].name}, cookies=cookies)
    assert await response.json() == {'user': 'Ada'}
    assert "set current user: 'ada@example.com'" in log.messages


async def test_a_template_knows_the_user(ask, user):
    cookies = {COOKIE_NAME: user2cookie(user, 60, SECRET)}
    response = await ask({'__template__': 'hello.html', 'name': 'Hello'}, cookies=cookies)
    assert await response.text() == '<p>Hello Ada</p>'


async def test_a_forged_cookie_brings_nobody(ask, user):
    cookies = {COOKIE_NAME: user2cookie(user, 60, 'guessed')}
    response = await ask(lambda request: {'user': request[USER]}, cookies=cookies)
    assert await response.json() == {'user': None}


async def test_a_new_user_gets_a_cookie(ask, user):
    def sign_in(request):
        request[USER] = user
        return 'welcome'

    response = await ask(sign_in)
    cookie = response.cookies[COOKIE_NAME]
    assert await cookie2user(cookie.value, SECRET) == user
    assert cookie['httponly']
    assert (cookie['samesite'], cookie['path'], cookie['max-age']) == ('Lax', '/', '60')
    assert (cookie['domain'], cookie['secure']) == ('', '')


async def test_who_signs_in_leaves_a_cookie_for_the_next_time(ask, user):
    def sign_in(request):
        request[USER] = user
        return 'welcome'

    cookie = (await ask(sign_in)).cookies['awedevice']
    assert is_device_of('ada@example.com', cookie.value, SECRET)
    assert cookie['httponly']
    assert (cookie['samesite'], cookie['path'], cookie['max-age']) == ('Lax', '/', '31536000')


async def test_who_signs_out_loses_the_cookie(ask, user):
    def sign_out(request):
        request[USER] = None
        return 'bye'

    response = await ask(sign_out, cookies={COOKIE_NAME: user2cookie(user, 60, SECRET)})
    assert response.cookies[COOKIE_NAME]['max-age'] == '0'
    assert 'awedevice' not in response.cookies  # it stays


@pytest.mark.parametrize(('seconds', 'renewed'), [(59, False), (29, True)])
async def test_a_cookie_is_renewed_when_half_of_its_time_is_over(ask, user, seconds, renewed):
    response = await ask('hello', cookies={COOKIE_NAME: user2cookie(user, seconds, SECRET)})
    assert (COOKIE_NAME in response.cookies) == renewed


async def test_a_stylesheet_costs_no_query(ask, user, log):
    cookies = {COOKIE_NAME: user2cookie(user, 60, SECRET)}
    log.clear()
    await ask('body {}', '/static/blog.css', cookies=cookies)
    assert not [line for line in log.messages if line.startswith('SQL')]


# The log


async def test_the_layers_log_in_their_order(ask, log):
    await ask('hello', '/page')
    assert log.messages == [
        'Request: GET /page',
        'check user: GET /page',
        'response handler...',
        ' request handler end...',
    ]


@pytest.mark.parametrize('path', ['/%0AINFO:root:forged', '/%1B%5B31m', '/' + 'x' * 3000])
async def test_a_path_cannot_forge_or_flood_the_log(ask, log, path):
    await ask('hello', path)
    assert len(log.messages) == 4
    assert all(line.isprintable() and len(line) < 250 for line in log.messages)


async def test_neither_the_cookie_nor_the_query_string_is_logged(ask, user, log):
    cookie = user2cookie(user, 60, SECRET)
    await ask('hello', '/?token=s3cret', cookies={COOKIE_NAME: cookie})
    assert 's3cret' not in log.text
    assert cookie not in log.text
