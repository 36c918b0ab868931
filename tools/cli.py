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
    'docs',
)
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
    parser = Parser(
        prog='course.py', description='A blog, built six times. Without a command: list.'
    )
    if args and not args[0].startswith('-') and args[0] not in COMMANDS:
        raise CommandError(f'There is no command {args[0]!r}: {_hint(args[0])}')
    commands = parser.add_subparsers(dest='command', metavar='command')
    for name in args[:1] if args and args[0] in COMMANDS else COMMANDS:  # one is soon imported
        module = import_module(f'tools.{name}')
        summary = module.__doc__.partition(': ')[2].partition('\n')[0]
        command = commands.add_parser(name, help=summary, description=summary, allow_abbrev=False)
        module.configure(command)
    options, rest = parser.parse_known_args(args or ['list'])
    if not options.command:
        raise CommandError(f'course.py does not know {rest[0]!r}. See: python3 course.py --help')
    if rest and options.command not in WITH_MORE:
        raise CommandError(f'course.py {options.command} does not know {rest[0]!r}.')
    return import_module(f'tools.{options.command}').run(options, rest)


def _hint(word):
    with suppress(CommandError):
        return f'did you mean run {find(word).name}?'
    close = get_close_matches(word, COMMANDS, 1)
    return f'did you mean {close[0]}?' if close else f'choose from {", ".join(COMMANDS)}.'
