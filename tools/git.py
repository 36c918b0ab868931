"""What git knows about the files of the course, and how it merges them."""

import os
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from tools.errors import ENVIRONMENT, CommandError
from tools.stages import ROOT


def git(*args):
    """Return what `git ARGS` prints; if it fails, the error says what it says."""
    try:
        done = subprocess.run(['git', *args], cwd=ROOT, capture_output=True, check=False)
    except FileNotFoundError as error:
        raise CommandError('git is not found here: please install it.', ENVIRONMENT) from error
    if done.returncode:
        words = done.stderr.decode(errors='replace').partition('\n')[0]
        raise CommandError(
            f'There is no last commit to compare with (git: {words}). '
            'Get the course with git clone.',
            ENVIRONMENT,
        )
    return done.stdout


def changed(folder):
    """Return the files below the folder that differ from HEAD, with what they are there.

    New files count unless git ignores them; they are None in HEAD.
    """
    if not git('ls-tree', 'HEAD', folder):
        raise CommandError(f'{folder} is in no commit: commit it before you change it.')
    tracked = git('diff-index', '-z', '--name-only', '--relative', 'HEAD', folder)
    others = git('ls-files', '-z', '--others', '--exclude-standard', folder)
    paths = {os.fsdecode(path) for path in (tracked + others).split(b'\0') if path}
    heads = {path: _head(path) for path in sorted(paths)}
    return {
        path.removeprefix(f'{folder}/'): content
        for path, content in heads.items()
        if content != _now(path)
    }


def _head(path):
    if not git('ls-tree', 'HEAD', path):
        return None
    return git('cat-file', '--filters', f'HEAD:./{path}')  # with the line ends of this system


def _now(path):
    return ROOT.joinpath(path).read_bytes() if ROOT.joinpath(path).exists() else None


def merge(versions):
    """Return ours merged with the change from base to theirs, and whether that went well.

    `versions` names the three: ours, base, theirs. Each is the content of a file or None.
    """
    ours, base, theirs = versions.values()
    if ours == base:
        return theirs, True
    if ours is None:  # a file that is not there cannot be merged
        return None, True
    with TemporaryDirectory() as folder:
        files = [Path(folder, str(number)) for number in range(3)]
        for file, content in zip(files, versions.values(), strict=True):
            file.write_bytes(content or b'')
        labels = [f'-L{name}' for name in versions]
        done = subprocess.run(
            ['git', 'merge-file', '-p', *labels, *files], stdout=subprocess.PIPE, check=False
        )
    if done.returncode > 127:  # no text: nothing can be marked in it
        return ours, False
    return done.stdout, done.returncode == 0
