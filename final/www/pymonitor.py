"""Runs a program, and starts it again whenever its code, a template or a style has changed.

python pymonitor.py app.py
"""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

SUFFIXES = ('.py', '.html', '.css', '.js')


def log(sentence):
    """Tell it on standard error, where the program tells what it does."""
    print(f'[Monitor] {sentence}', file=sys.stderr, flush=True)


def is_watched(name):
    """Return whether the program may read a file of this name; editors hide theirs behind a dot."""
    return name.endswith(SUFFIXES) and not name.endswith('_test.py') and not name.startswith('.')


def snapshot(folder):
    """Return the files to watch: a dict of path to time and size, which a save changes."""
    files = {}
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith('.')]
        for path in (os.path.join(place, name) for name in names if is_watched(name)):
            with suppress(OSError):  # it was deleted meanwhile
                status = os.stat(path)
                files[path] = (status.st_mtime_ns, status.st_size)
    return files


def changes(folder, files):
    """Yield, six times a second, the names of the files that differ from those before: mostly none.

    `files` is the snapshot to begin with.
    """
    before = files
    while True:
        time.sleep(0.15)
        now = snapshot(folder)
        if now != before:  # an editor saves in several steps: wait until nothing moves
            yield []
        else:
            paths = {path for path, _ in files.items() ^ now.items()}
            yield sorted(Path(path).relative_to(folder).as_posix() for path in paths)
            files = now
        before = now


def stop(process, patience=5):
    """End the program, by force after some seconds; when it is gone, its port is free."""
    process.terminate()
    with suppress(subprocess.TimeoutExpired):
        process.wait(patience)
    process.kill()
    process.wait()


def main(argv):
    """Run `python` with these arguments until it ends without an error, or Ctrl-C or SIGTERM comes.

    Return the exit code of the program, and 0 after Ctrl-C. A program that ends with an error is
    waited for only once it has been restarted: then somebody is working on it.
    """
    signals = []
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda number, _: signals.append(number))
    folder = Path(argv[0]).parent.resolve()
    log(f'Watching {folder}')
    watch = changes(folder, snapshot(folder))
    first = process = subprocess.Popen([sys.executable, *argv])
    try:
        for changed in watch:
            known, code = process.returncode, process.poll()
            if signals or code == 0 or (process is first and code):
                break
            if changed:
                log(f'{", ".join(changed)} changed: restarting')
                stop(process)
                process = subprocess.Popen(process.args)
            elif code != known:
                log(f'{argv[0]} ended with code {code}: waiting for a change')
    finally:
        stop(process)
    return 0 if signal.SIGINT in signals else process.returncode


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:] or ['app.py']))
