"""When something goes wrong: what people see, what programs see, and what the log keeps."""

import asyncio
import json
import sqlite3
from contextlib import closing

import jinja2
import pytest
from aiohttp import web

from apis import APIValueError
from errors import errors_factory
from tools.visitor import PASSWORD, Visitor

TEMPLATES = {'error.html': '{{ status }}|{{ title }}|{{ message }}'}


@pytest.fixture
async def ask(aiohttp_client):
    """Return the answer to a request whose handler raises `error`."""

    async def ask(error, path='/', deadline=30, **options):
        async def handler(request):
            await request.read()
            raise error

        templates = jinja2.Environment(loader=jinja2.DictLoader(TEMPLATES), autoescape=True)
        app = web.Application(middlewares=[errors_factory(templates, deadline)])
        app.router.add_route('*', r'/{path:[\s\S]*}', handler)
        client = await aiohttp_client(app)
        answer = await client.post(path, allow_redirects=False, **options)
        return answer, await answer.text()

    return ask


async def test_a_page_says_what_is_wrong(ask):
    answer, text = await ask(web.HTTPNotFound())
    assert (answer.status, answer.content_type) == (404, 'text/html')
    assert text == '404|Not found|There is nothing at this address.'


async def test_an_api_says_it_in_json(ask):
    answer, text = await ask(web.HTTPNotFound(), '/api/nothing')
    assert answer.status == 404
    message = 'There is nothing at this address.'
    assert json.loads(text) == {'error': 'value:notfound', 'data': '', 'message': message}


async def test_our_own_sentence_is_kept(ask):
    _, text = await ask(web.HTTPBadRequest(text='Missing argument: <id>'))
    assert text == '400|Bad Request|Missing argument: &lt;id&gt;'


async def test_an_api_error_is_a_page_to_people(ask):
    error = APIValueError('name', 'Too long.')
    assert (await ask(error))[1] == '400|Bad Request|Too long.'
    assert json.loads((await ask(error, '/api/blogs'))[1])['data'] == 'name'


async def test_what_was_not_foreseen_is_our_mistake_and_only_the_log_knows_more(ask, caplog):
    answer, text = await ask(KeyError('secret detail'), '/%0Aforged')
    assert answer.status == 500
    assert 'secret detail' not in text
    assert "KeyError: 'secret detail'" in caplog.text
    assert '\nforged' not in caplog.text


async def test_a_redirect_is_no_error(ask):
    answer, _ = await ask(web.HTTPFound('/elsewhere'))
    assert (answer.status, answer.headers['Location']) == (302, '/elsewhere')


async def test_a_wrong_method_hears_which_are_right(ask):
    answer, _ = await ask(web.HTTPMethodNotAllowed('POST', ['GET']))
    assert (answer.status, answer.headers['Allow']) == (405, 'GET')


async def test_a_database_that_is_away_is_a_503_in_one_line(ask, caplog):
    answer, text = await ask(sqlite3.OperationalError('disk I/O error'))
    assert (answer.status, answer.headers['Retry-After']) == (503, '5')
    assert 'disk' not in text
    assert caplog.messages == ["POST /: unavailable: OperationalError('disk I/O error')"]


async def test_a_body_that_does_not_arrive_is_a_408(ask):
    async def body():
        yield b'{'
        await asyncio.Event().wait()

    answer, _ = await ask(KeyError(), deadline=0.1, data=body())
    assert answer.status == 408


# The program


@pytest.mark.slow
def test_while_the_tables_are_away_every_page_says_so(start, tmp_path):
    program = start(f'sqlite:///{tmp_path}/blog.db')
    with closing(sqlite3.connect(tmp_path / 'blog.db')) as database:
        database.execute('alter table blogs rename to gone')
        assert [program.get(path).status for path in ('/', '/api/blogs')] == [503, 503]
        assert program.get('/signin').status == 200
        database.execute('alter table gone rename to blogs')
    assert program.get('/').status == 200
    assert 'Traceback' not in program.log


@pytest.mark.slow
def test_a_post_that_cannot_be_saved_comes_back_as_it_was_typed(start, tmp_path):
    admin = Visitor(start(f'sqlite:///{tmp_path}/blog.db'))
    admin.call('/api/users', {'name': 'A', 'email': 'a@example.com', 'passwd': PASSWORD})
    with closing(sqlite3.connect(tmp_path / 'blog.db')) as database:
        database.execute('alter table blogs rename to gone')
    texts = {'id': '0123', 'name': 'A title', 'summary': 'A summary', 'content': 'A text'}
    answer = admin.post('/manage/blogs/edit', **texts)
    assert (answer.status, answer.headers['Retry-After']) == (503, '5')
    assert [text for text in texts.values() if text not in answer.text] == []


@pytest.mark.slow
def test_a_server_that_is_stopped_and_started_again_is_missed_only_meanwhile(start, mysql_server):
    if not hasattr(mysql_server, 'stop'):
        pytest.skip('this server is not ours to stop')
    url = mysql_server.create_database()
    program = start(url)
    mysql_server.stop()
    assert [program.get(path).status for path in ('/', '/api/blogs')] == [503, 503]
    mysql_server.start()
    assert program.get('/').status == 200
    assert 'Traceback' not in program.log
    mysql_server.drop_database(url)
