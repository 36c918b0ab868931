"""The programs that are compared, and how each is started: one process, as in production."""

from contextlib import ExitStack, contextmanager

from bench.data import PRODUCTION, WWW
from tools import environment
from tools.program import Program
from tools.stages import ROOT

LIMIT = 'by hand'
FINAL = 'final, log off'
GUNICORN = ['-m', 'gunicorn', '-c', 'python:bench.programs.gunicorn_settings']
PEERS = {
    'Flask': [*GUNICORN, 'bench.programs.flask_blog:app'],
    'Django': [*GUNICORN, 'bench.programs.django_blog:app'],
    'FastAPI': ['-m', 'bench.programs.fastapi_blog'],
}


@contextmanager
def all_running(url):
    """Start them all on this database; yield them by name, the limit first; end them."""
    packages = str(environment.BENCH_FOLDER)
    with ExitStack() as stack:
        programs = {
            LIMIT: stack.enter_context(running(ROOT, url, ['-m', 'bench.programs.by_hand']))
        }
        for name, environ in (
            (FINAL, {}),
            ('final, log on', {'LOG_LEVEL': 'INFO'}),
            ('final, log off, counting', {'COUNT_MAX_AGE': '0'}),
        ):
            programs[name] = stack.enter_context(final(url, **environ))
        for name, command in PEERS.items():
            programs[name] = stack.enter_context(running(ROOT, url, command, PYTHONPATH=packages))
        yield programs


def final(url, *options, **environ):
    """Start the blog as in production, to use in a `with`."""
    return running(WWW, url, ['app.py', *options], **PRODUCTION, **environ)


@contextmanager
def running(*args, **environ):
    """Start a program; end it in the way in which it ends its own processes, too."""
    program = Program(*args, **environ)
    try:
        if program.process.poll() is not None:
            raise RuntimeError(program.log)
        yield program
    finally:
        try:
            program.stop()
        finally:
            program.close()
