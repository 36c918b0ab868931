"""The mapper: the same on SQLite and on MySQL, in what it does and in what it refuses."""

import asyncio
import logging
import sys
import time
from subprocess import PIPE

import pytest

from drivers import IntegrityError
from orm import (
    BooleanField,
    FloatField,
    IntegerField,
    Model,
    StringField,
    TextField,
    close_pool,
    create_pool,
    create_table,
    execute,
    select,
)


class Note(Model):
    __table__ = 'notes'
    __indexes__ = ('created_at',)

    id = StringField(primary_key=True, ddl='varchar(50)')
    title = StringField(default='untitled', ddl='varchar(20)')
    topic = StringField(ddl='varchar(20) unique')
    text = TextField()
    stars = IntegerField()
    done = BooleanField()
    created_at = FloatField(default=time.time)


@pytest.fixture
async def database(database_url):
    await create_pool(database_url)
    await create_table(Note)
    yield
    await close_pool()


pytestmark = pytest.mark.usefixtures('database')


# Rows in, rows out


async def test_a_saved_row_is_found_by_its_key():
    note = Note(id='a', title='Shopping', text='milk', stars=3, done=True, created_at=1.5)
    await note.save()
    assert await Note.find('a') == note


@pytest.mark.parametrize('key', ['nobody', '', 'A', 'á', 'a ', 0, False, None])
async def test_find_of_a_missing_key_is_none(key):
    await Note(id='a').save()
    assert await Note.find(key) is None


@pytest.mark.parametrize(
    'text',
    [
        '',
        '你好',
        '😀 👩‍👩‍👧',
        '100% sure? %s %d %%',
        'it\'s "quoted" `so`',
        '\\ \n \t \r',
        '--;/*',
        ' end ',
    ],
)
async def test_text_comes_back_unchanged(text):
    await Note(id='a', title=text, text=text).save()
    note = await Note.find('a')
    assert (note.title, note.text) == (text, text)
    assert await Note.findNumber('count(id)', 'title=? and text=?', [text, text]) == 1


async def test_numbers_come_back_exactly():
    await Note(id='a', stars=2**63 - 1, created_at=1795223676.7895523).save()
    note = await Note.find('a')
    assert (note.stars, note.created_at) == (2**63 - 1, 1795223676.7895523)


async def test_a_new_object_has_its_defaults_at_once():
    note = Note(id='a')
    assert (note.title, note.topic, note.stars, note.done) == ('untitled', None, 0, False)
    assert note.created_at == pytest.approx(time.time(), abs=10)


async def test_none_is_stored_as_null_and_not_replaced_by_the_default():
    await Note(id='a', title=None).save()
    assert (await Note.find('a')).title is None
    assert await Note.findNumber('count(id)', 'title is null') == 1


async def test_update_writes_every_column():
    note = Note(id='a')
    await note.save()
    note.title, note.stars = 'Changed', 5
    assert await note.update() == 1
    assert await Note.find('a') == note


async def test_an_update_that_changes_nothing_has_found_its_row_all_the_same():
    note = Note(id='a')
    await note.save()
    assert await note.update() == 1


async def test_an_update_of_a_missing_row_has_found_none():
    assert await Note(id='a').update() == 0


async def test_a_removed_row_is_gone_and_the_others_stay():
    await Note(id='a').save()
    await Note(id='b').save()
    assert await Note(id='a').remove() == 1
    assert await Note(id='a').remove() == 0
    assert [note.id for note in await Note.findAll()] == ['b']


async def test_columns_are_attributes_and_keys():
    note = Note(id='a')
    note.title = 'Changed'
    assert note['title'] == note.title == 'Changed'


# Queries


@pytest.fixture
async def five_notes(database):
    for number, key in enumerate('abcde'):
        await Note(id=key, stars=number % 2, created_at=number).save()


async def keys(*args, **options):
    return ''.join(note.id for note in await Note.findAll(*args, **options))


@pytest.mark.usefixtures('five_notes')
async def test_findall_selects_sorts_and_limits():
    assert await keys(orderBy='id') == 'abcde'
    assert await keys(orderBy='created_at desc', limit=2) == 'ed'
    assert await keys(orderBy='id', limit=(3, 10)) == 'de'
    assert await keys('stars=?', [1], orderBy='id') == 'bd'
    assert await keys('stars=? and id>?', [0, 'a'], orderBy='id', limit=(0, 1)) == 'c'


@pytest.mark.usefixtures('five_notes')
async def test_a_percent_sign_in_a_where_is_text():
    assert await keys("id like 'b%'") == 'b'
    assert await keys("id like 'b%' and stars=?", [1]) == 'b'


async def test_nothing_found_is_an_empty_list():
    assert await Note.findAll('id=?', ['nobody']) == []
    assert await select(Note.__select__) == []


@pytest.mark.usefixtures('five_notes')
async def test_findnumber_returns_one_value():
    assert await Note.findNumber('count(id)') == 5
    assert await Note.findNumber('max(created_at)', 'stars=?', [1]) == 3
    assert await Note.findNumber('id', 'id=?', ['nobody']) is None


@pytest.mark.usefixtures('five_notes')
async def test_select_returns_dicts_and_at_most_size_of_them():
    rows = await select('select `id` from `notes` order by `id`', size=2)
    assert rows == [{'id': 'a'}, {'id': 'b'}]


@pytest.mark.usefixtures('five_notes')
async def test_execute_returns_the_number_of_rows():
    assert await execute('update `notes` set `stars`=? where `stars`=?', [9, 1]) == 2


async def test_the_callers_args_stay_as_they_were():
    args = [1]
    await Note.findAll('stars=?', args, limit=3)
    assert args == [1]


@pytest.mark.usefixtures('five_notes')
async def test_where_values_are_sent_beside_the_sql():
    assert await Note.findAll('title=?', ["' or 'a'='a"]) == []
    await Note(id="x'); drop table notes; --").save()
    assert await Note.findNumber('count(id)') == 6


# Tables


async def test_create_table_keeps_a_table_that_is_there():
    await Note(id='a').save()
    await create_table(Note)
    assert await Note.findNumber('count(id)') == 1


async def test_the_newest_rows_are_found_without_sorting_the_table(database_kind):
    values = [value for number in range(1000) for value in (str(number), 'text' * 100, number)]
    marks = ', '.join(['(?, ?, ?)'] * 1000)
    await execute(f'insert into `notes` (`id`, `text`, `created_at`) values {marks}', values)
    newest = f'{Note.__select__} order by created_at desc limit ?, ?'
    if database_kind == 'sqlite':
        plan = await select(f'explain query plan {newest}', [0, 10])
        assert 'USING INDEX' in plan[0]['detail']
    else:
        await select('analyze table `notes`')
        plan = await select(f'explain {newest}', [0, 10])
        assert plan[0]['key'] == 'created_at'


async def test_an_index_lets_rows_share_a_value():
    await Note(id='a', created_at=1).save()
    await Note(id='b', created_at=1).save()
    assert await Note.findNumber('count(id)', 'created_at=?', [1]) == 2


# What the database refuses


@pytest.mark.parametrize('twin', [{'id': 'a'}, {'id': 'b', 'topic': 'tea'}])
async def test_a_taken_key_or_unique_value_is_an_integrity_error(twin):
    await Note(id='a', topic='tea').save()
    with pytest.raises(IntegrityError):
        await Note(**twin).save()
    assert await Note.findNumber('count(id)') == 1


async def test_a_missing_key_is_an_integrity_error():
    with pytest.raises(IntegrityError):
        await Note(id=None).save()


# What the mapper refuses: each error names the thing and the cure


@pytest.mark.parametrize(
    ('values', 'message'),
    [
        ({'title': 'x' * 21}, 'Note.title takes at most 20 characters, got 21'),
        ({'title': '你' * 21}, 'Note.title takes at most 20 characters, got 21'),
        ({'text': 'x' * 1_000_001}, 'Note.text takes at most 1000000 characters, got 1000001'),
    ],
)
async def test_a_text_too_long_for_its_column_is_refused(values, message):
    with pytest.raises(ValueError, match=message):
        await Note(id='a', **values).save()


@pytest.mark.parametrize('letter', ['x', '你', '😀'])
async def test_a_text_may_fill_its_column(letter):
    note = Note(id='a', title=letter * 20, text=letter * 1_000_000)
    await note.save()
    assert await Note.find('a') == note


@pytest.mark.parametrize(
    ('values', 'message'),
    [
        ({'title': 5}, 'Note.title takes str, got int'),
        ({'title': ['x']}, 'Note.title takes str, got list'),
        ({'stars': '5'}, 'Note.stars takes int, got str'),
    ],
)
async def test_a_value_of_another_type_is_refused(values, message):
    with pytest.raises(TypeError, match=message):
        await Note(id='a', **values).save()


@pytest.mark.parametrize('value', [['a'], {'a': 'b'}, ('a', 'b'), {'a'}, b'a'])
async def test_what_is_not_one_value_is_never_sent(value):
    with pytest.raises(TypeError, match=f'cannot send a {type(value).__name__} to the database'):
        await Note.findAll('id=?', [value])


@pytest.mark.parametrize('limit', ['10', -1, (0, '3'), (0, 2.0), (-1, 3), (1, 2, -3)])
async def test_a_limit_is_a_number_or_an_offset_and_a_number(limit):
    with pytest.raises(TypeError, match='limit takes a number or'):
        await Note.findAll(limit=limit)


async def test_a_question_mark_without_its_value_is_refused():
    with pytest.raises(TypeError, match='1 "\\?" but 0 values'):
        await Note.findAll('id=?')


@pytest.mark.parametrize('primary_keys', [[], ['id', 'name']])
async def test_a_model_needs_one_primary_key(primary_keys):
    fields = {name: StringField(primary_key=name in primary_keys) for name in ('id', 'name')}
    with pytest.raises(TypeError) as error:
        type(Model)('Thing', (Model,), fields)
    assert str(error.value) == f'Thing needs exactly one primary_key field, found {primary_keys}'


async def test_a_misspelt_field_is_a_type_error():
    with pytest.raises(TypeError, match='Note has no field titel'):
        Note(id='a', titel='x')


async def test_a_misspelt_attribute_is_an_attribute_error():
    with pytest.raises(AttributeError, match="'Note' object has no attribute 'titel'"):
        _ = Note(id='a').titel


async def test_a_misspelt_option_is_a_type_error():
    with pytest.raises(TypeError, match='orderby'):
        await Note.findAll(orderby='id')


async def test_a_query_without_a_connection_says_what_to_call():
    await close_pool()
    with pytest.raises(RuntimeError, match=r'no database connection: call "await create_pool\('):
        await Note.find('a')


# Connections


@pytest.mark.parametrize(
    ('url', 'message'),
    [
        ('oracle://x', "unknown database driver 'oracle', choose from ['mysql', 'sqlite']"),
        ('', "unknown database driver ''"),
        ('sqlite:blog.db', 'write sqlite:///FILE or mysql://user:password@host:port/database'),
        ('sqlite:///', 'write sqlite:///FILE'),
        ('sqlite:////no/such/folder/blog.db', 'unable to open database file'),
        ('mysql://u:s3cret@127.0.0.1:1/x', "Can't connect to MySQL server on '127.0.0.1'"),
        ('mysql://u:s3cret@127.0.0.1:1', 'write sqlite:///FILE or mysql://'),
        ('mysql://u:s3cret@127.0.0.1:port/x', 'write sqlite:///FILE or mysql://'),
        ('mysql://u:s3cret#x@127.0.0.1/x', 'write sqlite:///FILE or mysql://'),
        ('mysql://u:s3cret[@127.0.0.1/x', 'write sqlite:///FILE or mysql://'),
    ],
)
async def test_an_unusable_url_is_a_connection_error_without_its_password(url, message):
    with pytest.raises(ConnectionError) as error:
        await create_pool(url)
    assert message in str(error.value)
    assert 's3cret' not in str(error.value)


async def test_the_parts_of_a_server_s_url_may_be_percent_encoded(database_kind, database_url):
    if database_kind == 'mysql':
        database_url = database_url.replace('root', 'r%6Fot').replace('course', 'c%6Furse')
    await close_pool()
    await create_pool(database_url)
    assert await Note.findAll() == []


async def test_what_answers_but_is_no_database_server_is_a_connection_error():
    async def hang_up(reader, writer):
        writer.write(b'HTTP/1.1 400 Bad Request\r\n\r\n')
        writer.close()

    async with await asyncio.start_server(hang_up, '127.0.0.1', 0) as server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(ConnectionError, match='cannot open the database'):
            await create_pool(f'mysql://root@127.0.0.1:{port}/blog')


async def test_sqlite_keeps_what_is_written_and_lets_readers_read_meanwhile(database_kind):
    if database_kind == 'sqlite':
        assert await select('pragma journal_mode') == [{'journal_mode': 'wal'}]
        assert await select('pragma synchronous') == [{'synchronous': 2}]


async def test_two_hundred_inserts_at_once_are_all_there():
    await asyncio.gather(*(Note(id=str(number)).save() for number in range(200)))
    assert await Note.findNumber('count(id)') == 200


WRITER = """
import asyncio, sys
import orm

class Note(orm.Model):
    __table__ = 'notes'
    id = orm.StringField(primary_key=True)

async def main():
    await orm.create_pool(sys.argv[1])
    print('ready', flush=True)
    await asyncio.gather(*(Note(id=f'other {number}').save() for number in range(200)))
    await orm.close_pool()

asyncio.run(main())
"""


async def test_two_processes_write_to_one_database_and_no_row_is_lost(database_url, www):
    other = await asyncio.create_subprocess_exec(
        sys.executable, '-c', WRITER, database_url, cwd=www, stdout=PIPE, stderr=PIPE
    )
    assert await other.stdout.readline() == b'ready\n'
    await asyncio.gather(*(Note(id=str(number)).save() for number in range(200)))
    assert await other.communicate() == (b'', b'')
    assert await Note.findNumber('count(id)') == 400


async def test_a_dropped_connection_is_replaced_unseen(database_kind, request):
    if database_kind == 'mysql':
        server = request.getfixturevalue('mysql_server')
        name = (await select('select database() `name`'))[0]['name']
        where = f"from information_schema.processlist where db='{name}'"
        for row in server.run(f'select id {where}'):
            server.run(f'kill {row[0]}')
        while server.run(f'select id {where}'):
            pass
    for _ in range(5):  # turns of the event loop: it has to notice
        await asyncio.sleep(0)
    assert await Note.find('a') is None


# The log


async def test_the_log_tells_each_statement_and_never_a_value(caplog):
    with caplog.at_level(logging.INFO):
        await Note(id='a', title='s3cret').save()
        await Note.findNumber('count(id)', 'title=?', ['s3cret'])
    assert caplog.messages == [
        'SQL: insert into `notes` (`id`, `title`, `topic`, `text`, `stars`, `done`, `created_at`) '
        'values (?, ?, ?, ?, ?, ?, ?)',
        'SQL: select count(id) `_num_` from `notes` where title=?',
        'rows returned: 1',
        "findNumber rs: [{'_num_': 1}]",
    ]


async def test_a_model_is_logged_when_it_is_defined(caplog):
    with caplog.at_level(logging.INFO):
        type(Model)('Thing', (Model,), {'id': StringField(primary_key=True)})
    assert caplog.messages == ['found model: Thing (table: Thing)']
