"""What differs between two stages, or between a stage and a learner's own version of it."""

from dataclasses import dataclass
from difflib import SequenceMatcher, get_close_matches
from functools import cached_property
from io import StringIO
from pathlib import Path

from tools.errors import CommandError
from tools.stages import LEFT_BEHIND, LEFT_OUT, NOT_WRITTEN_HERE, ROOT, STAGES, Stage, files, find

MY = Stage('my', 'your own version', adds=())
KINDS = ('new', 'changed', 'removed')


@dataclass
class Change:
    """A file that two stages do not have in common; `before` and `after` are its lines.

    A stage that does not have the file has None. What is no text has no lines.
    """

    name: str
    before: list[str] | None
    after: list[str] | None
    is_text: bool = True

    @property
    def kind(self):
        return 'new' if self.before is None else 'changed' if self.after is not None else 'removed'

    @property
    def is_test(self):
        return '_test' in self.name or self.name == 'transcript.txt'

    @cached_property
    def matcher(self):
        return SequenceMatcher(None, self.before or [], self.after or [], autojunk=False)

    def count(self):
        """Return how many lines it adds, and how many it removes."""
        common = sum(block.size for block in self.matcher.get_matching_blocks())
        return len(self.after or []) - common, len(self.before or []) - common


def both(before, after):
    """Return the stages that two words mean; the folder my/ counts as one."""
    stages = [MY if word in ('my', 'my/') else find(word) for word in (before, after)]
    if MY in stages and not ROOT.joinpath('my').is_dir():
        other = next((stage for stage in stages if stage != MY), STAGES[0])
        raise CommandError(
            f'There is no folder my/ with your own version. '
            f'To begin one: python3 course.py start {other.name}'
        )
    return stages


def compare(before, after, file=None):
    """Return the changes: of the code first, then of the tests, both in the order of the contract.

    What was not written here is left out. With a file, that one is all there is.
    """
    old, new = _contents(before), _contents(after)
    names = {name for name in old.keys() | new.keys() if old.get(name) != new.get(name)}
    if file:
        names &= {_find_file(file, old.keys() | new.keys())}
    else:
        names -= set(NOT_WRITTEN_HERE)
        if MY in (before, after):
            names -= set(filter(_is_not_copied, old.keys() ^ new.keys()))
    changes = [_change(name, old.get(name), new.get(name)) for name in names]
    return sorted(changes, key=_order(before, after))


def _contents(stage):
    if stage != MY:
        return files(ROOT, stage)
    www = next(folder for folder in (ROOT / 'my/www', ROOT / 'my') if folder.is_dir())
    return {
        path.relative_to(www).as_posix(): path.read_bytes().replace(b'\r\n', b'\n')
        for path in www.rglob('*')
        if path.is_file() and not path.name.endswith(LEFT_OUT) and not LEFT_BEHIND & set(path.parts)
    }


def _is_not_copied(name):
    # A learner does not get these from `course.py start`, so to have none is no difference.
    return '_test' in name or name == 'transcript.txt'


def _find_file(file, names):
    name = in_www(file)
    if name in names:
        return name
    close = get_close_matches(name, names, 1)
    hint = f'did you mean {close[0]}?' if close else 'see them all with --stat.'
    raise CommandError(f'Neither has a file {name!r}: {hint}')


def in_www(path):
    """Return the name of a file below `www/`, however it was typed."""
    return Path(path).as_posix().rpartition('www/')[2]


def _change(name, before, after):
    try:
        return Change(name, _lines(before), _lines(after))
    except UnicodeDecodeError:
        before, after = (None if content is None else [] for content in (before, after))
        return Change(name, before, after, is_text=False)


def _lines(content):
    return None if content is None else list(StringIO(content.decode()))


def _order(before, after):
    last = max((STAGES.index(stage) for stage in (before, after) if stage in STAGES), default=0)
    names = [name for stage in STAGES[: last + 1] for name in (*stage.adds, *stage.changes)]
    places = {name: place for place, name in enumerate(names)}

    def key(change):
        place = places.get(change.name, len(places))
        return change.is_test, KINDS.index(change.kind), place, change.name

    return key


def total(changes):
    """Return how many lines the changes add, and how many they remove."""
    counts = [change.count() for change in changes]
    return sum(added for added, _ in counts), sum(removed for _, removed in counts)
