"""Pages of the newest rows: near and far, and how many there are."""

import pytest

import queries
from config import configs
from models import Blog, create_tables
from orm import close_pool, create_pool, execute
from queries import newest


@pytest.fixture(autouse=True)
async def tables(database_url, monkeypatch):
    await create_pool(database_url)
    await create_tables()
    monkeypatch.setattr(queries, '_counts', {})
    yield
    await close_pool()


async def add(number):
    for i in range(number):
        await Blog(id=f'{i:04}', user_id=str(i % 2), name=f'Post {i}', created_at=float(i)).save()


async def test_a_far_page_has_the_rows_that_a_near_one_would_have(monkeypatch):
    await add(25)
    near = [await newest(Blog, str(index)) for index in (1, 2, 3)]
    monkeypatch.setattr(queries, 'FAR', 5)
    far = [await newest(Blog, str(index)) for index in (1, 2, 3)]
    assert [rows for _, rows in far] == [rows for _, rows in near]
    assert [row.id for row in far[2][1]] == ['0004', '0003', '0002', '0001', '0000']


async def test_a_far_page_heeds_the_condition(monkeypatch):
    await add(30)
    monkeypatch.setattr(queries, 'FAR', 5)
    page, rows = await newest(Blog, '2', 'user_id=?', ['1'])
    assert page.item_count == 15
    assert [row.id for row in rows] == ['0009', '0007', '0005', '0003', '0001']


async def test_the_number_of_rows_is_counted_each_time_unless_the_configuration_says_otherwise():
    await add(1)
    assert (await newest(Blog, '1'))[0].item_count == 1
    await add_another()
    assert (await newest(Blog, '1'))[0].item_count == 2


async def test_the_number_of_rows_may_be_as_old_as_the_configuration_says(monkeypatch):
    monkeypatch.setattr(configs, 'count_max_age', 3600)
    await add(1)
    assert (await newest(Blog, '1'))[0].item_count == 1
    await add_another()
    page, rows = await newest(Blog, '1')
    assert (page.item_count, len(rows)) == (1, 2)


async def test_a_number_that_is_too_old_is_counted_again(monkeypatch):
    monkeypatch.setattr(configs, 'count_max_age', 1e-9)
    await add(1)
    await newest(Blog, '1')
    await add_another()
    assert (await newest(Blog, '1'))[0].item_count == 2


@pytest.mark.parametrize('far', [10, 1000])
async def test_a_page_past_a_number_that_is_too_high_is_the_last_one(monkeypatch, far):
    monkeypatch.setattr(configs, 'count_max_age', 3600)
    monkeypatch.setattr(queries, 'FAR', far)
    await add(11)
    await newest(Blog, '2')
    await execute('delete from `blogs` where id=?', ['0000'])
    page, rows = await newest(Blog, '2')
    assert (page.page_index, page.item_count, len(rows)) == (1, 10, 10)


async def test_the_number_of_some_rows_is_always_counted(monkeypatch):
    monkeypatch.setattr(configs, 'count_max_age', 3600)
    await add(4)
    assert (await newest(Blog, '1', 'user_id=?', ['1']))[0].item_count == 2
    await execute('delete from `blogs` where id=?', ['0001'])
    assert (await newest(Blog, '1', 'user_id=?', ['1']))[0].item_count == 1


async def add_another():
    await Blog(id='another', name='Another').save()


async def test_a_column_that_nobody_will_see_is_not_read_in_production(log, monkeypatch):
    await Blog(name='Long', content='x' * 1000).save()
    monkeypatch.setattr(configs, 'development', False)
    log.clear()
    _, (row,) = await newest(Blog, '1', without='content')
    assert (row.name, row.content) == ('Long', None)
    assert 'null `content`' in log.text
