"""course.py start: a folder of your own, with the stage before, to go on from there."""

import shutil

from tools.checks import own_checks
from tools.errors import CommandError
from tools.progress import Progress, place
from tools.stages import LEFT_BEHIND, LEFT_OUT, ROOT, STAGES, find

NOT_COPIED = shutil.ignore_patterns(
    *LEFT_BEHIND, *(f'*{end}' for end in LEFT_OUT), '*_test.py', '*_test_data.py', 'transcript.txt'
)


def configure(parser):
    parser.add_argument('stage', help='the one to write: 3, day03, day03_models')
    parser.add_argument('--into', metavar='FOLDER', default='my', help='another folder than my/')
    parser.epilog = 'Example: python3 course.py start day03'


def run(options, rest):
    """Make the folder, and say what to do in it."""
    begin(find(options.stage), options.into)
    return 0


def begin(stage, folder):
    """Copy the stage before into the folder, which has to be new, and remember it."""
    check_new(stage, folder)
    target = ROOT / folder
    _copy(stage, target / 'www')
    target.joinpath('TASK.md').write_text(_task(stage, folder), encoding='utf-8')
    progress = Progress()
    progress.stage, progress.folder, progress.failed = stage.name, folder, None
    progress.save()
    print(f'{place(target)}/www holds what comes before {stage.name}.')
    print(f'Read {place(target / "TASK.md")}, then: python3 course.py check')


def check_new(stage, folder):
    """Refuse a folder that holds something: nobody's work is overwritten."""
    target, progress = ROOT / folder, Progress()
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        work = f'your work on {progress.stage}' if progress.folder == folder else 'something'
        raise CommandError(
            f'{folder}/ holds {work}, and stays as it is. To go on there with {stage.name}: '
            f'python3 course.py check {stage.name}. To begin elsewhere: add --into OTHER. '
            f'To begin anew, with a copy of the old one: python3 course.py reset {stage.name}'
        )


def _copy(stage, www):
    index = STAGES.index(stage)
    if index:
        shutil.copytree(ROOT / STAGES[index - 1].name / 'www', www, ignore=NOT_COPIED)
    www.mkdir(parents=True, exist_ok=True)
    for name in stage.gives:  # of which the stage before may have another version
        www.joinpath(name).unlink(missing_ok=True)
    give(stage, www)


def give(stage, www):
    """Copy what nobody needs to write to learn, and what is not there yet."""
    for name in stage.gives:
        path = www / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            shutil.copy(ROOT / stage.name / 'www' / name, path)


def _task(stage, folder):
    chapter = f'../{stage.name}/README.md' if folder == 'my' else f'{stage.name}/README.md'
    checks = '\n'.join(f'{n}. {check.title}' for n, check in enumerate(own_checks(stage), 1))
    given = ''.join(f' `www/{name}` is there already.' for name in stage.gives)
    return f"""# Your {stage.name}

The idea: {stage.idea}. Read [the chapter]({chapter}) beside it (中文: README.zh-CN.md there).

Write in `www/`.{given}

`python3 course.py check` tells how far you are, and `python3 course.py hint` helps:

{checks}
"""
