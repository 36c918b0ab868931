"""The framework: how a request's parts become a function's arguments, and what it refuses."""

import io
import json
from types import SimpleNamespace

import pytest
from aiohttp import FormData, web

from coroweb import add_route, add_routes, add_static, get, post


@get('/search')
async def search(word, page='1'):
    return web.json_response({'word': word, 'page': page})


@get('/blogs/{id}')
async def read(id, request):
    return web.json_response({'id': id, 'method': request.method})


@post('/blogs/{id}')
async def write(id, name='nameless', passwd=''):
    return web.json_response({'id': id, 'name': name, 'passwd': passwd})


@post('/ping')
async def ping(request):
    return web.json_response(request.method)


@pytest.fixture
async def client(aiohttp_client):
    app = web.Application()
    for fn in (search, read, write, ping):
        add_route(app, fn)
    add_static(app)
    return await aiohttp_client(app)


async def answer(response):
    return (response.status, await response.text())


# Arguments


async def test_the_query_string_becomes_arguments(client):
    response = await client.get('/search', params={'word': '100% 你好?', 'page': '2', 'other': 'x'})
    assert await response.json() == {'word': '100% 你好?', 'page': '2'}


async def test_a_parameter_that_is_not_sent_keeps_its_default(client):
    response = await client.get('/search?word=')
    assert await response.json() == {'word': '', 'page': '1'}


async def test_of_a_repeated_parameter_the_first_counts(client):
    response = await client.get('/search?word=a&word=b')
    assert (await response.json())['word'] == 'a'


async def test_the_path_becomes_arguments(client):
    response = await client.get('/blogs/%E4%BD%A0')
    assert await response.json() == {'id': '你', 'method': 'GET'}


async def test_get_handlers_answer_head_too(client):
    response = await client.head('/blogs/1')
    assert await answer(response) == (200, '')


@pytest.mark.parametrize(
    'body', [{'json': {'name': '你好'}}, {'data': {'name': '你好'}}], ids=['json', 'form']
)
async def test_the_body_becomes_arguments(client, body):
    response = await client.post('/blogs/1', **body)
    assert await response.json() == {'id': '1', 'name': '你好', 'passwd': ''}


async def test_an_empty_field_of_a_form_is_an_empty_text(client):
    response = await client.post('/blogs/1', data={'name': '', 'passwd': 'x'})
    assert await response.json() == {'id': '1', 'name': '', 'passwd': 'x'}


async def test_a_post_needs_no_body(client):
    assert (await client.post('/ping')).status == 200


async def test_the_path_wins_over_the_body(client):
    response = await client.post('/blogs/1', json={'id': '2'})
    assert (await response.json())['id'] == '1'


@pytest.mark.parametrize('path', ['/blogs/1?request=x', '/blogs/1?id=2'])
async def test_a_visitor_cannot_pass_the_request_or_change_the_path(client, path):
    response = await client.get(path)
    assert await response.json() == {'id': '1', 'method': 'GET'}


# Refusals


async def test_a_missing_argument_is_named(client):
    assert await answer(await client.get('/search')) == (400, 'Missing argument: word')


@pytest.mark.parametrize('body', [b'[]', b'"text"', b'1', b'null'])
async def test_a_json_body_has_to_be_an_object(client, body):
    response = await client.post(
        '/blogs/1', data=body, headers={'Content-Type': 'application/json'}
    )
    assert await answer(response) == (400, 'JSON body must be an object')


@pytest.mark.parametrize(
    'body',
    [
        b'{',
        b'{"name": "\\ud800"}',
        b'{"name": }',
        b'\xff\xfe',
        b'[' * 100_000,
        b'{"a":' * 100_000,
        b'{"n": ' + b'9' * 5000,
        b'{"n": [' + b'[],' * 50_000 + b'0]}',
        '{"n": "\\ud800"}'.encode('utf-16'),
    ],
    ids=[
        'cut',
        'no value',
        'half a character',
        'no utf-8',
        'deep list',
        'deep object',
        'long number',
        'many values',
        'utf-16',
    ],
)
async def test_malformed_json_is_a_400(client, body):
    response = await client.post(
        '/blogs/1', data=body, headers={'Content-Type': 'application/json'}
    )
    status, text = await answer(response)
    assert status == 400
    assert text.startswith('Malformed body: ')


async def test_a_form_that_is_not_text_is_a_400(client):
    headers = {'Content-Type': 'application/x-www-form-urlencoded'}
    response = await client.post('/blogs/1', data=b'name=\xff', headers=headers)
    assert response.status == 400


async def test_a_body_that_is_not_compressed_as_it_says_is_a_400(client):
    headers = {'Content-Type': 'application/json', 'Content-Encoding': 'gzip'}
    response = await client.post('/blogs/1', data=b'{"name": "x"}', headers=headers)
    assert response.status == 400


@pytest.mark.parametrize('content_type', ['text/plain', 'application/xml', 'x', 'text/\udcff'])
async def test_an_unknown_content_type_is_a_415(client, content_type):
    response = await client.post('/blogs/1', data=b'{}', headers={'Content-Type': content_type})
    assert response.status == 415
    assert 'Unsupported Content-Type: ' in await response.text()


async def test_a_missing_content_type_is_a_415(client):
    response = await client.post('/blogs/1', data=b'{}', skip_auto_headers=['Content-Type'])
    assert response.status == 415


async def test_a_file_upload_is_a_415(client):
    form = FormData()
    form.add_field('name', b'x', filename='x.png')
    assert (await client.post('/blogs/1', data=form)).status == 415


async def test_a_body_of_two_megabytes_is_a_413(client):
    body = io.BytesIO(b'{"name": "' + b'x' * 2_000_000 + b'"}')
    response = await client.post(
        '/blogs/1', data=body, headers={'Content-Type': 'application/json'}
    )
    assert response.status == 413


@pytest.mark.parametrize('method', ['PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE'])
async def test_another_method_is_a_405(client, method):
    assert (await client.request(method, '/search')).status == 405


# Registration


def test_a_decorator_returns_the_function_itself():
    async def handler():
        """Unchanged."""

    assert get('/')(handler) is handler


def test_a_handler_has_to_be_a_coroutine_function():
    @get('/x')
    def handler():
        """Not awaitable."""

    with pytest.raises(TypeError, match=r'^handler handles GET /x: define it with "async def"$'):
        add_route(web.Application(), handler)


def test_a_handler_has_to_name_its_parameters():
    @get('/x')
    async def handler(**values):
        """Anything goes."""

    with pytest.raises(TypeError, match=r'^handler handles GET /x: it cannot take \*\*values$'):
        add_route(web.Application(), handler)


def test_routes_are_registered_in_the_order_of_their_definition(log):
    add_routes(web.Application(), SimpleNamespace(z=search, number=1, a=write))
    assert log.messages == [
        'globals = coroweb',
        'add route GET /search => search(word, page)',
        'add route POST /blogs/{id} => write(id, name, passwd)',
    ]


# The log


async def test_the_arguments_are_logged(client, log):
    await client.get('/search?word=a%20b')
    assert log.messages == ['query_string: word=a+b', "call with args: {'word': 'a b'}"]


async def test_a_secret_is_masked_wherever_it_is_sent(client, log):
    secrets = {'new_passwd': 's3cret', 'user': {'api_token': 's3cret', 'Cookie': ['s3cret']}}
    await client.post('/blogs/1?Token=s3cret', json={'passwd': 's3cret', 'name': secrets})
    assert 's3cret' not in log.text
    assert "'passwd': '******'" in log.text


@pytest.mark.parametrize('word', ['a\nINFO:root:forged', 'a\rb', '\x1b[31mred'])
async def test_a_visitor_cannot_forge_a_line_of_the_log(client, log, word):
    await client.get('/search', params={'word': word})
    assert len(log.messages) == 2
    assert all(message.isprintable() for message in log.messages)


@pytest.mark.parametrize('name', ['x' * 900_000, json.loads('[' * 400 + ']' * 400)])
async def test_a_huge_argument_is_cut_in_the_log(client, log, name):
    response = await client.post('/blogs/1', json={'name': name})
    assert (await response.json())['name'] == name
    assert max(len(message) for message in log.messages) < 600


# Static files


async def test_a_static_file_is_served_with_its_type(client):
    response = await client.get('/static/blog.css')
    assert (response.status, response.content_type) == (200, 'text/css')


async def test_a_form_of_many_fields_is_refused(client):
    response = await client.post('/blogs/1', data={f'field{n}': '' for n in range(101)})
    assert response.status == 400


async def test_a_long_query_string_is_cut_in_the_log(client, log):
    await client.get('/search?word=' + 'x' * 5000)
    assert log.messages[0] == f'query_string: word={"x" * 495}'
