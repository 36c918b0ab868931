"""course.py hint: help with a check: a nudge, then the chapter, then the lines."""

import locale
import os

from tools.checks import all_checks
from tools.errors import CommandError
from tools.progress import Progress
from tools.stages import STAGES
from tools.terminal import colour


def configure(parser):
    parser.add_argument('test', nargs='?', help='a test or a check; without it, what failed last')
    parser.epilog = 'Example: python3 course.py hint test_the_home_page_is_html'


def run(options, rest):
    """Print the next hint, and remember that it was given."""
    progress = Progress()
    check = find_check(options.test or progress.failed, progress)
    step = progress.hints.get(check.title, 0)
    print(colour('bold', check.title))
    print(hint(check, step))
    if step < 2:
        print(f'\nMore: python3 course.py hint {check.tests[0]}')
    progress.hints[check.title] = min(step + 1, 2)
    progress.save()
    return 0


def find_check(name, progress):
    """Return the check with this title or test, of the learner's stage if that has it."""
    if not name:
        raise CommandError('No check has failed yet. Find out with: python3 course.py check')
    stages = [progress.choose(None)] if progress.stage else []
    for stage in [*stages, *reversed(STAGES)]:
        for check in all_checks(stage):
            if name in (check.title, *check.tests):
                return check
    raise CommandError(f'There is no test {name!r}. See their names: python3 course.py check --all')


def hint(check, step):
    """Return the hint for this step, from 0 to 2."""
    if step == 0:
        return check.nudge
    if step == 1:
        path, title, text = check.paragraph(chinese=_reads_chinese())
        return f'{path}, "{title}":\n\n{text}'
    return f'{check.stage}/www/{check.code}:\n\n{check.lines()}'


def _reads_chinese():
    language = os.environ.get('LANG') or locale.getlocale()[0] or ''
    return language.startswith(('zh', 'Chinese'))
