"""Forms: texts are checked, and what is refused is shown again with the reason beside its field."""

import functools
import inspect
import logging
import re

from apis import APIError, APIValueError
from drivers import OperationalError

CONTROLS = re.compile('[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]')


class UnavailableError(APIError):
    """503: the database is away, and perhaps back soon."""

    status_code = 503

    def __init__(self):
        sentence = 'This could not be saved just now. Please try again in a moment.'
        super().__init__('server:unavailable', '', sentence)


class FormError(APIValueError):
    """400: the first of the errors; `fields` has the message of each wrong field."""

    def __init__(self, errors):
        explanations = [error.explanation for error in errors]
        super().__init__(explanations[0]['data'], explanations[0]['message'])
        self.fields = {one['data']: one['message'] for one in explanations}


def check_all(**checks):
    """Return what the checks of the fields return; FormError if any raises an APIValueError."""
    values, errors = {}, []
    for field, check in checks.items():
        try:
            values[field] = check()
        except APIValueError as error:
            errors.append(error)
    if errors:
        raise FormError(errors)
    return values


def shown_again(show):
    """Decorate the handler of a form with the function that makes the form's page.

    When the handler raises an APIError, or the database is away, `show` is called with those of the
    handler's arguments that it takes, and its page gets the error.
    """
    takes = inspect.signature(show).parameters

    def decorator(fn):
        @functools.wraps(fn)
        async def handler(**args):
            try:
                return await fn(**args)
            except APIError as error:
                if error.status == 429:  # the error page says how long to wait
                    raise
                refusal = error
            except OperationalError as error:
                logging.error('%s: unavailable: %r', fn.__name__, error)
                refusal = UnavailableError()
            page = await show(**{name: args[name] for name in takes if name in args})
            return refusal.status, page | {'error': _with_fields(refusal)}

        return handler

    return decorator


def _with_fields(refusal):
    error = refusal.explanation
    fields = getattr(refusal, 'fields', {error['data']: error['message']})
    return error | {'fields': fields}


def local_path(url):
    """Return the URL if it is a path of this site, else `/`: no link sends visitors elsewhere.

    (Otherwise `/signin?next=https://evil.example` would: an open redirect.)
    """
    # A browser reads `/\` like `//`, the beginning of another host, and skips tabs in between.
    text = str(url)
    is_path = text.startswith('/') and text[1:2] not in ('/', '\\') and text.isprintable()
    return text if is_path else '/'


def check_text(field, value, limit):
    """Return the text, stripped, and without control characters: XML, so the feed, forbids them.

    APIValueError if nothing remains, or more than `limit` characters.
    """
    if not isinstance(value, str):
        raise APIValueError(field, 'This has to be a text.')
    text = CONTROLS.sub('', value.replace('\r\n', '\n')).strip()
    if not text:
        raise APIValueError(field, 'Please write something here.')
    if len(text) > limit:
        raise APIValueError(field, f'At most {limit:,} characters: this has {len(text):,}.')
    return text
