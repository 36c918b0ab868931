"""Runs a stage's app.py, and reports every request as a tree: who called whom, what came back.

    python -m tools.flow_recorder PORT [--log]   in the stage's www/

It connects to that port of 127.0.0.1 and sends a line of JSON for each request when it has ended:

    {"method", "path", "status", "type", "bytes", "error", "started", "took", "items"}

and "pair", a number, if the request went to two stages: see tools/flow_proxy.py.

`items` has, in order, calls {"name", "file", "line", "at", "took", "returned", "error", "items"},
with "sql" and "values" where a statement goes out, "written" characters of a template, "unfinished"
if it was still running at the request's end, and lines of the log {"log", "at"}. Times are
whole microseconds from the request's start: fractions would take longer to write.
"""

import json
import logging
import os
import queue
import re
import runpy
import socket
import sys
import threading
import time
from contextvars import ContextVar
from pathlib import Path
from types import CodeType

from aiohttp import hdrs, web
from aiohttp.web_protocol import RequestHandler

from tools.flow_tracer import stop_watching, watch

REQUEST = ContextVar('request', default=None)
SECRET = re.compile('passw|secret|token|cookie', re.IGNORECASE)
QUERY = re.compile(rf'([?&][^=&]*(?:{SECRET.pattern})[^=&]*=)[^&]*', re.IGNORECASE)
PAIR = 'X-Flow-Pair'
COLUMNS = re.compile(r'`(\w+)`(?=\s*[,)=])')
LONGEST = 100  # letters of a value
WAITING = 1000  # trees to be sent, at most
PAUSE = 0.02  # seconds
CALL_HANDLER = web.Application._handle.__code__
ANSWER = RequestHandler._handle_request.__code__  # calls the one above, and sends what it returns
SPECIAL = ('__call__', '__init__')


class Recorder:
    """Builds the trees, and hands each to `send` when its request has ended."""

    def __init__(self, www, send):
        self._www, self._send = str(www) + os.sep, send

    def is_ours(self, code):
        """Choose the stage's functions and templates, two of aiohttp, and one of Jinja.

        For what the three are, see `begin`, `end`, and `_place`.
        """
        if code in (CALL_HANDLER, ANSWER) or _compiles(code):
            return True
        name = code.co_name
        is_small = name == 'getattr' or (name[:2] == '__' and name not in SPECIAL)
        if '<' in (name[0], code.co_qualname[0]) or is_small:
            return False  # to get an attribute is too small a step to show
        return code.co_filename.startswith(self._www)

    def begin(self, frame):
        if frame.f_code is CALL_HANDLER:
            REQUEST.set(Request(frame.f_locals['request']))
        elif frame.f_code is not ANSWER and (request := REQUEST.get()):
            request.begin(frame, self._www)

    def pause(self, frame, value):
        if request := REQUEST.get():
            request.pause(frame, value)

    def end(self, frame, value, error):
        request = REQUEST.get()
        if not request:
            return
        if frame.f_code is CALL_HANDLER:
            request.end_calls(error)
        elif frame.f_code is ANSWER:  # only now is it known what was sent
            REQUEST.set(None)
            self._send(request.end(value and value[0]))
        else:
            request.end_call(frame, value, error)


class Request:
    """A request on its way: the calls that have begun, by their frames."""

    def __init__(self, request):
        self._clock = time.perf_counter_ns()
        self._open = {}
        self.tree = {
            'method': request.method,
            'path': QUERY.sub(r'\1******', request.raw_path),
            'started': time.time(),
            'items': [],
        }
        if (pair := request.headers.get(PAIR, '')).isdecimal():
            self.tree['pair'] = int(pair[:9])

    def begin(self, frame, www):
        code = frame.f_code
        call = _place(frame, www) | {'at': self._now(), 'items': []}
        if code.co_name in ('select', 'execute') and 'sql' in frame.f_locals:
            values = list(frame.f_locals.get('args', ()))
            call |= {'sql': frame.f_locals['sql'], 'values': shown(frame.f_locals['sql'], values)}
        self._inside(frame.f_back)['items'].append(call)
        self._open[frame] = call

    def pause(self, frame, value):
        """Add up what a template writes."""
        if isinstance(value, str) and (call := self._open.get(frame)):
            call['written'] = call.get('written', 0) + len(value)

    def end_call(self, frame, value, error):
        if call := self._open.pop(frame, None):
            call['took'] = self._now() - call['at']
            call['returned'] = None if error else summary(value)
            call['error'] = error and f'{type(error).__name__}: {error}'[:LONGEST]

    def log(self, line, frame):
        """Hang a line of the log below the call that wrote it."""
        self._inside(frame)['items'].append({'log': line, 'at': self._now()})

    def end_calls(self, error):
        """Note what came out of the outermost call; no call can go on after that."""
        for frame, call in list(self._open.items()):
            call['unfinished'] = True
            self.end_call(frame, None, error)
        if error and not isinstance(error, web.HTTPException):
            self.tree['error'] = f'{type(error).__name__}: {error}'

    def end(self, answer):
        """Return the tree, with what was sent."""
        return (
            {'error': None}
            | self.tree
            | {
                'status': answer and answer.status,
                'type': answer and _content_type(answer),
                'bytes': answer and _size(answer),
                'took': self._now(),
            }
        )

    def _inside(self, frame):
        """Return the call that the frame belongs to: the nearest one up the stack."""
        while frame:
            if frame in self._open:
                return self._open[frame]
            frame = frame.f_back
        return self.tree

    def _now(self):
        return (time.perf_counter_ns() - self._clock) // 1000


def _place(frame, www):
    code = frame.f_code
    if _compiles(code):  # the template becomes Python: once, and longer than anything else
        return {'name': 'compile', 'file': f'templates/{frame.f_locals["name"]}', 'line': 1}
    return {
        'name': code.co_qualname.replace('.<locals>', ''),
        'file': code.co_filename.removeprefix(www).replace(os.sep, '/'),
        'line': code.co_firstlineno,
    }


def _compiles(code):
    return code.co_qualname == 'Environment.compile' and 'jinja2' in code.co_filename


def summary(value):
    """Say in a few words what came back."""
    match value:
        case None | bool() | int() | float():
            return None if value is None else repr(value)
        case str():
            return f'a text of {len(value)} characters'
        case bytes():
            return f'{len(value)} bytes'
        case {'__template__': name}:
            return f'a dict for {name}'
        case [list() as rows, int()]:
            return _rows(rows)
        case list():
            return _rows(value) if all(isinstance(v, dict) for v in value) else 'a list'
        case CodeType():
            return 'Python'
        case dict() if type(value) is dict:
            return f'{{{", ".join(map(repr, value))}}}'[:LONGEST]
        case tuple():
            return f'({", ".join(str(summary(item)) for item in value)})'[:LONGEST]
        case web.StreamResponse():
            body = getattr(value, 'body', None)
            size = f', {len(body)} bytes' if isinstance(body, bytes) and body else ''
            return f'{value.status} {_content_type(value) or ""}'.rstrip() + size
        case _:
            return type(value).__name__


def _content_type(answer):
    """Return what kind of body it is, or where it sends the visitor; None if neither is known."""
    if hdrs.LOCATION in answer.headers:
        return f'to {answer.headers[hdrs.LOCATION]}'
    return answer.content_type if hdrs.CONTENT_TYPE in answer.headers else None


def _size(answer):
    """Return how long the body is; if nobody has told the visitor, what was sent in all."""
    return answer.body_length if answer.content_length is None else answer.content_length


def _rows(rows):
    return f'{len(rows)} row{"s" * (len(rows) != 1)}'


def shown(sql, values):
    """Return the values of a statement as texts, without secrets and not too long."""
    names = COLUMNS.findall(sql.partition(' where ')[0] if sql.startswith('update') else sql)
    names += [''] * len(values)
    return [
        '******' if SECRET.search(name) else repr(value)[:LONGEST]
        for name, value in zip(names, values, strict=False)
    ]


class LogHandler(logging.Handler):
    """Puts what is logged during a request into its tree."""

    def emit(self, record):
        if request := REQUEST.get():
            first, *others = self.format(record).splitlines()
            line = f'{first} … {others[-1]}' if others else first  # leave out a traceback
            request.log(line, sys._getframe(1))


class Sender:
    """Sends trees, from a thread of its own, so that no request waits for that.

    Where nobody reads them fast enough, those that come next are lost.
    """

    def __init__(self, port):
        self._queue = queue.SimpleQueue()
        self._socket = socket.create_connection(('127.0.0.1', port))
        threading.Thread(target=self._work, daemon=True).start()

    def __call__(self, tree):
        if self._queue.qsize() < WAITING:
            self._queue.put(tree)

    def _work(self):
        while True:
            trees = [self._queue.get()]
            time.sleep(PAUSE)  # one awakening for many: each takes the interpreter from the program
            while not self._queue.empty():
                trees.append(self._queue.get())
            lines = ''.join(f'{json.dumps(tree, ensure_ascii=False)}\n' for tree in trees)
            self._socket.sendall(lines.encode(errors='backslashreplace'))


def main(port, keep_log):
    """Become the stage's program, recorded."""
    www = Path.cwd()
    logging.basicConfig(level=logging.INFO)  # as the stage does: then its own call changes nothing
    if not keep_log:
        logging.getLogger().handlers[0].addFilter(lambda record: REQUEST.get() is None)
    handler = LogHandler()
    handler.setFormatter(logging.Formatter(logging.BASIC_FORMAT))
    logging.getLogger().addHandler(handler)
    recorder = Recorder(www, Sender(port))
    watch(recorder.is_ours, recorder)
    sys.path.insert(0, str(www))
    sys.argv = ['app.py']
    try:
        runpy.run_path(str(www / 'app.py'), run_name='__main__')
    finally:
        stop_watching()


if __name__ == '__main__':
    main(int(sys.argv[1]), '--log' in sys.argv)
