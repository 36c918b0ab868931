"""course.py explain: each line of a log, with the file and function that wrote it."""

import ast
import re
import sys
from dataclasses import dataclass
from functools import cache

from tools.errors import CommandError
from tools.stages import ROOT, STAGES, files, find
from tools.terminal import colour, plain

LEVELS = {'debug', 'info', 'warning', 'error'}
PLACEHOLDER = re.compile(r'%(?:\.\d+)?[srd]')
DEFINITIONS = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


@dataclass
class Source:
    """A call of `logging` in the code of a stage."""

    stage: str
    place: str  # file and line
    function: str
    level: str
    message: str

    def wrote(self, level, message):
        """Return whether it can have written this; some of the end may be lost in copying."""
        pattern = '.*'.join(map(re.escape, PLACEHOLDER.split(self.message)))
        texts = (message, f'{message} ', f'{message}...')
        return level == self.level.upper() and any(re.fullmatch(pattern, text) for text in texts)


def configure(parser):
    parser.add_argument('file', nargs='?', help='a log; without it, what is piped or pasted in')
    parser.add_argument('--stage', default='final', help='whose files to name (default: final)')
    parser.epilog = 'Example: python3 course.py explain final/www/transcript.txt'


def run(options, rest):
    """Print the log, with an explanation below each line."""
    stage = find(options.stage)
    sources = log_calls()
    for line in _lines(options.file):
        print(line.rstrip())
        print(colour('dim', plain(f'  ↳ {explain(line, sources, stage.name)}')), flush=True)
    return 0


def _lines(path):
    if path is None:
        if sys.stdin.isatty():
            print('Paste the lines of a log, then press Ctrl-D (on Windows Ctrl-Z and Enter).')
        sys.stdin.reconfigure(errors='replace')
        return sys.stdin
    try:
        with open(path, encoding='utf-8', errors='replace') as file:
            return file.readlines()
    except OSError as error:
        raise CommandError(f'Cannot read {path}: {error.strerror}.') from error


def explain(line, sources, stage):
    """Say which code wrote a line: that of `stage`, if it has such code."""
    level, _, message = line.rstrip().partition(':root:')
    found = [source for source in sources if source.wrote(level, message)]
    if not found:
        return 'not written by the stages'

    def likelihood(source):
        words = len(PLACEHOLDER.sub('', source.message))
        return source.stage == stage, words, f' {source.function} ' in message

    best = max(reversed(found), key=likelihood)  # of equals, the last
    return f'{best.stage}/www/{best.place} {best.function}, since {found[0].stage}'


def log_calls():
    """Return the calls of `logging` in all stages, those of the first stage first."""
    return [
        Source(stage.name, f'{name}:{line}', function, level, message)
        for stage in STAGES
        for name, content in files(ROOT, stage).items()
        if name.endswith('.py') and '_test' not in name
        for line, function, level, message in _calls_in(content)
    ]


@cache  # most files are the same in several stages
def _calls_in(content):
    return list(_calls(ast.parse(content), ())) if b'logging.' in content else []


def _calls(node, names):
    if isinstance(node, DEFINITIONS):
        names = (*names, node.name)
    match node:
        case ast.Call(ast.Attribute(ast.Name('logging'), level), [message, *_]):
            if level in LEVELS:
                text = message.value if isinstance(message, ast.Constant) else '%s'
                yield node.lineno, '.'.join(names), level, text
    for child in ast.iter_child_nodes(node):
        yield from _calls(child, names)
