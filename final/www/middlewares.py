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

from auth import cookie2user, cookie_name, device_cookie, is_half_over, user2cookie
from models import User

VISITORS_MISTAKES = (HttpProcessingError, web.RequestPayloadError, ConnectionError)
CONDITIONS = ('If-Match', 'If-None-Match', 'If-Modified-Since', 'If-Unmodified-Since')
FOR_ANYBODY = ('/static/', '/healthz', '/readyz')  # without a look at who asks
USER = web.RequestKey('user', User | None)
DEVICE, DEVICE_AGE = 'awedevice', 31_536_000  # seconds: a year, renewed with the session
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


def auth_factory(secret, max_age):
    """Tell the handlers who is asking: `request[USER]` is a User, or None for a stranger.

    A handler that puts somebody else there signs that user in, with None it signs out. A session
    lasts `max_age` seconds, and anew when half of them are over.
    """

    @web.middleware
    async def auth(request, handler):
        logging.info('check user: %s %.200s', request.method, request.rel_url.raw_path)
        cookie = request.cookies.get(cookie_name(request.secure))
        if request.path.startswith(FOR_ANYBODY):  # not worth a query
            cookie = None
        user = await cookie2user(cookie, secret) if cookie else None
        request[USER] = user and User(**user)  # a copy, to see below whether a handler changed it
        if user:
            logging.info('set current user: %.100r', user.email)
        answer = await handler(request)
        if request[USER] != user or (user and is_half_over(cookie, max_age)):
            _set_cookies(request, answer, max_age, secret)
        return answer

    return auth


def _set_cookies(request, answer, max_age, secret):
    name, user = cookie_name(request.secure), request[USER]
    options = {'httponly': True, 'samesite': 'Lax', 'secure': request.secure}
    if user:
        answer.set_cookie(name, user2cookie(user, max_age, secret), max_age=max_age, **options)
        device = device_cookie(user.email, secret)
        name = cookie_name(request.secure, DEVICE)
        answer.set_cookie(name, device, max_age=DEVICE_AGE, **options)
    else:
        answer.del_cookie(name, **options)


def device_of(request):
    """Return the cookie that tells to which account this browser has signed in before, or ''."""
    return request.cookies.get(cookie_name(request.secure, DEVICE), '')


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
                answer = redirect(text.removeprefix('redirect:'))
            case str() as html:
                answer = web.Response(text=html, content_type='text/html')
            case {'__template__': _} as values:
                answer = page(templates, request, values)
            case (int() as status, {'__template__': _} as values):
                answer = page(templates, request, values, status)
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


def page(templates, request, values, status=200):
    """Return the page that the template `values['__template__']` makes of the values."""
    name = values['__template__']
    known = {'__user__': request.get(USER), 'error': None}
    known |= {'path': request.path, 'url': request.path_qs}
    html = templates.get_template(name).render(known | values)
    content_type = 'application/atom+xml' if name.endswith('.xml') else 'text/html'
    return web.Response(text=html, content_type=content_type, status=status)


def redirect(location):
    """Return the answer that sends the browser to another address."""
    return web.Response(status=302, headers={'Location': str(URL(location))})


def compression_factory():
    """Compress the answers, for browsers that say that they can unpack them."""

    @web.middleware
    async def compression(request, handler):
        answer = await handler(request)
        if _can_be_compressed(request, answer):
            answer.enable_compression()
        return answer

    return compression


def _can_be_compressed(request, answer):
    if 'Accept-Encoding' not in request.headers:
        return False
    # A file that has not changed is answered without a body, and aiohttp would compress that, too.
    is_whole = not any(name in request.headers for name in ('Range', *CONDITIONS))
    return request.method == 'GET' and is_whole and getattr(answer, 'body', True)
