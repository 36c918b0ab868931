"""course.py check: how far your version of a stage is, and what to do next."""

import shutil
import textwrap
import time

from tools import environment
from tools.check_run import CheckRun, state
from tools.checks import own_checks, sentence
from tools.errors import CommandError
from tools.progress import Progress, place
from tools.stages import STAGES
from tools.start import give
from tools.terminal import colour, plain

HELP = 'More help: python3 course.py hint'
INDENT = 15


def configure(parser):
    parser.add_argument('stage', nargs='?', help='without it, the one that was started last')
    parser.add_argument('--all', action='store_true', help='every failure, not only the first')
    parser.add_argument('--watch', action='store_true', help='again after each change')
    parser.epilog = 'Example: python3 course.py check day03. The exit code is 0 if all is right.'


def run(options, rest):
    """Run the stage's tests on the learner's folder, once, or until Ctrl-C."""
    progress = Progress()
    stage = progress.choose(options.stage)
    if not progress.www.is_dir():
        raise CommandError(
            f'There is no {place(progress.www)}. Begin with: python3 course.py start {stage.name}'
        )
    give(stage, progress.www)
    python = environment.ensure()
    while True:
        before = state(progress.www)
        passed = tell(stage, CheckRun(stage, progress.www, options.all).run(python), progress)
        if not options.watch:
            return 0 if passed else 1
        print(colour('dim', '\nWaiting for a change. Ctrl-C ends this.'), flush=True)
        while state(progress.www) == before:
            time.sleep(0.3)


def tell(stage, run, progress):
    """Print what works and what failed, and remember it; return whether all is right."""
    passed, failures = run.passed(), run.failures()
    number = len(own_checks(stage))
    right = not failures and len(passed) == number
    print(colour('bold', f'{stage.name}, your version in {place(progress.www)}\n'))
    for check in passed:
        print(plain(f'  {colour("green", "✓")} {check.title}'))
    if right and run.passed(own=False):
        print(plain(f'  {colour("green", "✓")} What the stages before can do still works'))
    for check, failure in failures:
        _explain(check, **failure)
    progress.stage, progress.failed = stage.name, failures[0][0].title if failures else None
    progress.checked[stage.name] = [len(passed), number]
    progress.save()
    print(f'\n{len(passed)} of {number} checks.', _next_step(stage) if right else HELP)
    return right


def _explain(check, test, message, place=None, printed=''):
    """Print what was expected, what happened, and what may help."""
    path, title, _ = check.paragraph()
    rows = {
        'expected': sentence(test),
        'happened': message,
        'where': place,
        'printed': printed,
        'hint': check.nudge,
        'read': f'{path}, "{title}"',
        'test': test,
    }
    print(plain(f'\n  {colour("red", "✗")} {colour("bold", check.title)}'))
    for name, text in rows.items():
        if text:
            print(plain(f'    {colour("cyan", f"{name:<10}")} {_indented(text)}'))


def _indented(text):
    width = max(shutil.get_terminal_size().columns, 40) - INDENT
    lines = [part for line in text.splitlines() for part in textwrap.wrap(line, width) or ['']]
    return f'\n{"":{INDENT}}'.join(lines)


def _next_step(stage):
    following = STAGES[STAGES.index(stage) + 1 :]
    if not following:
        return 'All is right: you have written the whole blog.'
    name = following[0].name
    return f'All is right. Read {name}/README.md, go on, then: python3 course.py check {name}'
