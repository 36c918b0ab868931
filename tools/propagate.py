"""course.py propagate: carry a stage's uncommitted change through all later stages."""

import json
import re
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import mkdtemp

from tools.errors import CommandError
from tools.git import changed, git, merge
from tools.stages import ROOT, STAGES, drift, find
from tools.terminal import colour

MARKER = re.compile(rb'^(<{7}|\|{7}|>{7}) ', re.MULTILINE)
TINTS = {'conflict': 'red', 'merged': 'cyan', 'unchanged': 'dim'}


@dataclass
class Journey:
    """A change on its way: from which stage, of which files, and how many steps are done."""

    source: str
    names: list[str]
    copies: str  # a folder with each file as it was before; of the source, as in HEAD
    done: int = 0

    def steps(self):
        """Return a stage and a file's name for each step."""
        return [(stage, name) for stage in _stages(self.source)[1:] for name in self.names]

    def change(self, stage, name, ours):
        """Return an earlier stage, with what its file was before the change and is now.

        It is one that was like `ours`, else the nearest that the change has altered.
        """
        versions = [
            (earlier, _read(self.copies, earlier, name), _read(ROOT, earlier, name))
            for earlier in reversed(_stages(self.source, stage))
        ]
        altered = [version for version in versions if version[1] != version[2]]
        like_ours = [version for version in altered if version[1] == ours]
        return (like_ours or altered or versions)[0]


def configure(parser):
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument('stage', nargs='?', help='whose www/ you have changed: 1, day01, …')
    what.add_argument('--continue', action='store_true', help='go on after a conflict is settled')
    what.add_argument('--quit', action='store_true', help='forget the rest; no file is touched')
    parser.epilog = (
        'Example: python3 course.py propagate day02. '
        'Exit code 1: a conflict, or at the end the stages are not as tools/stages.py declares.'
    )


def run(options, rest):
    """Carry the change until the end or a conflict; then say how the stages differ."""
    unfinished = _git_folder() / 'course-propagate/unfinished.json'
    if options.quit:
        return _quit(unfinished)
    if not options.stage:
        return _travel(_resume(unfinished), unfinished)
    source = find(options.stage).name
    _check_free(source, unfinished)
    change = changed(f'{source}/www')
    if change:
        return _travel(_begin(source, change, unfinished), unfinished)
    print(f'{source}/www is as in the last commit: there is nothing to carry.')
    return 0


# The beginning, and a later one


def _git_folder():
    return Path(git('rev-parse', '--absolute-git-dir').decode().rstrip('\n'))


def _check_free(source, unfinished):
    if unfinished.exists():
        raise CommandError(
            f'The change of {_load(unfinished).source} is still on its way. '
            'Go on with: python3 course.py propagate --continue (or forget it with --quit)'
        )
    if source == STAGES[-1].name:
        raise CommandError(f'{source} is the last stage: there is none to carry a change to.')


def _begin(source, change, unfinished):
    unfinished.parent.mkdir(exist_ok=True)
    copies = mkdtemp(prefix=time.strftime('%Y-%m-%d-%H%M%S-'), dir=unfinished.parent)
    for name, before in change.items():
        _write(copies, source, name, before)
        _print_step(_word(before, _read(ROOT, source, name), 'changed'), source, name)
    return Journey(source, list(change), copies)


def _resume(unfinished):
    journey = _load(unfinished)
    if journey.done:
        stage, name = journey.steps()[journey.done - 1]
        if MARKER.search(_read(ROOT, stage, name) or b''):
            raise CommandError(f'{stage}/www/{name} still has conflict markers: settle them.', 1)
    return journey


def _quit(unfinished):
    print(f'Forgotten. Each file as it was before is in {_load(unfinished).copies}')
    unfinished.unlink()
    return 0


def _load(unfinished):
    if not unfinished.exists():
        raise CommandError('No change is on its way: name the stage whose change to carry.')
    return Journey(**json.loads(unfinished.read_text(encoding='utf-8')))


def _save(journey, unfinished):
    new = unfinished.with_suffix('.new')  # first apart: a full disk must not cost the old one
    new.write_text(json.dumps(asdict(journey)), encoding='utf-8')
    new.replace(unfinished)


# The way


def _travel(journey, unfinished):
    _save(journey, unfinished)
    for stage, name in journey.steps()[journey.done :]:
        word = _carry(journey, stage, name)
        journey.done += 1
        _save(journey, unfinished)
        _print_step(word, stage, name)
        if word == 'conflict':
            raise CommandError(
                f'Settle the conflict in {stage}/www/{name}: edit it until no <<<<<<< and >>>>>>> '
                'is left, or delete it.\n'
                'Then go on with: python3 course.py propagate --continue\n'
                f'Each file as it was before is in {journey.copies}',
                1,
            )
    unfinished.unlink()
    print(f'Each file as it was before is in {journey.copies}')
    return _report(drift())


def _carry(journey, stage, name):
    ours = _read(ROOT, stage, name)
    if _read(journey.copies, stage, name) is None:  # else this step has been interrupted
        _write(journey.copies, stage, name, ours)
    if ours == _read(ROOT, _stages(journey.source, stage)[-1], name):
        return 'unchanged'  # it is like the stage before already
    earlier, before, after = journey.change(stage, name, ours)
    result, is_clean = merge({stage: ours, f'{earlier} before': before, f'{earlier} after': after})
    if result != ours:
        _write(ROOT, stage, name, result)
    if not is_clean:
        return 'conflict'
    return _word(ours, result, 'copied' if result == after else 'merged')


def _report(sentences):
    print('\n'.join(sentences or ['The stages differ as tools/stages.py declares.']))
    return 1 if sentences else 0


def _word(before, after, otherwise):
    if before == after:
        return 'unchanged'
    if before is None:
        return 'added'
    return 'removed' if after is None else otherwise


def _print_step(word, stage, name):
    print(f'{colour(TINTS.get(word, "green"), f"{word:9}")} {stage}/www/{name}')


# The files


def _stages(first, end=None):
    names = [stage.name for stage in STAGES]
    return names[names.index(first) : names.index(end) if end else None]


def _read(root, stage, name):
    path = Path(root, stage, 'www', name)
    return path.read_bytes() if path.exists() else None


def _write(root, stage, name, content):
    path = Path(root, stage, 'www', name)
    if content is None:
        path.unlink(missing_ok=True)
    else:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
