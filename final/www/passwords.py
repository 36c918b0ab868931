"""What is stored instead of a password: an Argon2id hash, slow to compute, so slow to guess.

Its costs are the minimum of the OWASP Password Storage Cheat Sheet: 19 MiB, two passes, one thread.
"""

import asyncio
import os
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

from apis import APIValueError

MIN_CHARACTERS = 8
MAX_BYTES = 1024
COMMON = set(Path(__file__).with_name('common_passwords.txt').read_text(encoding='ascii').split())

hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
# Beside the event loop, which keeps a core to itself, so that pages stay quick.
threads = ThreadPoolExecutor(max(1, (os.cpu_count() or 1) - 1), thread_name_prefix='passwords')


def check_password(password, *, field='passwd', email='', name=''):
    """Raise APIValueError if this is no password to begin with, or one of the first to be guessed.

    As OWASP ASVS 5.0 asks for in 6.2: long enough, not a common one; any characters will do.
    """
    text = _normalize(password, field)
    if len(text) < MIN_CHARACTERS:
        raise APIValueError(field, f'Choose a password of {MIN_CHARACTERS} characters or more.')
    if text.lower() in COMMON:
        raise APIValueError(field, 'Choose another password: many people have this one.')
    if password.casefold() in (email.casefold(), name.casefold()):
        raise APIValueError(field, 'Choose a password that is not your name or e-mail address.')


async def hash_password(password):
    """Return what to store; APIValueError if nobody can have such a password."""
    return await _in_a_thread(hasher.hash, _normalize(password))


async def verify_password(stored, password):
    """Tell whether `stored` was made of `password`.

    Nobody can sign in where '!' is stored, or nothing, or junk. To find that out takes as long as
    a wrong password does, so the time does not tell who has an account (OWASP ASVS 5.0, 6.3.8).
    """
    try:
        return await _in_a_thread(_matches, stored or '!', _normalize(password))
    except APIValueError:
        return False


def needs_rehash(stored):
    """Tell whether `stored`, a hash that has just been verified, was made with other costs."""
    return hasher.check_needs_rehash(stored)


def _matches(stored, text):
    try:
        return hasher.verify(stored, text)
    except VerifyMismatchError:
        return False
    except (InvalidHashError, VerificationError, UnicodeEncodeError):
        hasher.hash(text)  # only for the time it takes
        return False


def _normalize(password, field='passwd'):
    """Return the text to hash. Keyboards spell an é in two ways, NFC is one (NIST SP 800-63B-4)."""
    try:
        size = len(password.encode())
    except (AttributeError, UnicodeEncodeError):
        raise APIValueError(field, 'A password is a text, of whole characters.') from None
    if size > MAX_BYTES:  # checked first: to normalize a megabyte can take minutes
        raise APIValueError(field, f'Choose a password of {MAX_BYTES:,} bytes or less.')
    return unicodedata.normalize('NFC', password)


async def _in_a_thread(function, *args):
    return await asyncio.get_running_loop().run_in_executor(threads, function, *args)
