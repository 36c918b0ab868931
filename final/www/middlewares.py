"""What all requests have in common: each is logged, comes from somebody, and wants an answer.

A factory takes what its middleware needs. The middleware is a layer around the handlers: it sees
the request on the way in and the answer on the way out.
"""

import json
import logging
from functools import partial

from aiohttp import web
from aiohttp.http import HttpProcessingError
from yarl import URL

from auth import COOKIE_NAME, cookie2user
from models import User

VISITORS_MISTAKES = (HttpProcessingError, web.RequestPayloadError, ConnectionError)
USER = web.RequestKey('user', User | None)
to_json = partial(json.dumps, ensure_ascii=False, default=vars)  # vars: a Page's attributes


def logger_factory():
    """Log each request's method and path."""
    logging.getLogger('aiohttp.server').addFilter(_without_traceback)

    @web.middleware
    async def logger(request, handler):
        logging.info('Request: %s %.200s', request.method, request.rel_url.raw_path)
        return await handler(request)

    return logger


def _without_traceback(record):
    error = record.exc_info and record.exc_info[1]
    if isinstance(error, VISITORS_MISTAKES) or str(error) == 'Transport is closing':
        record.exc_info = None
    return True


def auth_factory(secret):
    """Tell the handlers who is asking: `request[USER]` is a User, or None for a stranger."""

    @web.middleware
    async def auth(request, handler):
        logging.info('check user: %s %.200s', request.method, request.rel_url.raw_path)
        cookie = request.cookies.get(COOKIE_NAME)
        request[USER] = await cookie2user(cookie, secret) if cookie else None
        if request[USER]:
            logging.info('set current user: %.100r', request[USER].email)
        return await handler(request)

    return auth


def response_factory(templates):
    """Make a response of what a handler returns: each `case` is one of the possibilities."""

    @web.middleware
    async def response(request, handler):
        logging.info('response handler...')
        match await handler(request):
            case web.StreamResponse() as answer:
                pass
            case bytes() as body:
                answer = web.Response(body=body)
            case str() as text if text.startswith('redirect:'):
                location = str(URL(text.removeprefix('redirect:')))
                answer = web.Response(status=302, headers={'Location': location})
            case str() as html:
                answer = web.Response(text=html, content_type='text/html')
            case {'__template__': name, **values}:
                html = templates.get_template(name).render(values, __user__=request[USER])
                answer = web.Response(text=html, content_type='text/html')
            case dict() | list() as data:
                answer = web.json_response(data, dumps=to_json)
            case int() as status if 200 <= status < 600:
                answer = web.Response(status=status)
            case (int() as status, str() as text) if 200 <= status < 600:
                answer = web.Response(status=status, text=text)
            case other:
                raise TypeError(f'{request.path!r}: cannot make a response of {other!r:.100}')
        logging.info(' request handler end...')
        return answer

    return response
