"""What was measured, as text: on the terminal, and in RESULTS.md, a section for each comparison."""

import os
import platform
import re
import sqlite3
import statistics
import sys
import time
from contextlib import suppress
from importlib.metadata import distributions
from pathlib import Path

from bench.data import connect
from bench.load import GENERATOR
from tools import environment

RESULTS = Path(__file__).with_name('RESULTS.md')
TITLE = '# Measured'
MEASURED = ('requests/s', 'CPU a request', 'p50', 'p99', 'memory')
PACKAGES = (
    *('aiohttp', 'aiomysql', 'jinja2', 'markdown2', 'flask', 'django', 'fastapi', 'sqlalchemy'),
    *('gunicorn', 'uvicorn', 'uvloop', 'pymysql', 'mysqlclient', 'aiosqlite'),
)


def measured_cells(rounds):
    """Return the medians of a program's rounds, as texts for the columns MEASURED."""
    speed, cpu, p50, p99 = (
        statistics.median(getattr(one, name) for one in rounds)
        for name in ('speed', 'cpu', 'p50', 'p99')
    )
    times = [f'{1000 * cpu:.2f} ms', f'{1000 * p50:.0f} ms', f'{1000 * p99:.0f} ms']
    return [f'{speed:.0f}', *times, f'{memory(rounds[-1])} MB']


def memory(measured):
    """Return the MB of each process, the largest first."""
    return ' + '.join(f'{size:.0f}' for size in measured.memory)


def compared(rounds, name, limit):
    """Return how a program compares with another in the same round: median, least, greatest."""
    pairs = zip(rounds, limit, strict=True)
    ratios = [getattr(one, name) / getattr(other, name) for one, other in pairs]
    return f'{statistics.median(ratios):.2f} ({min(ratios):.2f}–{max(ratios):.2f})'


def table(rows):
    """Return rows of texts, the first of them the head, as a Markdown table in straight columns."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    head, *body = [_line(row, widths) for row in rows]
    marks = [f'{"-" * (width - 1)}:' for width in widths[1:]]
    return '\n'.join([head, _line(['-' * widths[0], *marks], widths), *body])


def write(section, text):
    """Replace a section of RESULTS.md, or add it."""
    old = RESULTS.read_text(encoding='utf-8') if RESULTS.exists() else ''
    sections = dict(re.findall(r'^## (.+)\n\n([\s\S]*?)(?=\n+## |\s*\Z)', old, re.MULTILINE))
    sections[section] = text
    parts = [TITLE, *(f'## {name}\n\n{text}' for name, text in sections.items())]
    RESULTS.write_text('\n\n'.join(parts) + '\n', encoding='utf-8')
    print(f'Written to {RESULTS.relative_to(Path.cwd())}.')


def machine(visitors):
    """Return when and where this was measured; `visitors` are loads that visitors have made."""
    return (
        f'{time.strftime("%d %B %Y", time.gmtime())}. {os.cpu_count()} cores ({_processor()}), '
        'for the program, the database and the visitors together. '
        f'{platform.system()}, Python {platform.python_version()}. '
        f'The visitors were {GENERATOR}, which used at most {max(visitors):.0%} of a core'
        f'{": it was the bottleneck" * (max(visitors) > 0.8)}. '
        f'At the end, {os.getloadavg()[0]:.1f} processes wanted a core.'
    )


def versions(url):
    """Return the versions of the database and of all packages that take part."""
    with connect(url) as connection:
        if url.startswith('sqlite:'):
            database = f'SQLite {sqlite3.sqlite_version}'
        else:
            cursor = connection.cursor()
            cursor.execute('select version()')
            [version] = cursor.fetchone()
            database = f'{"MariaDB" if "MariaDB" in version else "MySQL"} {version}'
    found = {
        package.name.lower(): package.version
        for package in distributions(path=[*sys.path, str(environment.BENCH_FOLDER)])
    }
    packages = [f'{name} {found[name]}' for name in PACKAGES if name in found]
    return ', '.join([database, *packages])


def _line(row, widths):
    first, *others = zip(row, widths, strict=True)
    cells = [first[0].ljust(first[1]), *(text.rjust(width) for text, width in others)]
    return f'| {" | ".join(cells)} |'


def _processor():
    with suppress(OSError), open('/proc/cpuinfo') as lines:
        return next(line.partition(': ')[2].strip() for line in lines if 'model name' in line)
    return platform.processor()
