"""What a learner's version of a stage has to do: checks.toml of each stage, in chapter order.

A check stands for some tests, and knows how to help: a nudge, a section of the chapter, and the
lines of the stage's own version.
"""

import ast
import re
import tomllib
from dataclasses import dataclass, replace
from functools import cache
from itertools import chain

from tools.quotes import quote
from tools.stages import ROOT, STAGES


@dataclass(frozen=True)
class Check:
    """What some tests are about; `code` is a place in `www/`, such as `orm.py Model.find`."""

    stage: str
    title: str
    tests: tuple[str, ...]
    nudge: str
    section: str
    code: str

    def paragraph(self, chinese=False):
        """Return the file and the heading of the section, and its text, without code."""
        path = ROOT / self.stage / ('README.zh-CN.md' if chinese else 'README.md')
        # Both languages have the same headings in the same order.
        number = [title for title, _ in _sections(path.with_name('README.md'))].index(self.section)
        title, text = _sections(path)[number]
        return path.relative_to(ROOT).as_posix(), title, text

    def lines(self):
        """Return the lines of the stage's own version."""
        return quote(ROOT, f'{self.stage}/www/{self.code}')


@cache
def own_checks(stage):
    """Return the checks of what this stage adds."""
    path = ROOT / stage.name / 'checks.toml'
    data = tomllib.loads(path.read_text(encoding='utf-8')) if path.exists() else {}
    return [
        Check(stage.name, **check | {'tests': tuple(check['tests'])})
        for check in data.get('check', ())
    ]


def all_checks(stage):
    """Return the stage's own checks, then what is left of those of the stages before.

    A later stage may have a check of its own for an old test, which now demands something else.
    """
    checks, left = [], set(names_of_tests(stage))
    earlier = STAGES[: STAGES.index(stage)]
    for check in chain.from_iterable(map(own_checks, (stage, *earlier))):
        tests = tuple(test for test in check.tests if test in left)
        left -= {*tests}
        if tests:
            checks.append(replace(check, tests=tests))
    return checks


@cache
def names_of_tests(stage):
    """Return the names of a stage's tests, each with the name of its file: a dict."""
    return {
        node.name: path.name
        for path in sorted(ROOT.joinpath(stage.name, 'www').glob('*_test.py'))
        for node in ast.parse(path.read_bytes()).body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.name.startswith('test_')
    }


def sentence(test):
    """Return the name of a test as the sentence that it is."""
    return test.removeprefix('test_').replace('_', ' ')


@cache
def _sections(path):
    """Return the headings of a chapter, each with what it says before the next one."""
    text = re.sub(r'^```.*?^```$', '', path.read_text(encoding='utf-8'), flags=re.M | re.S)
    parts = re.split(r'^##+ (.+)\n', text, flags=re.M)
    return [
        (title, _prose(re.split(r'\n\s*\n', body)))
        for title, body in zip(parts[1::2], parts[2::2], strict=True)
    ]


def _prose(paragraphs):
    paragraphs = [paragraph.strip() for paragraph in paragraphs]
    return '\n\n'.join(p for p in paragraphs if p and not p.startswith(('<', '|', '!')))
