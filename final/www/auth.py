"""Who is asking? A cookie says so, and its signature, an HMAC, proves that we wrote it.

The cookie is `id-expires-signature`. The signature covers the user's session epoch as well, so
raising that number in the database ends all sessions; without the secret nobody can make one.

A second cookie, of the device, stays when a session ends: this browser has signed in to that
account before, so it is not among the strangers who guess at its password (OWASP: device cookies).
"""

import hashlib
import hmac
import time

from models import User


def cookie_name(secure, name='awesession'):
    """Return the cookie's name; over HTTPS, the prefix lets no other host of the domain set it."""
    return f'__Host-{name}' if secure else name


def user2cookie(user, max_age, secret):
    """Return a cookie that stands for the user during `max_age` seconds."""
    expires = str(int(time.time() + max_age))
    return f'{user.id}-{expires}-{_signature(user, expires, secret)}'


async def cookie2user(cookie, secret):
    """Return the user for whom `user2cookie` made this cookie; None if it is forged or too old."""
    user_id, _, rest = cookie.partition('-')
    expires, _, signature = rest.partition('-')
    if not (cookie.isascii() and expires.isdigit() and int(expires[:20]) > time.time()):
        return None
    user = await User.find(user_id)
    if user and hmac.compare_digest(signature, _signature(user, expires, secret)):
        return user
    return None


def is_half_over(cookie, max_age):
    """Return whether a cookie, one that stands for a user, should be replaced by a new one."""
    return int(cookie.split('-')[1]) < time.time() + max_age / 2


def device_cookie(email, secret):
    """Return a cookie for a browser that has signed in to the account with this address."""
    return _sign(f'device-{email}', secret)


def is_device_of(email, cookie, secret):
    """Return whether `device_cookie` made this cookie for the account with this address."""
    return cookie.isascii() and hmac.compare_digest(cookie, device_cookie(email, secret))


def _signature(user, expires, secret):
    return _sign(f'session-{user.id}-{expires}-{user.session_epoch}', secret)


def _sign(message, secret):
    # A message begins with its purpose, so that none is taken for another.
    return hmac.new(secret.encode(), message.encode(), hashlib.sha256).hexdigest()
