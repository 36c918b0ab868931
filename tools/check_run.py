"""One run of a stage's tests on a learner's folder, and what came of it, in words."""

import ast
import json
import os
import re
import signal
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from tools.checks import all_checks, names_of_tests
from tools.progress import place
from tools.stages import ROOT

PATIENCE = 20  # seconds for one test
NEVER_ENDED = 'It does not end: a loop without end, or a wait for something that never comes?'
ENDED_ALL = 'It ended the whole program, and the tests with it: is there a call of sys.exit()?'


class CheckRun:
    """Runs the tests; `passed` and `failures` tell what became of the checks."""

    def __init__(self, stage, www, everything=False, patience=PATIENCE):
        self._stage, self._www = stage, www
        self._everything, self._patience = everything, patience
        self._checks = all_checks(stage)
        self._files = names_of_tests(stage)
        self._passed, self._left_out = set(), set()  # names
        self._failed = {}  # name -> what was reported

    def run(self, python):
        """Run the tests of the stage, or say why they cannot run; return self."""
        if message := _syntax_error(self._www):
            self._failed = {file: {'message': message} for file in self._files.values()}
            return self
        with tempfile.TemporaryDirectory() as folder:
            report = Path(folder, 'report')
            report.touch()
            process = self._start(python, report)
            try:
                self._follow(process, report)
            finally:
                _kill(process)
        return self

    def passed(self, own=True):
        """Return the checks that passed: the stage's own, or those of the stages before."""
        return [
            check
            for check in self._checks
            if (check.stage == self._stage.name) is own and self._has_passed(check)
        ]

    def failures(self):
        """Return the checks that failed, or only the first, each with what happened: a dict."""
        found = [(check, self._failure(check)) for check in self._checks]
        failed = [(check, failure) for check, failure in found if failure]
        return failed if self._everything else failed[:1]

    def _failure(self, check):
        for test in check.tests:
            for name in (test, self._files[test]):
                if name in self._failed:
                    return {'test': test} | self._failed[name]
        return None

    def _has_passed(self, check):
        return all(test in self._passed | self._left_out for test in check.tests)

    def _start(self, python, report):
        options = [
            f'--www={self._www}',
            f'--check-stage={self._stage.name}',
            f'--check-report={report}',
            *['--check-all'] * self._everything,
            '--continue-on-collection-errors',
            *('-p', 'tools.check_plugin'),
            *('-p', 'no:cacheprovider'),
        ]
        return subprocess.Popen(
            [python, '-m', 'pytest', self._stage.name, *options],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=os.name != 'nt',  # so that all that it starts can be ended with it
        )

    def _follow(self, process, report):
        """Read what is reported until the run ends, or says nothing for too long."""
        last, current = time.monotonic(), None
        with open(report, encoding='utf-8') as file:
            while True:
                ended = process.poll() is not None  # asked first: what it wrote last is read below
                for line in whole_lines(file):
                    event = json.loads(line)
                    current = event['name'] if event['outcome'] == 'started' else None
                    last = time.monotonic()
                    self._note(**event)
                if ended or time.monotonic() - last > self._patience:
                    break
                time.sleep(0.02)
        if current:
            self._failed[current] = {'message': ENDED_ALL if ended else NEVER_ENDED}

    def _note(self, name, outcome, message='', **details):
        if outcome == 'failed':
            words = _in_words(message, self._www)
            self._failed.setdefault(name, {'message': words} | details)
            self._passed.discard(name)
        elif outcome == 'left out':
            self._left_out.add(name)
        elif outcome == 'passed' and name not in self._failed:
            self._passed.add(name)


def whole_lines(file):
    """Yield the lines of a file that is still written to; of the last, there may be half."""
    while True:
        start = file.tell()
        line = file.readline()
        if not line.endswith('\n'):
            file.seek(start)
            return
        yield line


def _kill(process):
    with suppress(ProcessLookupError, PermissionError):  # Windows has no groups to kill
        os.killpg(process.pid, signal.SIGKILL) if os.name != 'nt' else process.kill()
    process.wait()


def _syntax_error(www):
    """Return a sentence about the first file that Python cannot read, or None."""
    for path in sorted(www.rglob('*.py')):
        try:
            ast.parse(path.read_bytes(), path)
        except (SyntaxError, ValueError) as error:
            line = getattr(error, 'lineno', None)
            text = (getattr(error, 'text', None) or '').strip()
            what = getattr(error, 'msg', error)
            return f'{place(path)}:{line or "?"} is no Python: {what}\n{text}'.rstrip()
    return None


def _in_words(message, www):
    """Return the gist of an error message; that of an import is a long text with `E ` lines."""
    gist = '\n'.join(re.findall('^E +(.*)', message, re.MULTILINE)) or message
    gist = re.sub(r"\n.*\buse '?-vv?\b.*", '', gist, flags=re.IGNORECASE)  # options of pytest
    folder = place(www)
    if match := re.search(r"^ModuleNotFoundError: No module named '(\w+)'", gist):
        return f'There is no file {folder}/{match[1]}.py yet.'
    if match := re.search(r"^ImportError: cannot import name '(\w+)' from '(\w+)'", gist):
        return f'{folder}/{match[2]}.py has no {match[1]} yet.'
    if gist.startswith('ConnectionRefusedError'):
        return 'Nobody answers: the program has ended, or does not listen.'
    places = [line for line in re.findall(r'^(\S+\.py:\d+): in ', message, re.M) if folder in line]
    where = f'\n(in {places[-1]})' if places else ''
    return gist.removeprefix('AssertionError: ').replace(f'{ROOT}{os.sep}', '') + where


def state(www):
    """Return what changes when a file of the folder is saved."""
    paths = [path for path in www.rglob('*') if path.suffix in ('.py', '.html', '.css', '.js')]
    return {path: path.stat().st_mtime_ns for path in paths}
