"""The configuration: where each setting comes from, and what is refused."""

import re

import pytest

import config_default
from auth import cookie_name, user2cookie
from config import ENVIRONMENTS, load
from models import User
from orm import close_pool, create_pool


def test_without_an_environment_the_defaults_hold():
    configs = load({})
    assert (configs.host, configs.port, configs.log_level) == ('127.0.0.1', 9000, 'INFO')
    assert configs.database_url.startswith('sqlite:///')


def test_the_environment_overrides_the_defaults():
    configs = load({'HOST': '::1', 'PORT': '80', 'DATABASE_URL': 'mysql://x', 'LOG_LEVEL': 'debug'})
    assert (configs.host, configs.port) == ('::1', 80)
    assert (configs.database_url, configs.log_level) == ('mysql://x', 'debug')


def test_proxies_are_addresses_and_networks_between_commas():
    configs = load({'TRUSTED_PROXIES': '127.0.0.1, 10.0.0.0/8,'})
    assert [*map(str, configs.trusted_proxies)] == ['127.0.0.1/32', '10.0.0.0/8']


def test_an_empty_variable_counts_as_not_set():
    assert load({'PORT': '', 'APP_ENV': ''}).port == 9000


def test_production_overrides_the_defaults_and_the_environment_overrides_production():
    environ = {'APP_ENV': 'production', 'SESSION_SECRET': 'nobody can guess this'}
    assert load(environ).log_level == 'WARNING'
    assert load(environ | {'LOG_LEVEL': 'INFO'}).log_level == 'INFO'


@pytest.mark.parametrize(
    ('environ', 'message'),
    [
        ({'APP_ENV': 'prod'}, "APP_ENV is 'prod', choose from ['development', 'production']"),
        ({'PORT': '90x'}, "PORT is '90x', a whole number is needed"),
        ({'LOG_LEVEL': 'loud'}, "LOG_LEVEL is 'loud', choose DEBUG, INFO, WARNING or ERROR"),
        ({'APP_ENV': 'production'}, 'SESSION_SECRET needs 16 characters or more'),
        ({'SESSION_MAX_AGE': 'long'}, "SESSION_MAX_AGE is 'long', a whole number is needed"),
        ({'TRUSTED_PROXIES': 'nginx'}, "TRUSTED_PROXIES: 'nginx' does not appear to be"),
        (
            {'APP_ENV': 'production', 'SESSION_SECRET': config_default.configs['session_secret']},
            'SESSION_SECRET needs 16 characters or more',
        ),
        ({'SESSION_SECRET': 'short'}, 'SESSION_SECRET needs 16 characters or more'),
        ({'SESSION_SECRET': 'ababab' * 9}, 'SESSION_SECRET needs 16 characters or more'),
    ],
)
def test_a_wrong_setting_is_named(environ, message):
    with pytest.raises(ValueError, match=re.escape(message)) as error:
        load(environ)
    assert 'short' not in str(error.value)


@pytest.mark.parametrize(
    ('changes', 'message'),
    [
        ({'prot': 80}, "config_override.py: no setting 'prot', choose from ['port']"),
        ({'port': '80'}, "config_override.py: port is '80', int is needed"),
    ],
)
def test_a_wrong_change_of_production_is_named(monkeypatch, changes, message):
    monkeypatch.setitem(ENVIRONMENTS, 'production', changes)
    with pytest.raises(ValueError, match=re.escape(message)):
        load({'APP_ENV': 'production', 'SESSION_SECRET': 'nobody can guess this'})


# The program heeds it


@pytest.mark.slow
async def test_the_secret_of_the_environment_signs_the_cookies(start, database_url):
    blog = start(database_url, SESSION_SECRET='a secret of the tests')
    await create_pool(database_url)
    user = (await User.findAll())[0]
    await close_pool()
    cookie = f'{cookie_name(False)}={user2cookie(user, 60, "a secret of the tests")}'
    assert blog.get('/account', Cookie=cookie).status == 200
    assert blog.get('/account').status == 302


@pytest.mark.slow
def test_the_level_of_the_environment_is_that_of_the_log(start, database_url):
    blog = start(database_url, LOG_LEVEL='WARNING')
    assert blog.get('/').status == 200
    assert blog.log == ''


@pytest.mark.slow
@pytest.mark.parametrize('variable', ['APP_ENV', 'PORT', 'LOG_LEVEL', 'SESSION_SECRET', 'HOST'])
def test_a_wrong_variable_is_told_in_one_sentence(start, variable):
    blog = start('sqlite:///:memory:', **{variable: 'a..b'})
    assert blog.wait() == 1
    assert 'Traceback' not in blog.log
    assert variable in blog.lines[-1] or 'a..b' in blog.lines[-1]
