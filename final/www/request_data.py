"""What a visitor sends: read as a dict, refused if it is malformed, and logged without secrets."""

import json
import logging
import re
import reprlib
from urllib.parse import urlencode

from aiohttp import web
from yarl import URL

SECRET = re.compile('passw|secret|token|cookie', re.IGNORECASE)  # ****** in the log
MAX_VALUES = 70_000  # of JSON; more would keep all others waiting. A text may be as many commas.
MAX_FIELDS = 100  # of a form


def parse_json(body):
    """Return what a body in JSON says; ValueError if it is none, or nobody should read it."""
    if sum(body.count(mark) for mark in b'[{,') > MAX_VALUES:
        raise ValueError('too many values')
    data = json.loads(body.decode())
    if rb'\u' in body:
        json.dumps(data, ensure_ascii=False).encode()  # half a character fails here, not later
    return data


def parse_form(body):
    """Return the fields of a form as a dict; ValueError if there are too many."""
    if body.count(b'&') >= MAX_FIELDS:
        raise ValueError('too many fields')
    return dict(URL.build(query_string=body.decode(), encoded=True).query)  # ten times parse_qsl


PARSERS = {'application/json': parse_json, 'application/x-www-form-urlencoded': parse_form}


async def read_data(request):
    """Return what the query string or, with POST, the body says: a dict."""
    logging.info('query_string: %.500s', urlencode(_masked(request.query), safe='*'))
    if request.method != 'POST':
        return dict(request.query)
    if not request.can_read_body:
        return {}
    if request.content_type not in PARSERS:
        name = request.content_type.encode(errors='replace').decode()  # it may be any bytes
        raise web.HTTPUnsupportedMediaType(text=f'Unsupported Content-Type: {name}')
    try:
        data = PARSERS[request.content_type](await request.read())
    except (ValueError, RecursionError, web.RequestPayloadError, ConnectionError) as error:
        raise web.HTTPBadRequest(text=f'Malformed body: {error}') from error
    if not isinstance(data, dict):
        raise web.HTTPBadRequest(text='JSON body must be an object')
    return data


class LogRepr(reprlib.Repr):
    """What the log shows of arguments: no secrets at any depth, and not all of a long text."""

    def __init__(self):
        super().__init__()
        self.maxstring, self.maxdict = 100, 20

    def repr_dict(self, data, level):
        return super().repr_dict(_masked(data), level)


log_repr = LogRepr()


def _masked(data):
    return {key: '******' if SECRET.search(key) else value for key, value in data.items()}
