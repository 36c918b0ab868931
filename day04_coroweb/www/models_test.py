"""The three tables: their keys, their rules, and the indexes that keep the blog quick."""

import time

import pytest

from drivers import IntegrityError
from models import Blog, Comment, User, create_tables, next_id
from orm import close_pool, create_pool, execute, select


@pytest.fixture(autouse=True)
async def tables(database_url):
    await create_pool(database_url)
    await create_tables()
    yield
    await close_pool()


def test_keys_are_unique_have_fifty_characters_and_sort_by_time():
    keys = [next_id() for _ in range(1000)]
    assert len(set(keys)) == 1000
    assert {len(key) for key in keys} == {50}
    assert [key[:15] for key in keys] == sorted(key[:15] for key in keys)


@pytest.mark.parametrize('model', [User, Blog, Comment])
async def test_a_new_row_has_a_key_and_a_time_of_its_own(model):
    first, second = model(), model()
    assert first.id != second.id
    assert first.created_at == pytest.approx(time.time(), abs=10)
    await first.save()
    assert await model.find(first.id) == first


async def test_two_users_cannot_have_one_e_mail_address():
    await User(email='ada@example.com').save()
    with pytest.raises(IntegrityError):
        await User(email='ada@example.com').save()


async def test_a_new_user_is_no_administrator():
    await User(email='ada@example.com').save()
    user = (await User.findAll())[0]
    assert not user.admin


async def test_a_name_too_long_names_model_field_limit_and_length():
    with pytest.raises(ValueError, match=r'^Blog\.name takes at most 50 characters, got 51$'):
        await Blog(name='x' * 51).save()


async def test_a_comment_needs_its_blog():
    with pytest.raises(IntegrityError):
        await Comment(blog_id='nothing', content='First!').save()


async def test_a_blog_takes_its_comments_with_it():
    blogs = [Blog(), Blog()]
    for blog in blogs:
        await blog.save()
        await Comment(blog_id=blog.id).save()
    await blogs[0].remove()
    assert [comment.blog_id for comment in await Comment.findAll()] == [blogs[1].id]


async def fill(model):
    row = model(content='text' * 100)
    columns = ', '.join(f'`{name}`' for name in row)
    marks = ', '.join(['(' + ', '.join('?' for _ in row) + ')'] * 1000)
    rows = [row | {'id': str(number), 'created_at': number} for number in range(1000)]
    for number, row in enumerate(rows):
        if 'blog_id' in row:
            row['blog_id'] = str(number % 50)
    values = [value for row in rows for value in row.values()]
    await execute(f'insert into `{model.__table__}` ({columns}) values {marks}', values)


@pytest.mark.parametrize(
    ('model', 'where', 'args'),
    [
        (Blog, '', []),
        (Comment, '', []),
        (Comment, 'where blog_id=?', ['7']),
    ],
    ids=['newest blogs', 'newest comments', 'newest comments of a blog'],
)
async def test_a_page_is_found_without_sorting_the_table(database_kind, model, where, args):
    await fill(Blog)
    if model is Comment:
        await fill(Comment)
    page = f'{model.__select__} {where} order by created_at desc limit ?, ?'
    if database_kind == 'sqlite':
        plan = await select(f'explain query plan {page}', [*args, 0, 10])
        assert plan[0]['detail'].startswith('SEARCH' if where else 'SCAN')
        assert 'USING INDEX' in plan[0]['detail']
        assert len(plan) == 1
    else:
        await select(f'analyze table `{model.__table__}`')
        plan = await select(f'explain {page}', [*args, 0, 10])
        assert plan[0]['key'] == ('blog_id' if where else 'created_at')
        assert 'filesort' not in plan[0]['Extra']
