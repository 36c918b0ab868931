"""What a second process brings: `final` with `--workers 2` against `--workers 1`."""

from contextlib import ExitStack

from bench.candidates import final
from bench.data import fill
from bench.databases import empty_database, kinds
from bench.load import ask_all
from bench.report import MEASURED, compared, machine, measured_cells, table, versions, write
from bench.rounds import in_rounds

SECTION = 'Two processes'
CONNECTIONS = 32
NUMBERS = (1, 2)
EXPLANATION = f"""\
The home page, {CONNECTIONS} connections. The processes share the cores with the database and with
those who ask, so two can only be twice as fast where there are cores enough; and where others want
the cores, too, two get more of them than one. What a request costs should stay the same."""


def main(db, seconds, rounds):
    """Measure on both databases, print the tables and write RESULTS.md."""
    tables, visitors = [EXPLANATION], []
    for kind in kinds(db):
        with empty_database(kind, db) as url:
            fill(url)
            tables.append(versions(url))
            results = measure_workers(url, seconds, rounds)
        visitors += [one.visitors for measured in results.values() for one in measured]
        tables.append(table(list(_rows(results))))
        print(f'\n{kind}\n\n{tables[-1]}', flush=True)
    write(SECTION, '\n\n'.join([machine(visitors), *tables]))


def measure_workers(url, seconds, rounds):
    """Return by number of processes what was measured in each round."""
    with ExitStack() as stack:
        programs = {
            number: stack.enter_context(final(url, '--workers', str(number))) for number in NUMBERS
        }
        for program in programs.values():
            ask_all(program, ['/'])
        return in_rounds(programs, ['/'], CONNECTIONS, seconds, rounds)


def _rows(results):
    yield ['processes', *MEASURED, '× requests/s']
    for number, rounds in results.items():
        yield [str(number), *measured_cells(rounds), compared(rounds, 'speed', results[1])]
