"""What all requests have in common: each is logged, comes from somebody, and wants an answer.

A factory takes what its middleware needs. The middleware is a layer around the handlers: it sees
the request on the way in and the answer on the way out.
"""

import json
import logging
from functools import partial

from aiohttp import web
from aiohttp.http import HttpProcessingError

from auth import COOKIE_NAME, cookie2user
from models import User

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
    if record.exc_info and isinstance(record.exc_info[1], HttpProcessingError):
        record.exc_info = None  # what came was no HTTP: that is not our mistake
    return True


def auth_factory(secret):
    """Tell the handlers who is asking: `request[USER]` is a User, or None for a stranger."""

    @web.middleware
    async def auth(request, handler):
        logging.info('check user: %s %.200s', request.method, request.rel_url.raw_path)
        cookie = request.cookies.get(COOKIE_NAME)
        request[USER] = await cookie2user(cookie, secret) if cookie else None
        if request[USER]:
            logging.info('set current user: %s', request[USER].email)
        return await handler(request)

    return auth


def response_factory(templates):
    """Make a response of what a handler returns; `_response` lists what that may be."""

    @web.middleware
    async def response(request, handler):
        logging.info('response handler...')
        result = await handler(request)
        answer = _response(result, request, templates)
        logging.info(' request handler end...')
        return answer

    return response


def _response(result, request, templates):
    match result:
        case web.StreamResponse():
            return result
        case bytes():
            return web.Response(body=result)
        case str() if result.startswith('redirect:'):
            return web.Response(status=302, headers={'Location': result.removeprefix('redirect:')})
        case str():
            return web.Response(text=result, content_type='text/html')
        case {'__template__': name, **values}:
            html = templates.get_template(name).render(values, __user__=request[USER])
            return web.Response(text=html, content_type='text/html')
        case dict() | list():
            return web.json_response(result, dumps=to_json)
        case int() if 100 <= result < 600:
            return web.Response(status=result)
        case (int() as status, str() as text):
            return web.Response(status=status, text=text)
    raise TypeError(f'{request.rel_url.raw_path}: cannot make a response of {result!r:.100}')
