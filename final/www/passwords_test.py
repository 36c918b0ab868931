"""Passwords: what is stored of them, how long guessing takes, and which of them are refused."""

import asyncio
import os
import statistics
import threading
import time
import unicodedata
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from apis import APIValueError
from passwords import check_password, hash_password, needs_rehash, verify_password

PASSWORD = 'correct 马 battery staple'
NOT_TEXTS = [None, 12345678, ['password'], b'a password', 'half a pair: \ud83d']


# Stored and verified


async def test_the_stored_text_tells_the_costs_and_fits_into_its_column():
    stored = await hash_password(PASSWORD)
    assert stored.startswith('$argon2id$v=19$m=19456,t=2,p=1$')
    assert len(stored) <= 200


async def test_one_password_is_stored_differently_each_time():
    assert await hash_password(PASSWORD) != await hash_password(PASSWORD)


@pytest.mark.slow
@pytest.mark.parametrize(
    ('password', 'other'),
    [
        (PASSWORD, PASSWORD.upper()),
        (PASSWORD, PASSWORD + ' '),
        ('x' * 1024, 'x' * 1023 + 'y'),
        ('one\0two', 'one\0three'),
        ('áéíóúñüç', 'aeiounuc'),
        ('😀😀😀😀', '😀😀😀😁'),
    ],
)
async def test_every_character_counts(password, other):
    stored = await hash_password(password)
    assert await verify_password(stored, password)
    assert not await verify_password(stored, other)


async def test_it_does_not_matter_how_a_keyboard_spells_a_letter():
    stored = await hash_password('mañana Ångström')
    assert await verify_password(stored, unicodedata.normalize('NFD', 'mañana Ångström'))


@pytest.mark.slow
@pytest.mark.parametrize('password', [*NOT_TEXTS, 'x' * 1025], ids=ascii)
async def test_what_cannot_be_a_password_is_neither_stored_nor_right(password):
    with pytest.raises(APIValueError):
        await hash_password(password)
    assert not await verify_password(await hash_password(PASSWORD), password)


@pytest.mark.slow
@pytest.mark.parametrize('stored', ['!', '', None, 'é', '$argon2id$', '$2b$12$x', PASSWORD])
async def test_nobody_can_sign_in_where_no_hash_is_stored(stored):
    assert not await verify_password(stored, PASSWORD)
    assert not await verify_password(stored, stored)


@pytest.mark.slow
async def test_a_damaged_hash_matches_nothing():
    stored = await hash_password(PASSWORD)
    assert not await verify_password(stored[:-9], PASSWORD)
    assert not await verify_password(stored.replace('m=19456', 'm=1'), PASSWORD)


async def test_a_hash_of_other_costs_is_right_and_to_be_replaced():
    old = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1).hash(PASSWORD)
    assert await verify_password(old, PASSWORD)
    assert needs_rehash(old)
    assert not needs_rehash(await hash_password(PASSWORD))


# Time


@pytest.mark.slow
@pytest.mark.parametrize('stored', ['!', '$argon2id$v=19$m=19456,t=2,p=1$x$y'])
async def test_no_account_takes_as_long_as_a_wrong_password(stored):
    real = await hash_password(PASSWORD)
    wrong, unknown = [], []
    for _ in range(7):
        wrong.append(await processor_time(real))
        unknown.append(await processor_time(stored))
    assert 0.6 < statistics.median(unknown) / statistics.median(wrong) < 1.6


async def processor_time(stored):
    start = time.process_time()
    for _ in range(3):
        assert not await verify_password(stored, 'a wrong password')
    return time.process_time() - start


@pytest.mark.slow
async def test_the_event_loop_goes_on_turning_while_passwords_are_hashed():
    turns = 0

    async def turn():
        nonlocal turns
        while True:
            await asyncio.sleep(0)
            turns += 1

    turning = asyncio.create_task(turn())
    await asyncio.gather(*[hash_password(PASSWORD) for _ in range(20)])
    turning.cancel()
    assert turns > 20 * 10


@pytest.mark.slow
def test_any_number_of_loops_share_as_many_threads_as_there_are_cores():
    async def crowd():
        return await asyncio.gather(*[hash_password(PASSWORD) for _ in range(10)])

    for _ in range(3):
        assert len(set(asyncio.run(crowd()))) == 10
    names = [thread.name for thread in threading.enumerate()]
    assert 1 <= sum(name.startswith('passwords') for name in names) <= os.cpu_count()


# Refusals


@pytest.mark.parametrize(
    'password', [PASSWORD, 'x7!Kq,2m', ' ' * 9, '密码密码密码密码', '😀' * 8, 'x' * 1024]
)
def test_eight_characters_of_any_kind_are_a_password(password):
    check_password(password, email='ada@example.com', name='Ada')


@pytest.mark.parametrize(
    ('password', 'message'),
    [
        *[(password, 'A password is a text, of whole characters.') for password in NOT_TEXTS],
        ('', 'Choose a password of 8 characters or more.'),
        ('x7!Kq,2', 'Choose a password of 8 characters or more.'),
        ('n\u0303' * 7, 'Choose a password of 8 characters or more.'),
        ('x' * 1025, 'Choose a password of 1,024 bytes or less.'),
        ('码' * 342, 'Choose a password of 1,024 bytes or less.'),
        ('password', 'Choose another password: many people have this one.'),
        ('1234567890', 'Choose another password: many people have this one.'),
        ('Qwerty123', 'Choose another password: many people have this one.'),
        ('Ada@Example.com', 'Choose a password that is not your name or e-mail address.'),
        ('ADA LOVELACE', 'Choose a password that is not your name or e-mail address.'),
    ],
    ids=ascii,
)
def test_a_refusal_says_what_to_choose(password, message):
    with pytest.raises(APIValueError) as refusal:
        check_password(password, email='ada@example.com', name='Ada Lovelace')
    assert refusal.value.status == 400
    assert f'"passwd", "message": "{message}"' in refusal.value.text


def test_a_megabyte_of_accents_is_refused_at_once():
    start = time.process_time()
    with pytest.raises(APIValueError):
        check_password('a' + '\u0301\u0323' * 250_000)
    assert time.process_time() - start < 1


def test_the_common_passwords_are_in_order_and_none_is_refused_for_its_length():
    lines = Path(__file__).with_name('common_passwords.txt').read_text(encoding='ascii').split('\n')
    assert lines.pop() == ''
    assert lines == sorted(set(lines))
    assert [line for line in lines if line != line.lower() or len(line) < 8] == []
