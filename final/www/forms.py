"""Forms: what is refused is shown again, as it was typed, and the reason beside its field."""

import functools
import inspect
import json

from apis import APIError


def shown_again(show):
    """Decorate the handler of a form with the function that makes the form's page.

    When the handler raises an APIError, `show` is called with those of the handler's arguments that
    it takes, and its page gets the error.
    """
    takes = inspect.signature(show).parameters

    def decorator(fn):
        @functools.wraps(fn)
        async def handler(**args):
            try:
                return await fn(**args)
            except APIError as error:
                page = await show(**{name: args[name] for name in takes if name in args})
                return error.status, page | {'error': json.loads(error.text)}

        return handler

    return decorator


def within_site(url):
    """Return the URL if it is a path of this site, else the home page: nobody is sent elsewhere."""
    # A browser reads `/\` like `//`, the beginning of another host, and skips tabs in between.
    text = str(url)
    is_path = text.startswith('/') and text[1:2] not in ('/', '\\') and text.isprintable()
    return text if is_path else '/'
