"""The pages of the blog in several programs: on the same rows, against the one by hand."""

from bench.candidates import FINAL, LIMIT, all_running
from bench.data import COMMENTS, POSTS, fill
from bench.databases import empty_database, kinds
from bench.load import ask_all
from bench.report import (
    MEASURED,
    compared,
    machine,
    measured_cells,
    memory,
    table,
    versions,
    write,
)
from bench.rounds import in_rounds

SECTION = 'The same pages'
CONNECTIONS = 32
EXPLANATION = f"""\
{POSTS:,} posts of 3 KB and {COMMENTS:,} comments; `/blog/{{id}}` is any of the posts.
{CONNECTIONS} connections ask as fast as they are answered. CPU is the processor time of all
processes of a program, without the database; the memory (PSS) is that of each process. The last
three columns compare with `{LIMIT}` in the same round: the median, the least and the greatest.
Requests per CPU tell most where others use the machine, too. `final` counts its posts at most every
ten seconds where it runs in production; `counting` is `final` without that."""


def main(db, seconds, rounds):
    """Measure all programs on both databases, print the tables and write RESULTS.md."""
    tables, visitors = [EXPLANATION], []
    for kind in kinds(db):
        with empty_database(kind, db) as url:
            ids = fill(url)
            tables.append(versions(url))
            with all_running(url) as programs:
                for page, paths in _pages(ids).items():
                    for name, program in programs.items():
                        # Only `final` keeps what it has rendered.
                        ask_all(program, paths if name.startswith('final') else paths[:1])
                    results = in_rounds(programs, paths, CONNECTIONS, seconds, rounds)
                    visitors += [one.visitors for rows in results.values() for one in rows]
                    tables.append(f'`{page}` on {kind}, {rounds} rounds of {seconds} s:')
                    tables.append(table(list(_rows(results))))
                    print(f'\n{tables[-2]}\n\n{tables[-1]}', flush=True)
            tables.append(_kept(results[FINAL]))
    write(SECTION, '\n\n'.join([machine(visitors), *tables]))


def _pages(ids):
    return {
        '/': ['/'],
        '/api/blogs': ['/api/blogs'],
        '/blog/{id}': [f'/blog/{id}' for id in ids],
    }


def _kept(rounds):
    sizes = ', '.join(memory(measured) for measured in rounds)
    return f'`{FINAL}` keeps the posts as HTML. MB of its processes after each round: {sizes}.'


def _rows(results):
    yield ['', *MEASURED, '× requests/s', '× requests per CPU', '× p99']
    for name, rounds in results.items():
        ratios = [
            compared(rounds, column, results[LIMIT]) for column in ('speed', 'per_cpu', 'p99')
        ]
        yield [name, *measured_cells(rounds), *ratios]
