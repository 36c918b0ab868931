"""course.py list: the stages, what each adds, and what to type next."""

from tools.stages import STAGES, lines


def configure(parser):
    """It takes no options."""


def run(options, rest):
    """Print the table of stages."""
    print('One blog, built six times: each stage is a program that runs, with one layer more.\n')
    for number, (stage, (added, total)) in enumerate(zip(STAGES, lines(), strict=True), 1):
        print(f'  {number}  {stage.name:<17} {stage.idea:<54} +{added:<4} {total:>5} lines')
    print('\nSee the finished blog:  python3 course.py run final')
    print('Begin at the beginning: python3 course.py run day01')
    print('Test every stage:       python3 course.py test')
    return 0
