"""my.json: which stage a learner is working on, where, and how far that is."""

import json
from pathlib import Path

from tools.errors import CommandError
from tools.stages import ROOT, find

FILE = ROOT / 'my.json'


class Progress:
    """What my.json says; `save` writes it."""

    def __init__(self):
        try:
            data = json.loads(FILE.read_text(encoding='utf-8')) if FILE.exists() else {}
        except ValueError as error:
            raise CommandError(
                f'Cannot read {FILE.name} ({error}). Mend it, or delete it.'
            ) from error
        self.stage = data.get('stage')
        self.folder = data.get('folder', 'my')
        self.checked = data.get('checked', {})  # a stage's name -> [checks that pass, all checks]
        self.failed = data.get('failed')  # the title of the check that failed last
        self.hints = data.get('hints', {})  # a check's title -> how many hints were given

    def save(self):
        text = json.dumps(vars(self), ensure_ascii=False, indent=2)
        FILE.write_text(f'{text}\n', encoding='utf-8')

    @property
    def www(self):
        """The folder with the learner's program."""
        return ROOT / self.folder / 'www'

    def choose(self, name):
        """Return the stage that is meant: the named one, or the one that was started last."""
        if name or self.stage:
            return find(name or self.stage)
        raise CommandError('No stage has been started. Begin with: python3 course.py start day01')


def www_of(name):
    """Return the folder of a stage's program, or, for `my`, of the learner's version."""
    www = Progress().www if name == 'my' else ROOT / name / 'www'
    if not www.is_dir():
        raise CommandError(f'There is no {place(www)}. Begin with: python3 course.py start day01')
    return www


def place(path):
    """Return a path as one types it: below the course's folder, relative to that."""
    return Path(path).relative_to(ROOT).as_posix() if Path(path).is_relative_to(ROOT) else str(path)
