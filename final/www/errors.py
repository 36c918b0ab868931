"""When something goes wrong: a page for people, JSON for programs, a line in the log for us."""

import asyncio
import logging
import os
from urllib.parse import quote

from aiohttp import web

from apis import APIError, APIPermissionError
from deadline import begin_request
from drivers import OperationalError
from middlewares import USER, page, redirect, to_json

# What the JSON says, the heading of the page, and a sentence.
EXPLANATIONS = {
    403: ('permission:forbidden', 'Not allowed', 'You may not do this.'),
    404: ('value:notfound', 'Not found', 'There is nothing at this address.'),
    405: ('request:method', 'Method not allowed', 'This address cannot be used that way.'),
    408: ('request:timeout', 'Too slow', 'The request took too long to arrive.'),
    413: ('request:size', 'Too large', 'A request may have at most 1 MB.'),
    415: ('request:type', 'Unsupported format', 'Send JSON, as application/json.'),
    429: ('request:throttled', 'Too many attempts', 'Wait a little, then try again.'),
    500: ('server:error', 'Our mistake', 'Something went wrong on our side, and has been logged.'),
    503: (
        'server:unavailable',
        'Back soon',
        'Too busy, or without the database. Please try again.',
    ),
}


def errors_factory(templates, deadline):
    """Answer whatever is raised on the way, and whatever takes more than `deadline` seconds."""

    @web.middleware
    async def errors(request, handler):
        begin_request()
        try:
            async with asyncio.timeout(deadline):
                _refuse_missing_file(request)
                answer = await handler(request)
        except Exception as error:
            failure = _http_error(request, error)
            if failure.status < 400:  # a redirect
                raise
            answer = _answer(templates, request, failure)
        if answer.status == 503:
            answer.headers['Retry-After'] = '5'
        return answer

    return errors


def _refuse_missing_file(request):
    # aiohttp notices it only when our layers are done, and answers with nothing.
    folder = request.match_info.get_info().get('directory')
    if folder and not os.path.exists(folder / request.match_info['filename']):
        raise web.HTTPNotFound


def _http_error(request, error):
    """Return what to answer as an HTTPException; what is not the visitor's fault is logged."""
    where = f'{request.method} {request.rel_url.raw_path:.200}'
    if isinstance(error, web.HTTPException):
        return error
    if isinstance(error, TimeoutError) and not request.content.is_eof():
        return web.HTTPRequestTimeout()
    if isinstance(error, (TimeoutError, *OperationalError)):
        logging.error('%s: unavailable: %r', where, error)
        return web.HTTPServiceUnavailable()
    logging.error(where, exc_info=error)
    return web.HTTPInternalServerError()


def _answer(templates, request, error):
    is_api = request.path.startswith('/api/')
    if isinstance(error, APIPermissionError) and not (is_api or request.get(USER)):
        return _sign_in_first(request)
    title, explanation = _explain(error)
    if is_api:
        answer = web.json_response(explanation, status=error.status, dumps=to_json)
    else:
        values = {'status': error.status, 'title': title, 'message': explanation['message']}
        answer = page(templates, request, {'__template__': 'error.html'} | values, error.status)
    for name in ('Allow', 'Retry-After'):
        if name in error.headers:
            answer.headers[name] = error.headers[name]
    return answer


def _sign_in_first(request):
    """Send a stranger to the page to sign in, and from there back to what they wanted to see."""
    back = request.path_qs if request.method == 'GET' else '/'
    return redirect(f'/signin?next={quote(back, safe="/")}')


def _explain(error):
    """Return a heading, and what an APIError has: `error`, `data` and `message`."""
    name, title, sentence = EXPLANATIONS.get(
        error.status, ('request:refused', error.reason, 'The blog refuses this request.')
    )
    if isinstance(error, APIError):
        return title, error.explanation
    is_ours = error.text != f'{error.status}: {error.reason}'  # aiohttp's own text explains nothing
    return title, {'error': name, 'data': '', 'message': error.text if is_ours else sentence}
