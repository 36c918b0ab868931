"""The people: who may do what, and how one becomes somebody here."""

import logging
import re

from apis import APIError, APIPermissionError, APIValueError
from auth import is_device_of
from config import configs
from drivers import IntegrityError
from forms import check_all, check_text
from models import User
from orm import execute
from passwords import check_password, hash_password, needs_rehash, verify_password
from queries import find
from throttle import Throttle

# What a browser takes for an address: the HTML standard's "valid e-mail address".
EMAIL = re.compile(r"[a-z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-z0-9-]+(\.[a-z0-9-]+)*")
JOINERS = re.compile(r'(?<=\S)[\u200c\u200d](?=\S)')  # parts of emoji, and of Persian words
# The number of administrators, in a form that MySQL allows in an update of the same table.
ADMINS = '(select number from (select count(*) number from `users` where admin) counted)'
registrations = Throttle(limit=100, seconds=3600)
sign_ins = Throttle(limit=40, seconds=60)
sign_ins_per_account = Throttle(limit=10, seconds=60)
sign_ins_of_strangers = Throttle(limit=100, seconds=3600)


def require_user(user):
    """Refuse strangers: `user` is None for them."""
    if not user:
        raise APIPermissionError('Please sign in first.')


def require_admin(user):
    """Refuse everybody but administrators."""
    require_user(user)
    if not user.admin:
        raise APIPermissionError('Only administrators may do this.')


async def register(name, email, passwd, remote):
    """Store a user, who asks from the network `remote`, and return it."""
    checked = check_all(
        name=lambda: check_name(name),
        email=lambda: _check_email(email),
        passwd=lambda: check_password(passwd, email=str(email).strip(), name=str(name).strip()),
    )
    registrations.check(remote)
    checked['passwd'] = await hash_password(passwd)
    user = User(**checked, image='')
    try:
        await user.save()
    except IntegrityError:
        raise EmailTakenError from None
    if await first_is_admin():
        user.admin = await _become_first_admin(user)
    return user


async def authenticate(email, passwd, remote, device=''):
    """Return the user with this e-mail address and password.

    Attempts count per network and account: guessing cannot lock the owner out, who is elsewhere.
    Those of all networks count together, but not with the cookie of a `device` of the owner.
    """
    email = check_text('email', email, 100).lower()
    sign_ins.check(remote)
    sign_ins_per_account.check((remote, email))
    if not is_device_of(email, device, configs.session_secret):
        sign_ins_of_strangers.check(email)
    user = await find_by_email(email)
    if not await verify_password(user and user.passwd, passwd):
        raise APIValueError('passwd', 'The e-mail address or the password is wrong.')
    sign_ins_per_account.forget((remote, email))
    sign_ins_of_strangers.forget(email)
    if needs_rehash(user.passwd):
        await _rehash(user, passwd)
    return user


async def find_by_email(email):
    """Return the user with this e-mail address, in whatever case it is written, or None."""
    users = await User.findAll('email=?', [email.strip().lower()])
    return users[0] if users else None


async def change_name(user, name):
    """Give the user another name, in what they have written, too."""
    user.name = check_name(name)
    await execute('update `users` set name=? where id=?', [user.name, user.id])
    for table in ('blogs', 'comments'):
        await execute(f'update `{table}` set user_name=? where user_id=?', [user.name, user.id])


async def change_password(user, old, new):
    """Give the user another password; it ends all sessions but the one that asks."""
    sign_ins_per_account.check(user.id)
    is_right = await verify_password(user.passwd, old)
    if is_right:
        sign_ins_per_account.forget(user.id)
    check_all(
        passwd=lambda: _check_is_right(is_right),
        new_passwd=lambda: check_password(
            new, field='new_passwd', email=user.email, name=user.name
        ),
    )
    user.passwd = await hash_password(new)
    await execute('update `users` set passwd=? where id=?', [user.passwd, user.id])
    await end_sessions(user)


async def end_sessions(user):
    """End all sessions of the user, on whatever machine."""
    await execute('update `users` set session_epoch=session_epoch+1 where id=?', [user.id])
    user.session_epoch = (await find(User, user.id)).session_epoch


async def first_is_admin():
    """Return whether the next one to register becomes administrator: only while developing."""
    return configs.development and not await User.findNumber('count(id)', 'admin=?', [True])


async def is_without_admin():
    """Return what `first_is_admin` does, and leave no line in the log."""
    logging.disable(logging.INFO)  # the log is there to tell of requests
    try:
        return await first_is_admin()
    finally:
        logging.disable(logging.NOTSET)


async def set_admin(id, admin):
    """Make somebody administrator, or an ordinary user again; somebody has to remain."""
    await find(User, id)
    sql = 'update `users` set admin=? where id=?'
    if not admin:
        sql += f' and (not admin or {ADMINS} > 1)'
    if not await execute(sql, [admin, id]):
        raise APIValueError('admin', 'The last administrator has to remain one.')


def check_name(name):
    """Return the name without spaces around it; it has to be one line that people can see."""
    name = check_text('name', name, 50)
    if not JOINERS.sub('', name).isprintable():
        raise APIValueError('name', 'A name is a single line of visible characters.')
    return name


def _check_email(email):
    email = check_text('email', email, 100).lower()
    if not EMAIL.fullmatch(email):
        raise APIValueError('email', 'This is not an e-mail address.')
    return email


def _check_is_right(is_right):
    if not is_right:
        raise APIValueError('passwd', 'This is not your current password.')


async def _rehash(user, passwd):
    # "and passwd=?": a password that has been changed meanwhile stays.
    sql = 'update `users` set passwd=? where id=? and passwd=?'
    await execute(sql, [await hash_password(passwd), user.id, user.passwd])


async def _become_first_admin(user):
    sql = f'update `users` set admin=? where id=? and {ADMINS} = 0'
    is_first = bool(await execute(sql, [True, user.id]))
    if is_first:
        logging.info('first account: %.100r is administrator', user.email)
    return is_first


class EmailTakenError(APIError):
    """409: there is an account with this address."""

    status_code = 409

    def __init__(self):
        super().__init__(
            'register:failed', 'email', 'An account with this e-mail address exists already.'
        )
