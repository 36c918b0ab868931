"""The templates: HTML with gaps, which the values that a handler returns will fill."""

import logging
from datetime import UTC, datetime
from pathlib import Path

import jinja2


def init_jinja2():
    """Return the templates; what they print is escaped, and a name they lack is an error."""
    logging.info('init jinja2...')
    templates = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).with_name('templates')),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
    )
    templates.filters['date'] = lambda time: f'{datetime.fromtimestamp(time, UTC):%Y-%m-%d}'
    return templates
