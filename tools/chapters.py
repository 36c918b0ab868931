"""The chapters and the README, in two languages: what comes from the code is put in here.

Each fence is of one of these kinds, which the comment above it or its language tells:

    <!-- quote: FILE name -->   code of the repository, see tools/quotes.py
    <!-- edit: FILE -->         a diff: the stage's file is changed for the blocks that follow
    <!-- new: FILE -->          a file that is put into the stage for the blocks that follow
    <!-- sketch -->             code that is nowhere in the repository
    <!-- measured: COMMAND -->  what that has printed once, on a machine that the text names
    ```console                  commands with their output, see tools/transcripts.py
    ```log                      what the running program has printed since it was last shown
    ```mermaid                  a picture

`<!-- and edit: FILE -->` and `<!-- and new: FILE -->` leave earlier edits in place; a heading
undoes all. Below `<!-- second terminal -->`, the program that runs goes on while another is
started. Between `<!-- adds -->` and `<!-- end -->` stands a table from the contract. The Chinese
text has the fences of the English one.
"""

import argparse
import re
import sys
from difflib import unified_diff

from tools.chapter_form import CHINESE, ENGLISH, form, unlike
from tools.markdown import Heading, parse, replace
from tools.quotes import quote
from tools.stages import COUNTED, NOT_WRITTEN_HERE, ROOT, STAGES, files, lines
from tools.transcripts import Terminal

ADDS = re.compile('(?<=<!-- adds -->\n).*?(?=<!-- end -->)', re.DOTALL)
WORDS = {
    ENGLISH: ('file', 'lines', 'new', 'changed', 'tests', 'other files'),
    CHINESE: ('文件', '行数', '新增', '改动', '测试', '其他文件'),
}


class Chapter:
    """The README of a folder, in both languages; without a stage, that of the repository."""

    def __init__(self, stage=None, root=ROOT):
        self._stage, self._root = stage, root
        self._folder = root / stage.name if stage else root
        self._texts = {}
        for name in (ENGLISH, CHINESE):
            path = self._folder / name
            self._texts[name] = path.read_text(encoding='utf-8') if path.exists() else ''

    def problems(self):
        """Return what is not true: a sentence each."""
        return self._refreshed()[1]

    def write(self):
        """Put in what comes from the code; return what is not true all the same."""
        texts = self._refreshed()[0]
        for name, text in texts.items():
            if text != self._texts[name]:
                self._folder.joinpath(name).write_text(text, encoding='utf-8')
                print(f'{self._path(name)} has been brought up to date.')
        self._texts = texts
        return self.problems()

    def _path(self, name):
        return self._folder.joinpath(name).relative_to(self._root).as_posix()

    def _refreshed(self):
        """Return the texts as they should be, and the problems."""
        contents, problems = self._contents(parse(self._texts[ENGLISH]))
        texts = {}
        for name, text in self._texts.items():
            fences = parse(text).fences
            if [f.marker for f in fences] == [fence.marker for fence, _ in contents]:
                new = [(fence, text) for fence, (_, text) in zip(fences, contents, strict=True)]
                text = replace(text, new)
            texts[name] = self._numbers(name, text)
            problems += [
                f'{self._path(name)} is stale: {line}'
                for line in _difference(self._texts[name], texts[name])
            ]
            problems += [
                f'{self._path(name)}: {problem}'
                for problem in form(self._folder, name, texts[name], bool(self._stage))
            ]
        problems += [f'{self._path(CHINESE)}: {problem}' for problem in unlike(texts)]
        return texts, problems

    def _contents(self, document):
        """Return each fence with what belongs into it, and the problems."""
        contents, problems = [], []
        with Terminal(self._root, self._stage.name if self._stage else '.') as terminal:
            for block in document.blocks:
                if isinstance(block, Heading):
                    terminal.restore()
                    continue
                try:
                    contents.append((block, self._content(block, terminal)))
                except (ValueError, OSError) as error:
                    problems.append(f'{self._path(ENGLISH)}: {error}')
                    contents.append((block, block.text))
        return contents, problems

    def _content(self, fence, terminal):
        kind, _, words = fence.marker.partition(': ')
        match kind.removeprefix('and '), fence.language:
            case 'quote', _:
                return quote(self._root, words)
            case ('edit' | 'new') as change, _:
                if not kind.startswith('and '):
                    terminal.restore()
                {'edit': terminal.edit, 'new': terminal.write}[change](words, fence.text)
            case (('' | 'second terminal'), 'console'):
                return terminal.console(fence.text, beside=bool(kind))
            case '', 'log':
                return terminal.log(fence.text)
            case ('sketch' | 'measured', _) | ('', 'mermaid'):
                pass
            case _:
                raise ValueError(f'of which kind is the fence in line {fence.first}?')
        return fence.text

    def _numbers(self, name, text):
        if self._stage:
            table = '\n'.join(_adds(self._stage, self._root, name))
            return ADDS.sub(lambda _: f'\n{table}\n\n', text)
        for stage, (added, total) in zip(STAGES, lines(self._root), strict=True):
            row = rf'(?m)^(\| \[{stage.name}\]\(.+?\) \| .+? \|) \d+ \| \d+ \|$'
            text = re.sub(row, rf'\1 {added} | {total} |', text)
        return text


def _difference(old, new):
    lines = unified_diff(old.splitlines(), new.splitlines(), lineterm='', n=0)
    return [line for line in lines if not line.startswith(('---', '+++', '@@'))][:20]


def _adds(stage, root, name):
    """Return the table of what the stage adds: program, tests, other files; a text a line."""
    file, number, new, changed, tests, other = WORDS[name]
    index = STAGES.index(stage)
    before = files(root, STAGES[index - 1]) if index else {}
    now = files(root, stage)
    program = [path for path in stage.adds + stage.changes if _is_program(path)]
    rest = sorted({*stage.adds, *stage.changes} - {*program})
    yield f'| {file} | {number} | |'
    yield '|---|---|---|'
    for path in program:
        link, text = f'[{path}](www/{path})', now[path].decode()
        if path in stage.adds:
            yield f'| {link} | {len(text.splitlines())} | {new} |'
        else:
            plus, minus = _counts(before[path].decode(), text)
            yield f'| {link} | +{plus} −{minus} | {changed} |'
    for kind, belongs in ((tests, True), (other, False)):
        links = [f'[{p}](www/{p})' for p in rest if _is_test(p) is belongs]
        if links:
            yield f'| {", ".join(links)} | | {kind} |'


def _is_test(path):
    return '_test' in path or path == 'transcript.txt'


def _is_program(path):
    return path.endswith(COUNTED) and not _is_test(path) and path not in NOT_WRITTEN_HERE


def _counts(before, now):
    changes = [line[0] for line in unified_diff(before.splitlines(), now.splitlines(), n=0)]
    return changes.count('+') - 1, changes.count('-') - 1


def main():
    """Check the chapters, or write what can be written, and say what is not true."""
    parser = argparse.ArgumentParser()
    parser.add_argument('--check', action='store_true')
    parser.add_argument('names', nargs='*')
    options = parser.parse_args()
    chosen = [stage for stage in STAGES if stage.name in options.names]
    problems = []
    for stage in chosen or [None, *STAGES]:
        chapter = Chapter(stage)
        problems += chapter.problems() if options.check else chapter.write()
    print('\n'.join(problems) or 'The chapters are true.')
    return bool(problems)


if __name__ == '__main__':
    sys.exit(main())
