"""course.py list: the stages, what each adds, and what to type next."""

from tools.progress import Progress
from tools.stages import STAGES, lines
from tools.terminal import plain


def configure(parser):
    """It takes no options."""


def run(options, rest):
    """Print the table of stages."""
    progress = Progress()
    print('One blog, built six times: each stage is a program that runs, with one layer more.\n')
    for number, (stage, (added, total)) in enumerate(zip(STAGES, lines(), strict=True), 1):
        row = f'  {number}  {stage.name:<17} {stage.idea:<54} +{added:<4} {total:>5} lines'
        print(plain(f'{row}  {_state(progress.checked.get(stage.name))}'.rstrip()))
    print('\nSee the finished blog:  python3 course.py run final')
    print('Begin at the beginning: python3 course.py run day01')
    if progress.stage:
        print(f'Go on with your own:    python3 course.py check {progress.stage}')
    else:
        print('Write it yourself:      python3 course.py start day01')
    print('Test every stage:       python3 course.py test')
    return 0


def _state(checked):
    if not checked:
        return ''
    passed, number = checked
    return '✓ checked' if passed == number else f'{passed} of {number} checks'
