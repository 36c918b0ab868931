"""How long a page takes when the blog has grown: with 1,000, 100,000 and a million posts."""

import random
import time

from bench.candidates import final
from bench.data import connect, cookie, insert, make_tables
from bench.databases import empty_database, kinds
from bench.load import ask_all
from bench.report import machine, table, versions, write
from bench.rounds import measure
from models import Blog, User

SECTION = 'A growing blog'
SIZES = (1_000, 100_000, 1_000_000)
BATCH = 10_000
POSTS = 500  # that are asked for
EXPLANATION = """\
One visitor, who asks again when the answer is there: so this is how long a request takes, the time
of the database included. It is the mean, because only some requests count the rows; in brackets,
what the slowest hundredth took at least. The posts are short, and have no comments. The last column
compares a million posts with a thousand."""


def main(db, seconds, rounds):
    """Measure the pages at each size on both databases, print the tables, write RESULTS.md."""
    tables, visitors = [EXPLANATION], []
    for kind in kinds(db):
        with empty_database(kind, db) as url:
            columns = measure_sizes(url, seconds * rounds)
            tables += [versions(url), table(list(_rows(columns)))]
        visitors += [one.visitors for column in columns for one in column.values()]
        print(f'\n{kind}\n\n{tables[-1]}', flush=True)
    write(SECTION, '\n\n'.join([machine(visitors), *tables]))


def measure_sizes(url, seconds):
    """Return for each size what was measured, by page."""
    make_tables(url)
    admin = User(name='Ada', email='ada@example.com', admin=True)
    ids, columns = [], []
    with connect(url) as connection:
        insert(connection, [admin])
        for size in SIZES:
            while len(ids) < size:
                ids += add_posts(connection, len(ids), min(len(ids) + BATCH, size))
            with final(url) as program:
                columns.append(measure_pages(program, ids, admin, seconds))
    return columns


def add_posts(connection, start, end):
    """Add posts, each a minute older than the one before, and return their ids."""
    now = time.time()
    texts = {
        'user_name': 'Ada Lovelace',
        'name': 'A short post',
        'summary': 'What happens between a click and a page.',
        'content': 'A sentence of an ordinary post. ' * 5,
    }
    blogs = [Blog(created_at=now - 60 * number, **texts) for number in range(start, end)]
    insert(connection, blogs)
    return [blog.id for blog in blogs]


def measure_pages(program, ids, admin, seconds):
    """Return by name what was measured of each page, after it was asked for once."""
    as_admin = {'Cookie': cookie(admin)}
    pages = {
        'the first page': (['/'], {}),
        'a post': ([f'/blog/{id}' for id in random.sample(ids, POSTS)], {}),
        'a page in the middle': ([f'/?page={len(ids) // 20}'], {}),
        'the last page': ([f'/?page={len(ids) // 10}'], {}),
        "the administrators' list": (['/manage/blogs'], as_admin),
    }
    results = {}
    for name, (paths, headers) in pages.items():
        ask_all(program, paths, **headers)
        results[name] = measure(program, paths, 1, seconds, **headers)
    return results


def _rows(columns):
    yield ['', *(f'{size:,} posts' for size in SIZES), '×']
    for name in columns[0]:
        measured = [column[name] for column in columns]
        times = [f'{1000 / one.speed:.1f} ms ({one.p99 * 1000:.1f})' for one in measured]
        yield [name, *times, f'{measured[0].speed / measured[-1].speed:.1f}']
