"""The commands of course.py: each is a module of this package with `configure` and `run`."""

import argparse
import sys
from contextlib import suppress
from difflib import get_close_matches
from importlib import import_module

from tools.errors import CommandError
from tools.stages import find

COMMANDS = (
    'list',
    'run',
    'test',
    'start',
    'check',
    'hint',
    'reset',
    'explain',
    'flow',
    'lesson',
    'lab',
    'diff',
    'routes',
    'sql',
    'propagate',
    'doctor',
    'bench',
    'cluster',
    'docs',
)
CODES = 'Exit codes: 1 failed, 2 mistyped, 3 no environment, 4 no packages, 5 port in use.'
WITH_MORE = ('test', 'docs')  # they see to the arguments that are left over


class Parser(argparse.ArgumentParser):
    """A parser whose errors are a sentence and the cure, without the whole usage."""

    def error(self, message):
        raise CommandError(f'{message[0].upper()}{message[1:]}. See: python3 {self.prog} --help')


def main(args):
    """Run the command that the arguments name; return the exit code."""
    if sys.stdout:  # it is None after >&-
        sys.stdout.reconfigure(errors='backslashreplace')  # a terminal may lack letters of a path
    try:
        try:
            return _main(args)
        finally:
            print(end='', flush=True)  # here, because at Python's end it is too late for a sentence
    except CommandError as error:
        print(error, file=sys.stderr)
        return error.code
    except KeyboardInterrupt:
        return 130
    except OSError as error:
        if not isinstance(error, BrokenPipeError):
            print(f'Cannot go on: {error}.', file=sys.stderr)
        return 1


def _main(args):
    name = args[0] if args else 'list'
    if name in ('-h', '--help'):
        print(_help())
        return 0
    if name not in COMMANDS:
        raise CommandError(f'There is no command {name!r}: {_hint(name)}')
    module = import_module(f'tools.{name}')  # only this one, so that the answer is quick
    parser = Parser(prog=f'course.py {name}', description=_summary(module), allow_abbrev=False)
    module.configure(parser)
    options, rest = parser.parse_known_args(args[1:])
    if rest and name not in WITH_MORE:
        raise CommandError(f'course.py {name} does not know {rest[0]!r}.')
    return module.run(options, rest)


def _help():
    rows = [f'  {name:<10} {_summary(import_module(f"tools.{name}"))}' for name in COMMANDS]
    usage = 'usage: course.py [command] [--help]      without a command: list'
    return '\n'.join([usage, '', *rows, '', CODES])


def _summary(module):
    return module.__doc__.partition(': ')[2].partition('\n')[0]


def _hint(word):
    with suppress(CommandError):
        return f'did you mean run {find(word).name}?'
    close = get_close_matches(word, COMMANDS, 1)
    return f'did you mean {close[0]}?' if close else f'choose from {", ".join(COMMANDS)}.'
