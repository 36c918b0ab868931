"""The templates, and what they can say: when something was, and where a file is."""

import hashlib
import logging
import time
from calendar import month_name
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from uuid import UUID

import jinja2
from markupsafe import Markup

UNITS = (('day', 86_400), ('hour', 3600), ('minute', 60))


class Environment(jinja2.Environment):
    """Jinja2, for which `blog.name` is first of all a key of the row: so it is found soonest."""

    def make_globals(self, d):
        return self.globals | (d or {})  # an import reads them all, slowly from jinja2's ChainMap

    def getattr(self, obj, attribute):
        if isinstance(obj, dict) and attribute in obj:
            return obj[attribute]
        return super().getattr(obj, attribute)


def init_jinja2():
    """Return the templates; what they print is escaped, and a name they lack is an error."""
    logging.info('init jinja2...')
    templates = Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).with_name('templates')),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        auto_reload=False,  # `--reload` starts the whole program again
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.filters.update(ago=ago, iso=iso, urn=urn)
    templates.globals.update(static=static)
    for name in templates.list_templates():  # a broken one is found now, not by a visitor
        templates.get_template(name)
    return templates


def ago(seconds):
    """Return a <time> element: for people how long ago it was, or the date if that is a week."""
    start, date = _moment(seconds)
    return Markup(f'{start}{_distance(time.time() - seconds) or date}</time>')


@lru_cache(10_000)
def iso(seconds):
    """Return the time in ISO 8601, as programs like it."""
    return datetime.fromtimestamp(int(seconds), UTC).isoformat().replace('+00:00', 'Z')


def urn(id):
    """Return the name of a row that is unique in the world: of the UUID inside `next_id()`."""
    return UUID(id[15:47]).urn


def static(name):
    """Return the URL of a file in `static/`: when the file changes, so does its URL."""
    return STATIC_URLS[name]


@lru_cache(10_000)  # dates take long to write, and the same posts are shown again and again
def _moment(seconds):
    when = datetime.fromtimestamp(seconds, UTC)
    date = f'{when.day} {month_name[when.month]} {when.year}'
    return f'<time datetime="{iso(seconds)}" title="{date}, {when:%H:%M} UTC">', date


def _distance(seconds):
    if seconds < 7 * 86_400:
        for unit, size in UNITS:
            if (number := int(seconds // size)) > 0:
                return f'{number} {unit}{"s" * (number > 1)} ago'
        return 'just now'
    return None


def _with_hash(path):
    return f'/static/{path.name}?v={hashlib.sha256(path.read_bytes()).hexdigest()[:12]}'


STATIC_URLS = {path.name: _with_hash(path) for path in Path(__file__).with_name('static').iterdir()}
