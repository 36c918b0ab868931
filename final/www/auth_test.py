"""The session cookie: it stands for a user until it expires, and nobody else can make one."""

import pytest

from auth import (
    cookie2user,
    cookie_name,
    device_cookie,
    is_device_of,
    is_half_over,
    user2cookie,
)
from models import User
from orm import close_pool, create_pool, create_table

SECRET = 'a secret of the tests'


@pytest.fixture
async def user(database_url):
    await create_pool(database_url)
    await create_table(User)
    user = User(name='Ada', email='ada@example.com', passwd='hash')
    await user.save()
    yield user
    await close_pool()


async def test_a_cookie_stands_for_its_user(user):
    cookie = user2cookie(user, 60, SECRET)
    assert await cookie2user(cookie, SECRET) == user


async def test_an_expired_cookie_stands_for_nobody(user):
    assert await cookie2user(user2cookie(user, 0, SECRET), SECRET) is None


async def test_a_cookie_signed_with_another_secret_stands_for_nobody(user):
    assert await cookie2user(user2cookie(user, 60, 'guessed'), SECRET) is None


async def test_a_cookie_cannot_be_prolonged(user):
    user_id, expires, signature = user2cookie(user, 60, SECRET).split('-')
    assert await cookie2user(f'{user_id}-{int(expires) + 1}-{signature}', SECRET) is None


async def test_a_cookie_cannot_be_passed_on_to_another_user(user):
    other = User(name='Eve', email='eve@example.com', passwd='hash')
    await other.save()
    _, expires, signature = user2cookie(user, 60, SECRET).split('-')
    assert await cookie2user(f'{other.id}-{expires}-{signature}', SECRET) is None


async def test_a_new_epoch_ends_the_session(user):
    cookie = user2cookie(user, 60, SECRET)
    user.session_epoch += 1
    await user.update()
    assert await cookie2user(cookie, SECRET) is None


async def test_the_cookie_of_a_removed_user_stands_for_nobody(user):
    cookie = user2cookie(user, 60, SECRET)
    await user.remove()
    assert await cookie2user(cookie, SECRET) is None


def test_with_https_the_cookie_is_bound_to_the_host():
    assert cookie_name(secure=True).startswith('__Host-')


async def test_a_cookie_is_old_when_half_of_its_time_is_over(user):
    assert not is_half_over(user2cookie(user, 60, SECRET), 60)
    assert is_half_over(user2cookie(user, 29, SECRET), 60)


def test_the_cookie_of_a_device_is_that_of_one_account_and_of_one_secret():
    cookie = device_cookie('ada@example.com', SECRET)
    assert is_device_of('ada@example.com', cookie, SECRET)
    assert not is_device_of('eve@example.com', cookie, SECRET)
    assert not is_device_of('ada@example.com', cookie, 'guessed')
    assert 'ada' not in cookie


@pytest.mark.parametrize('cookie', ['', '-', 'x' * 64, 'é', '\udcff'])
def test_junk_is_the_cookie_of_no_device(cookie):
    assert not is_device_of('ada@example.com', cookie, SECRET)


async def test_one_kind_of_cookie_does_not_stand_for_the_other(user):
    session, device = user2cookie(user, 60, SECRET), device_cookie(user.email, SECRET)
    user_id, expires, signature = session.split('-')
    assert not is_device_of(user.email, signature, SECRET)
    assert not is_device_of(f'{user_id}-{expires}-{user.session_epoch}', signature, SECRET)
    assert await cookie2user(f'{user_id}-{expires}-{device}', SECRET) is None


@pytest.mark.usefixtures('user')
@pytest.mark.parametrize(
    'cookie',
    ['', '-', '--', 'x', 'a-b-c', 'a-9999999999-', '1-²-3', '-' * 100, 'é-9999999999-é', '\udcff',
     'a-' + '9' * 5000 + '-b', "'; drop table users; ---9999999999-x"],
)  # fmt: skip
async def test_junk_stands_for_nobody(cookie):
    assert await cookie2user(cookie, SECRET) is None
