"""People: how one becomes somebody, proves it, and ends it; who may see what of whom."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from argon2 import PasswordHasher

import passwords
from accounts import authenticate, end_sessions, register
from apis import APIError
from models import User, create_tables
from orm import close_pool, create_pool
from tools.visitor import PASSWORD, Visitor

FIRST = 'becomes the administrator'
BOB = {'email': 'bob@example.com', 'passwd': PASSWORD}


@pytest.fixture
def new(start, database_url):
    """The blog with nobody but the author of its sample posts."""
    return start(database_url)


def account(name):
    return {'name': name, 'email': f'{name}@example.com', 'passwd': PASSWORD}


# To register


def test_who_registers_is_signed_in(site, people):
    visitor = Visitor(site)
    answer = visitor.call('/api/users', account('Zoe'))
    assert (answer.json['name'], answer.json['email']) == ('Zoe', 'zoe@example.com')
    assert visitor.get('/account').status == 200


@pytest.mark.slow
def test_the_first_account_is_the_administrator_and_the_page_says_so(new):
    visitors = [Visitor(new), Visitor(new)]
    told = FIRST in visitors[0].get('/register').text
    first, second = (v.call('/api/users', account(n)) for v, n in zip(visitors, 'ab', strict=True))
    assert (told, FIRST in visitors[1].get('/register').text) == (True, False)
    assert (first.json['admin'], second.json['admin']) == (True, False)
    assert "first account: 'a@example.com' is administrator" in new.log


@pytest.mark.slow
def test_at_the_start_one_hears_where_the_first_account_is_made(start, database_url, capfd):
    blog = start(database_url)
    blog.get('/')
    url = f'http://127.0.0.1:{blog.port}/register'
    assert capfd.readouterr().out == f'The first account becomes the administrator: {url}\n'
    Visitor(blog).call('/api/users', account('a'))
    start(database_url).get('/')
    start('sqlite:///:memory:', APP_ENV='production', SESSION_SECRET='nobody can guess').get('/')
    assert capfd.readouterr().out == ''


@pytest.mark.slow
def test_of_fifty_who_are_first_at_once_one_is_administrator(new):
    def register(number):
        return Visitor(new).call('/api/users', account(f'n{number}')).json['admin']

    with ThreadPoolExecutor(50) as threads:
        assert sum(map(bool, threads.map(register, range(50)))) == 1


@pytest.mark.slow
def test_in_production_the_first_account_is_like_any_other(start, database_url):
    blog = start(database_url, APP_ENV='production', SESSION_SECRET='nobody can guess this')
    assert Visitor(blog).call('/api/blogs').json['blogs'] == []
    assert Visitor(blog).call('/api/users', account('a')).json['admin'] is False


@pytest.mark.slow
def test_of_fifty_who_want_one_address_one_gets_it(site):
    emails = ['race@example.com', 'RACE@example.com', ' race@Example.com ']

    def register(number):
        return Visitor(site).call('/api/users', account('R') | {'email': emails[number % 3]}).status

    with ThreadPoolExecutor(50) as threads:
        assert sorted(threads.map(register, range(50))) == [200] + [409] * 49


@pytest.mark.parametrize(
    ('changes', 'wrong'),
    [
        ({'name': ''}, 'name'),
        ({'name': '   '}, 'name'),
        ({'name': 'x' * 51}, 'name'),
        ({'name': 'two\nlines'}, 'name'),
        ({'name': 'tail\u202egnp'}, 'name'),
        ({'name': '\u200d'}, 'name'),
        ({'name': 'Ada\u200d'}, 'name'),
        ({'name': 5}, 'name'),
        ({'name': None}, 'name'),
        ({'email': ''}, 'email'),
        ({'email': 'nobody'}, 'email'),
        ({'email': 'a@b@c'}, 'email'),
        ({'email': 'a b@example.com'}, 'email'),
        ({'email': 'é@example.com'}, 'email'),
        ({'email': f'{"x" * 100}@example.com'}, 'email'),
        ({'email': ['a@example.com']}, 'email'),
        ({'passwd': ''}, 'passwd'),
        ({'passwd': '1234567'}, 'passwd'),
        ({'passwd': 'password'}, 'passwd'),
        ({'passwd': 'x' * 1025}, 'passwd'),
        ({'passwd': {'a': 'b'}}, 'passwd'),
        ({'passwd': 'eve@EXAMPLE.com'}, 'passwd'),
        ({'name': 'Eve Example', 'passwd': 'eve example'}, 'passwd'),
    ],
)
def test_impossible_values_are_refused_at_their_field(nobody, changes, wrong):
    answer = nobody.call('/api/users', account('Eve') | changes)
    assert answer.status == 400
    assert (answer.json['error'], answer.json['data']) == ('value:invalid', wrong)
    assert answer.json['message']


@pytest.mark.slow(each_python=True)
def test_names_may_be_in_any_script(site):
    for number, name in enumerate(['李雷', 'Ὅμηρος', '👩\u200d💻', "O'Brien-Söderström"]):
        answer = Visitor(site).call('/api/users', account(f's{number}') | {'name': name})
        assert answer.json['name'] == name


def test_nobody_gives_themselves_what_is_not_theirs(site):
    wish = {'admin': True, 'id': 'mine', 'created_at': 0, 'session_epoch': 9, 'image': 'x'}
    answer = Visitor(site).call('/api/users', account('Mallory') | wish)
    assert not answer.json['admin']
    assert answer.json['id'] != 'mine'
    assert answer.json['created_at'] > 0


# To sign in


def test_the_right_password_signs_in_whatever_the_case_of_the_address(people, nobody):
    assert nobody.call('/api/authenticate', BOB | {'email': ' BOB@Example.com'}).status == 200
    assert nobody.get('/account').status == 200


def test_an_unknown_address_and_a_wrong_password_get_the_same_answer(people, nobody):
    wrong = nobody.call('/api/authenticate', BOB | {'passwd': 'wrong password'})
    unknown = nobody.call('/api/authenticate', {'email': 'x@example.com', 'passwd': 'password'})
    sample = nobody.call('/api/authenticate', {'email': 'ada@example.com', 'passwd': '!'})
    assert wrong.status == unknown.status == sample.status == 400
    assert wrong.json == unknown.json == sample.json


@pytest.mark.parametrize(
    'changes', [{'email': ['bob@example.com']}, {'email': 0}, {'email': {}}, {'passwd': [PASSWORD]},
                {'passwd': 0}, {'passwd': None}, {'passwd': True}],
)  # fmt: skip
def test_nothing_but_texts_signs_in(people, nobody, changes):
    assert nobody.call('/api/authenticate', BOB | changes).status == 400
    assert nobody.get('/account').status == 302


@pytest.mark.slow
def test_guessing_is_slowed_down_and_the_owner_elsewhere_is_not(start, database_url):
    blog = start(database_url, TRUSTED_PROXIES='127.0.0.1')
    Visitor(blog).call('/api/users', account('bob'))
    guess = BOB | {'passwd': 'wrong password'}
    guesses = [
        Visitor(blog).call('/api/authenticate', guess, **{'X-Forwarded-For': '6.6.6.6'})
        for _ in range(11)
    ]
    assert [answer.status for answer in guesses] == [400] * 10 + [429]
    assert 0 < int(guesses[-1].headers['Retry-After']) <= 60
    assert guesses[-1].json['error'] == 'request:throttled'
    page = Visitor(blog).request(
        'POST', '/signin', 'email=bob@example.com&passwd=x',
        **{'X-Forwarded-For': '6.6.6.6', 'Content-Type': 'application/x-www-form-urlencoded'},
    )  # fmt: skip
    assert (page.status, 'Retry-After' in page.headers) == (429, True)
    owner = Visitor(blog).call('/api/authenticate', BOB, **{'X-Forwarded-For': '7.7.7.7'})
    assert owner.status == 200


def guess_from_everywhere(blog, email, number=100):
    """Guess wrong so many times, each time from another network; return the statuses."""
    return [
        Visitor(blog).call(
            '/api/authenticate',
            {'email': email, 'passwd': None},
            **{'X-Forwarded-For': f'203.0.{network}.1'},
        ).status
        for network in range(number)
    ]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize('email', ['bob@example.com', 'nobody@example.com'])
def test_guessing_from_many_networks_is_slowed_down_too(start, database_url, email):
    blog = start(database_url, TRUSTED_PROXIES='127.0.0.1')
    Visitor(blog).call('/api/users', account('bob'))
    assert guess_from_everywhere(blog, email, 101) == [400] * 100 + [429]
    assert guess_from_everywhere(blog, 'somebody.else@example.com', 1) == [400]


@pytest.mark.slow
@pytest.mark.parametrize('how', ['form', 'api'])
def test_meanwhile_the_owner_signs_in_with_a_browser_that_has_done_so_before(
    start, database_url, how
):
    blog = start(database_url, TRUSTED_PROXIES='127.0.0.1')
    owner, stranger, eve = Visitor(blog), Visitor(blog), Visitor(blog)
    owner.call('/api/users', account('bob'))
    eve.call('/api/users', account('eve'))
    owner.post('/signout')
    guess_from_everywhere(blog, 'bob@example.com')
    attempts = {
        'form': lambda visitor: visitor.post('/signin', **BOB).status,
        'api': lambda visitor: visitor.call('/api/authenticate', BOB).status,
    }
    assert attempts[how](stranger) == 429
    assert attempts[how](eve) == 429  # has the cookie of another account
    stranger.cookies['awedevice'] = 'a' * 64
    assert attempts[how](stranger) == 429
    assert attempts[how](owner) == {'form': 302, 'api': 200}[how]
    assert attempts[how](stranger) == {'form': 302, 'api': 200}[how]  # it was the owner: anew


@pytest.mark.slow
def test_the_browser_of_the_owner_may_not_guess_without_limit(new):
    owner = Visitor(new)
    owner.call('/api/users', account('bob'))
    guess = BOB | {'passwd': None}
    statuses = [owner.call('/api/authenticate', guess).status for _ in range(11)]
    assert statuses == [400] * 10 + [429]


@pytest.mark.slow
def test_a_header_that_anybody_can_send_does_not_help_to_guess(new):
    statuses = [
        Visitor(new).call('/api/authenticate', BOB, **{'X-Forwarded-For': f'6.6.6.{n}'}).status
        for n in range(11)
    ]
    assert statuses[-1] == 429


@pytest.fixture
async def here():
    """A database for what is called here, without the program."""
    await create_pool('sqlite:///:memory:')
    await create_tables()
    yield
    await close_pool()


async def status(attempt):
    """Return what the attempt is answered with."""
    try:
        await attempt
    except APIError as error:
        return error.status
    return 200


async def test_who_guesses_at_many_accounts_is_slowed_down_too(here):
    emails = [f'{number}@example.com' for number in range(41)]
    statuses = [await status(authenticate(email, None, '192.0.2.1')) for email in emails]
    assert statuses == [400] * 40 + [429]


async def test_after_a_hundred_accounts_an_address_gets_no_more(here, monkeypatch):
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, 'hasher', quick)
    emails = ['refused, so it does not count', *(f'{n}@example.com' for n in range(101))]
    statuses = [await status(register('A', email, PASSWORD, '192.0.2.1')) for email in emails]
    assert statuses == [400] + [200] * 100 + [429]


@pytest.mark.slow
async def test_a_hash_of_other_costs_is_replaced_when_its_owner_signs_in(people, site, nobody):
    old = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    await create_pool(site.database_url)
    await User(name='Old', email='old@example.com', passwd=old).save()
    assert nobody.call('/api/authenticate', BOB | {'email': 'old@example.com'}).status == 200
    stored = (await User.findAll('email=?', ['old@example.com']))[0].passwd
    await close_pool()
    assert 'm=19456,t=2,p=1' in stored
    assert nobody.call('/api/authenticate', BOB | {'email': 'old@example.com'}).status == 200


# Sessions


def test_signing_out_ends_the_session_on_the_server(site):
    visitor = Visitor(site)
    visitor.call('/api/users', account('Carol'))
    stolen = visitor.copy()
    visitor.post('/signout')
    assert visitor.get('/account').status == 302
    assert stolen.get('/account').status == 302


def test_a_new_password_signs_out_the_others_and_not_oneself(site):
    visitor = Visitor(site)
    visitor.call('/api/users', account('Dave'))
    other = visitor.copy()
    visitor.post('/account/password', passwd=PASSWORD, new_passwd='a new password')
    assert visitor.get('/account').status == 200
    assert other.get('/account').status == 302
    old = {'email': 'dave@example.com', 'passwd': PASSWORD}
    assert Visitor(site).call('/api/authenticate', old).status == 400
    assert Visitor(site).call('/api/authenticate', old | {'passwd': 'a new password'}).status == 200


@pytest.mark.slow
def test_who_borrows_a_session_cannot_guess_the_password(site):
    visitor = Visitor(site)
    visitor.call('/api/users', account('Lent'))
    fields = {'passwd': 'wrong password', 'new_passwd': 'a new password'}
    statuses = [visitor.post('/account/password', **fields).status for _ in range(11)]
    assert statuses == [400] * 10 + [429]


async def test_ended_sessions_do_not_come_back(people, site, user):
    await create_pool(site.database_url)
    bob = (await User.findAll('email=?', [BOB['email']]))[0]
    stale = User(**bob)
    for _ in range(3):
        await end_sessions(bob)
    await end_sessions(stale)
    assert stale.session_epoch == bob.session_epoch + 1
    await close_pool()
    people['user'].call('/api/authenticate', BOB)


@pytest.mark.slow
@pytest.mark.parametrize(
    ('old', 'new', 'wrong'),
    [
        ('not mine', 'a new password', 'passwd'),
        (PASSWORD, 'short', 'new_passwd'),
        (PASSWORD, 'bob@example.com', 'new_passwd'),
    ],
)
def test_a_password_is_not_changed_without_reason(user, old, new, wrong):
    answer = user.post('/account/password', passwd=old, new_passwd=new)
    assert answer.status == 400
    assert f'id="{wrong}-note"' in answer.text
    assert user.call('/api/authenticate', BOB).status == 200


def test_a_new_name_stands_at_what_one_has_written(site, admin):
    visitor = Visitor(site)
    id = visitor.call('/api/users', account('Before')).json['id']
    admin.post('/manage/users/admin', id=id, admin='1')
    blog = visitor.call('/api/blogs', {'name': 'A', 'summary': 'B', 'content': 'C'}).json['id']
    visitor.call(f'/api/blogs/{blog}/comments', {'content': 'Mine'})
    assert visitor.post('/account/name', name='After').status == 302
    comments = visitor.call(f'/api/blogs/{blog}/comments').json['comments']
    assert [comment['user_name'] for comment in comments] == ['After']
    assert visitor.call(f'/api/blogs/{blog}').json['user_name'] == 'After'


# Who may see what


@pytest.mark.slow
def test_addresses_and_rights_are_for_administrators_and_oneself(new):
    def seen(visitor):
        users = visitor.call('/api/users').json['users']
        return {user['name'] for user in users if {'email', 'admin'} & user.keys()}

    alice, bob = Visitor(new), Visitor(new)
    for visitor, name in ((alice, 'Alice'), (bob, 'Bob')):
        visitor.call('/api/users', account(name))
    assert seen(Visitor(new)) == set()
    assert seen(bob) == {'Bob'}
    assert seen(alice) == {'Ada', 'Alice', 'Bob'}


@pytest.mark.slow
def test_whether_one_is_administrator_is_true_or_false_in_json(new):
    visitors = [Visitor(new), Visitor(new)]
    answers = [v.call('/api/users', account(n)).json for v, n in zip(visitors, 'ab', strict=True)]
    answers += [Visitor(new).call('/api/authenticate', account(name)).json for name in 'ab']
    answers += visitors[0].call('/api/users').json['users']  # b, a and Ada
    admin = [json.dumps(user['admin']) for user in answers]
    assert admin == ['true', 'false', 'true', 'false', 'false', 'true', 'false']


@pytest.mark.parametrize('who', ['nobody', 'user', 'admin'])
@pytest.mark.parametrize(
    'path', ['/api/users', '/api/blogs', '/api/comments', '/manage/users', '/account', '/']
)
def test_no_hash_of_a_password_is_ever_shown(people, who, path):
    text = people[who].get(path).text
    assert 'argon2' not in text
    assert 'passwd":' not in text
    assert 'session_epoch' not in text


def test_passwords_and_cookies_stay_out_of_the_log(site, people):
    assert people['user'].cookies.keys() == {'awesession', 'awedevice'}
    assert 'call with args' in site.log
    assert 'correct horse' not in site.log
    assert 'argon2' not in site.log
    assert not any(cookie in site.log for cookie in people['user'].cookies.values())


# Administrators


@pytest.mark.slow
def test_who_takes_away_a_right_is_asked_first(new):
    alice, bob = Visitor(new), Visitor(new)
    ids = [v.call('/api/users', account(n)).json['id'] for v, n in ((alice, 'a'), (bob, 'b'))]
    alice.post('/manage/users/admin', id=ids[1], admin='1')
    links = [f'/manage/users/admin?id={id}' for id in ids]
    users = alice.get('/manage/users').text
    assert [f'href="{link}"' in users for link in links] == [True, True]
    assert users.count('action="/manage/users/admin"') == 1  # to make Ada one, not to take it away
    own, other = (alice.get(link).text for link in links)
    assert 'Remove yourself as administrator?' in own
    assert 'Remove this user as administrator?' in other
    answer = alice.post('/manage/users/admin', id=ids[0])
    assert (answer.status, answer.headers['Location']) == (302, '/')
    assert (alice.get(links[1]).status, bob.get(links[0]).status) == (403, 200)


@pytest.mark.slow
def test_rights_are_given_and_taken_and_the_last_administrator_remains(new):
    alice, bob = Visitor(new), Visitor(new)
    ids = [v.call('/api/users', account(n)).json['id'] for v, n in ((alice, 'a'), (bob, 'b'))]
    assert alice.post('/manage/users/admin', id=ids[0], admin='0').status == 400
    assert alice.post('/manage/users/admin', id=ids[1], admin='1').status == 302
    assert bob.post('/manage/users/admin', id=ids[0], admin='0').status == 302
    assert alice.get('/manage/users').status == 403
    assert bob.post('/manage/users/admin', id=ids[0], admin='0').status == 302  # is none already
    assert bob.post('/manage/users/admin', id=ids[1], admin='0').status == 400
    assert bob.get('/manage/users').status == 200
