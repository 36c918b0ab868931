"""The configuration: the defaults, then production's changes, then what the environment says.

A setting's environment variable has its name in capitals: PORT, DATABASE_URL, LOG_LEVEL.
"""

import logging
import os
from difflib import get_close_matches
from ipaddress import ip_network
from types import SimpleNamespace

import config_default
import config_override

ENVIRONMENTS = {'development': {}, 'production': config_override.configs}


def load(environ):
    """Return the settings as attributes; ValueError names the variable that is wrong."""
    name = environ.get('APP_ENV') or 'development'
    if name not in ENVIRONMENTS:
        raise ValueError(f'APP_ENV is {name!r}, choose from {sorted(ENVIRONMENTS)}')
    settings = dict(config_default.configs)
    _override(settings, ENVIRONMENTS[name])
    for key, value in settings.items():
        settings[key] = _read(environ, key.upper(), value)
    level = settings['log_level']
    if level.upper() not in logging.getLevelNamesMapping():
        raise ValueError(f'LOG_LEVEL is {level!r}, choose DEBUG, INFO, WARNING or ERROR')
    secret = settings['session_secret']
    is_default = secret == config_default.configs['session_secret'] and name == 'production'
    if len(secret) < 16 or len(set(secret)) < 8 or is_default:
        raise ValueError(
            'SESSION_SECRET needs 16 characters or more that nobody can guess: '
            'python -c "import secrets; print(secrets.token_hex())"'
        )
    settings['trusted_proxies'] = _networks(settings['trusted_proxies'])
    return SimpleNamespace(development=name == 'development', **settings)


def _override(settings, changes):
    for key, value in changes.items():
        if key not in settings:
            close = get_close_matches(key, settings, 1) or sorted(settings)
            raise ValueError(f'config_override.py: no setting {key!r}, choose from {close}')
        if type(value) is not type(settings[key]):
            needed = type(settings[key]).__name__
            raise ValueError(f'config_override.py: {key} is {value!r}, {needed} is needed')
    settings |= changes


def _read(environ, variable, default):
    text = environ.get(variable) or default
    try:
        return type(default)(text)
    except ValueError:
        raise ValueError(f'{variable} is {text!r}, a whole number is needed') from None


def _networks(text):
    try:
        return [ip_network(part.strip()) for part in text.split(',') if part.strip()]
    except ValueError as error:
        raise ValueError(f'TRUSTED_PROXIES: {error}') from None


try:
    configs = load(os.environ)
except ValueError as error:
    raise SystemExit(f'{error}.') from None
