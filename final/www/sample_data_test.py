"""The sample data: there at the first start, and never in the way of what people have written."""

import logging

import pytest

from models import Blog, Comment, User, create_tables
from orm import close_pool, create_pool
from sample_data import add_sample_data


@pytest.fixture(autouse=True)
async def database(database_url):
    await create_pool(database_url)
    yield
    await close_pool()


async def counts():
    return [await model.findNumber('count(id)') for model in (User, Blog, Comment)]


async def test_an_empty_database_gets_an_author_four_blogs_and_two_comments():
    await add_sample_data()
    assert await counts() == [1, 4, 2]


async def test_a_second_start_adds_nothing():
    await add_sample_data()
    await add_sample_data()
    assert await counts() == [1, 4, 2]


@pytest.mark.parametrize('model', [User, Blog, Comment])
async def test_tables_that_hold_a_row_are_left_alone(model):
    await create_tables()
    await model().save()
    await add_sample_data()
    assert sum(await counts()) == 1


async def test_blogs_that_were_all_deleted_do_not_come_back():
    await add_sample_data()
    for blog in await Blog.findAll():
        await blog.remove()
    await add_sample_data()
    assert await counts() == [1, 0, 0]


async def test_the_log_does_not_mention_it(caplog):
    with caplog.at_level(logging.INFO):
        await add_sample_data()
        await counts()
    assert caplog.messages[0] == 'SQL: select count(id) `_num_` from `users`'
