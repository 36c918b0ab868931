"""course.py lesson: what a stage adds, step by step, in the order of its chapter."""

import ast
import shutil
import sys
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise

from tools import environment
from tools.changes import Change, compare
from tools.errors import CommandError
from tools.progress import place
from tools.stages import ROOT, STAGES, Stage, find
from tools.start import NOT_COPIED, check_new
from tools.terminal import colour

CONTEXT = 3  # unchanged lines around a change
NOTHING = Stage('nothing', 'what is before the first stage', adds=())


@dataclass
class Step:
    """A part of a change: `opcodes` are those of difflib, between the lines of both stages."""

    change: Change
    opcodes: list

    def __str__(self):
        before, after = self.change.before or [], self.change.after
        lines = []
        for kind, i, i_end, j, j_end in self.opcodes:
            if kind == 'equal':
                lines += [f' {line}' for line in before[i:i_end]]
            else:
                lines += [colour('red', f'-{line}'.rstrip()) + '\n' for line in before[i:i_end]]
                lines += [colour('green', f'+{line}'.rstrip()) + '\n' for line in after[j:j_end]]
        return ''.join(lines)


def configure(parser):
    parser.add_argument('stage', help='3, day03, day03_models')
    parser.add_argument('--until', type=int, metavar='N', help='write the first N steps into my/')
    parser.add_argument('--into', metavar='FOLDER', default='my', help='another folder than my/')
    parser.epilog = 'Example: python3 course.py lesson day03. Enter shows the next step, q ends.'


def run(options, rest):
    """Walk through the steps, or write the stage as it is after some of them."""
    stage = find(options.stage)
    steps = steps_of(stage)
    if options.until is None:
        _walk(steps)
    elif not 0 <= options.until <= len(steps):
        raise CommandError(f'{stage.name} has steps 1 to {len(steps)}.')
    else:
        _write(stage, steps[: options.until], options.into)
    return 0


def steps_of(stage):
    """Return the steps from the stage before to this one, tests left out."""
    index = STAGES.index(stage)
    changes = compare(STAGES[index - 1] if index else NOTHING, stage)
    chapter = ROOT.joinpath(stage.name, 'README.md').read_text(encoding='utf-8')
    explanation = chapter.partition('\n## How it works\n')[2]
    code = [change for change in changes if change.is_text and not _is_of_tests(change)]
    # What uses a new file comes after it, so that more of the steps can be run.
    code.sort(key=lambda change: (change.kind == 'changed', _position(explanation, change.name)))
    return [Step(change, opcodes) for change in code for opcodes in _parts(change)]


def _is_of_tests(change):
    return change.is_test or change.name == 'transcript.txt'


def _position(text, name):
    position = text.find(f'/{name}')
    return position if position >= 0 else len(text)


def _parts(change):
    """Return the opcodes of each step: the hunks of a change, the definitions of a new file."""
    if change.kind == 'changed':
        return list(change.matcher.get_grouped_opcodes(CONTEXT))
    starts = [0, len(change.after)]
    if change.name.endswith('.py'):
        body = ast.parse(''.join(change.after)).body
        large = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
        starts += [_first_line(node) for node in body if isinstance(node, large)]
    return [[('insert', 0, 0, start, end)] for start, end in pairwise(sorted({*starts}))]


def _first_line(node):
    return min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)]) - 1


def _walk(steps):
    asks = sys.stdin.isatty() and sys.stdout.isatty()
    for number, step in enumerate(steps, 1):
        print(colour('bold', f'Step {number} of {len(steps)}: {step.change.name}'))
        print(step)
        if asks and input(colour('dim', 'Enter: next, q: end ')).strip() == 'q':
            return


def _write(stage, steps, folder):
    """Write the stage before with these steps done, and say whether that runs."""
    www = ROOT / folder / 'www'
    check_new(stage, folder)
    index = STAGES.index(stage)
    if index:
        shutil.copytree(ROOT / STAGES[index - 1].name / 'www', www, ignore=NOT_COPIED)
    for change in {id(step.change): step.change for step in steps}.values():
        path = www / change.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(after(change, steps), encoding='utf-8')
    print(f'{place(www)} is {stage.name} after step {len(steps)}. {_does_it_run(www)}')


def after(change, steps):
    """Return the text of a file after these steps."""
    before = change.before or []
    done = {tuple(code) for step in steps if step.change is change for code in step.opcodes}
    if change.kind == 'new':
        return ''.join(line for *_, j, j_end in sorted(done) for line in change.after[j:j_end])
    lines = []
    # Not change.matcher: to group its opcodes has cut them.
    for kind, i, i_end, j, j_end in SequenceMatcher(
        None, before, change.after, autojunk=False
    ).get_opcodes():
        changed = (kind, i, i_end, j, j_end) in done and kind != 'equal'
        lines += change.after[j:j_end] if changed else before[i:i_end]
    return ''.join(lines)


def _does_it_run(www):
    from tools.program import Program  # here, because it takes time to import

    if not www.joinpath('app.py').exists():
        return 'It does not run yet: there is no app.py.'
    program = Program(www, 'sqlite:///:memory:', python=environment.ensure())
    try:
        if program.process.poll() is None:
            program.stop()
            return 'It runs.'
        lines = program.lines or ['it ends at once.']
        return f'It does not run yet: {lines[-1].strip()}'
    finally:
        program.close()
