"""A web framework: a URL is a function, and what the function takes is taken from the request.

    @get('/api/blogs/{id}')
    async def api_blog(id): ...

An argument comes from the path, else from the query string (GET) or the body (POST). A parameter
without a default has to be there; one called `request` is the request itself.
"""

import inspect
import logging
from functools import partial
from itertools import chain
from pathlib import Path

from aiohttp import web

from request_data import log_repr, read_data


def route(method, path):
    """Decorate a handler: it answers `method` requests for `path`."""

    def decorator(fn):
        fn.__method__, fn.__route__ = method, path
        return fn

    return decorator


get, post = partial(route, 'GET'), partial(route, 'POST')


class RequestHandler:
    """Calls a handler function with the arguments that it names."""

    def __init__(self, fn):
        self._fn, self._parameters = fn, inspect.signature(fn).parameters

    async def __call__(self, request):
        data = await read_data(request) | request.match_info
        args = {name: data[name] for name in self._parameters if name in data}
        logging.info('call with args: %s', log_repr.repr(args))
        if 'request' in self._parameters:
            args['request'] = request  # set last: no visitor can send another
        for name, parameter in self._parameters.items():
            if name not in args and parameter.default is parameter.empty:
                raise web.HTTPBadRequest(text=f'Missing argument: {name}')
        return await self._fn(**args)


def add_route(app, fn):
    """Register a decorated handler with the application."""
    method, path, parameters = fn.__method__, fn.__route__, inspect.signature(fn).parameters
    if not inspect.iscoroutinefunction(fn):
        raise TypeError(f'{fn.__name__} handles {method} {path}: define it with "async def"')
    for parameter in parameters.values():
        if parameter.kind not in (parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY):
            raise TypeError(f'{fn.__name__} handles {method} {path}: it cannot take {parameter}')
    logging.info('add route %s %s => %s(%s)', method, path, fn.__name__, ', '.join(parameters))
    add = {'GET': app.router.add_get, 'POST': app.router.add_post}[method]  # GET is for HEAD, too
    # Not the object itself: aiohttp asks for a coroutine function.
    add(path, RequestHandler(fn).__call__)


def add_routes(app, *modules):
    """Register all decorated handlers of the modules, in the order in which these define them."""
    logging.info('globals = %s', __name__)
    for fn in chain.from_iterable(vars(module).values() for module in modules):
        if hasattr(fn, '__route__'):
            add_route(app, fn)


def add_static(app):
    """Serve the files in `static/`, next to this file, below `/static/`."""
    path = Path(__file__).with_name('static')
    # 64 characters can be 256 bytes, too long for a file's name; aiohttp would answer 500.
    app.router.add_get(r'/static/{name:[\s\S]*[^/]{64}[\s\S]*|[\s\S]{900,}}', _no_such_file)
    app.router.add_static('/static/', path)
    logging.info('add static /static/ => %s', path)


async def _no_such_file(request):
    raise web.HTTPNotFound
