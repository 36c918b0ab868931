"""Make somebody administrator: in production, this is the way to the first one.

    python create_admin.py ada@example.com

It takes the same environment variables as the blog. A new account gets the name and the password
that it asks for.
"""

import argparse
import asyncio
import getpass
import logging
import sys

from accounts import find_by_email, register, set_admin
from apis import APIError
from config import configs
from drivers import OperationalError
from models import create_tables
from orm import close_pool, create_pool


async def create_admin(email):
    """Make the user with this address administrator, and the account before if there is none."""
    user = await find_by_email(email)
    user = user or await register(_ask('Name'), email, _ask('Password'), 'console')
    await set_admin(user.id, True)
    return user


def _ask(what):
    read = getpass.getpass if what == 'Password' and sys.stdin.isatty() else input
    return read(f'{what}: ')


async def main():
    """Read the command line and do what it says, in one sentence."""
    parser = argparse.ArgumentParser(description='Make somebody administrator of the blog.')
    parser.add_argument('email', help='the e-mail address of the account')
    options = parser.parse_args()
    try:
        await create_pool(configs.database_url)
        await create_tables()
        user = await create_admin(options.email)
        print(f'{user.name} <{user.email}> is administrator.')
    except APIError as error:
        raise SystemExit('{data}: {message}'.format(**error.explanation)) from None
    except EOFError:
        raise SystemExit('The input ended before the account was complete.') from None
    except (ConnectionError, *OperationalError) as error:
        raise SystemExit(f'{error}. Check DATABASE_URL.') from None
    finally:
        await close_pool()


if __name__ == '__main__':
    logging.basicConfig(level=logging.WARNING)
    asyncio.run(main())
