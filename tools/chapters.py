"""The chapters and the README, in two languages: what comes from the code is put in here.

Each fence is of one of these kinds, which the comment above it or its language tells:

    <!-- quote: FILE name -->   code of the repository, see tools/quotes.py
    <!-- edit: FILE -->         a diff: the stage's file is changed for the blocks that follow
    <!-- new: FILE -->          a file that is put into the stage for the blocks that follow
    <!-- sketch -->             code that is nowhere in the repository
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

from tools.markdown import Heading, anchors, parse, replace
from tools.quotes import quote
from tools.stages import COUNTED, NOT_WRITTEN_HERE, ROOT, STAGES, files, lines
from tools.transcripts import Terminal

ENGLISH, CHINESE = 'README.md', 'README.zh-CN.md'
LONGEST = {'final': 650}
SECTIONS = {
    ENGLISH: [
        'The wish',
        'What this stage adds',
        'Run it',
        'How it works',
        'Follow the log',
        'When it goes wrong',
        'Then and now',
        'Exercises',
        'Check yourself',
    ],
    CHINESE: [
        '想要什么',
        '这一步加了什么',
        '跑起来',
        '它是怎么工作的',
        '跟着日志走',
        '出错的时候',
        '当年与现在',
        '练习',
        '检查自己',
    ],
}
WORDS = {
    ENGLISH: ('file', 'lines', '', 'new', 'changed', 'tests', 'other files'),
    CHINESE: ('文件', '行数', '', '新增', '改动', '测试', '其他文件'),
}
FOLDED = re.compile('<details>.*?</details>', re.DOTALL)
TABLE = re.compile('(?<=<!-- adds -->\n).*?(?=<!-- end -->)', re.DOTALL)


class Chapter:
    """The README of a folder, in both languages; without a stage, that of the repository."""

    def __init__(self, stage=None, root=ROOT):
        self._stage = stage
        self._root = root
        self._folder = root / stage.name if stage else root
        self._texts = {}
        for name in (ENGLISH, CHINESE):
            path = self._folder / name
            self._texts[name] = path.read_text(encoding='utf-8') if path.exists() else ''

    def problems(self):
        """Return what is not true, a sentence each, and how the texts should be: a dict."""
        texts = dict(self._texts)
        problems = self._refresh(texts)
        for name, text in texts.items():
            problems += [
                f'{self._path(name)} is stale: {line.strip()}'
                for line in _difference(self._texts[name], text)
            ]
        for name in texts:
            problems += [f'{self._path(name)}: {problem}' for problem in self._form(name)]
        problems += [f'{self._path(CHINESE)}: {problem}' for problem in _unlike(texts)]
        return problems, texts

    def write(self):
        """Put in what comes from the code; return what is not true and cannot be put right here."""
        _, texts = self.problems()
        for name, text in texts.items():
            if text != self._texts[name]:
                self._folder.joinpath(name).write_text(text, encoding='utf-8')
                print(f'{self._path(name)} has been brought up to date.')
        self._texts = texts
        return self.problems()[0]

    def _path(self, name):
        return self._folder.joinpath(name).relative_to(self._root).as_posix()

    def _refresh(self, texts):
        for name in texts:
            texts[name] = self._tables(name, texts[name])
        english = parse(texts[ENGLISH])
        new, problems = [], []
        with Terminal(self._stage.name if self._stage else '.') as terminal:
            for block in english.blocks:
                try:
                    new.append((block, self._content(block, terminal)))
                except (ValueError, OSError) as error:
                    problems.append(f'{self._path(ENGLISH)}: {error}')
                    new.append((block, getattr(block, 'text', '')))
        contents = [(block, text) for block, text in new if not isinstance(block, Heading)]
        texts[ENGLISH] = replace(texts[ENGLISH], contents)
        chinese = parse(texts[CHINESE]).fences
        if [f.marker for f in chinese] == [f.marker for f in english.fences]:
            pairs = zip(chinese, contents, strict=True)
            texts[CHINESE] = replace(texts[CHINESE], [(fence, new[1]) for fence, new in pairs])
        return problems

    def _content(self, block, terminal):
        if isinstance(block, Heading):
            terminal.restore()
            return ''
        kind, _, words = block.marker.partition(': ')
        match kind.removeprefix('and '), block.language:
            case 'quote', _:
                return quote(self._root, words)
            case ('edit' | 'new') as change, _:
                if not kind.startswith('and '):
                    terminal.restore()
                {'edit': terminal.edit, 'new': terminal.write}[change](words, block.text)
            case (('' | 'second terminal'), 'console'):
                return terminal.console(block.text, beside=bool(kind))
            case '', 'log':
                return terminal.log(block.text)
            case ('sketch', _) | ('', 'mermaid'):
                pass
            case _:
                raise ValueError(f'of which kind is the fence in line {block.first}?')
        return block.text

    def _tables(self, name, text):
        if self._stage:
            table = '\n'.join(_added(self._stage, self._root, name))
            return TABLE.sub(lambda _: f'\n{table}\n\n', text)
        for stage, (added, total) in zip(STAGES, lines(self._root), strict=True):
            row = rf'(?m)^(\| \[{stage.name}\]\(.+?\) \| .+? \|) \d+ \| \d+ \|$'
            text = re.sub(row, rf'\1 {added} | {total} |', text)
        return text

    def _form(self, name):
        text = self._texts[name]
        document = parse(text)
        if self._stage:
            sections = [heading.title for heading in document.headings if heading.level == 2]
            if sections != SECTIONS[name]:
                yield f'the sections are {sections}, and should be {SECTIONS[name]}'
            if '<!-- adds -->' not in text:
                yield 'the table between <!-- adds --> and <!-- end --> is missing'
        longest = LONGEST.get(self._folder.name, 400)
        if (length := FOLDED.sub('', text).count('\n')) > longest:
            yield f'it has {length} lines that are not folded, and should have at most {longest}'
        for link in document.links:
            if problem := self._dead(link, document):
                yield problem

    def _dead(self, link, document):
        target, _, anchor = link.partition('#')
        if ':' in target:
            return None  # another site
        path = self._folder / target
        if not path.exists():
            return f'there is no {target}'
        if anchor and anchor not in anchors(
            parse(path.read_text(encoding='utf-8')) if target else document
        ):
            return f'there is no heading {link}'
        return None


def _difference(old, new):
    lines = unified_diff(old.splitlines(), new.splitlines(), lineterm='', n=0)
    return [line for line in lines if not line.startswith(('---', '+++', '@@'))][:20]


def _unlike(texts):
    """Say how the Chinese text differs in form from the English one."""
    english, chinese = (parse(texts[name]) for name in (ENGLISH, CHINESE))
    forms = {
        'the levels of the headings': lambda d: [heading.level for heading in d.headings],
        'the fences': lambda d: [(f.marker, f.language, f.text) for f in d.fences],
        'the commands': lambda d: d.commands,
        'the shapes of the tables': lambda d: d.tables,
        'the links': lambda d: sorted(_without_language(link) for link in d.links),
    }
    for what, form in forms.items():
        theirs, ours = form(english), form(chinese)
        if theirs != ours:
            pairs = zip([*theirs, None], [*ours, None], strict=False)
            first = next((pair for pair in pairs if pair[0] != pair[1]), None)
            yield f'{what} are not those of {ENGLISH}: there {first[0]}, here {first[1]}'


def _without_language(link):
    target, _, anchor = link.partition('#')
    other = target.replace('.zh-CN', '')
    return f'{other}#…' if anchor else other


def _added(stage, root, name):
    """Return the lines of the table of what the stage adds: program, tests, other files."""
    file, number, _, new, changed, tests, other = WORDS[name]
    yield f'| {file} | {number} | |'
    yield '|---|---|---|'
    index = STAGES.index(stage)
    before = files(root, STAGES[index - 1]) if index else {}
    now = files(root, stage)
    program = [path for path in now if path.endswith(COUNTED) and path not in NOT_WRITTEN_HERE]
    program = [path for path in program if '_test' not in path]
    for path in [path for path in stage.adds if path in program]:
        yield f'| [{path}](www/{path}) | {len(now[path].splitlines())} | {new} |'
    for path in [path for path in stage.changes if path in program]:
        plus, minus = _counts(before[path].decode(), now[path].decode())
        yield f'| [{path}](www/{path}) | +{plus} −{minus} | {changed} |'
    rest = [path for path in sorted(stage.adds + stage.changes) if path not in program]
    for kind, belongs in ((tests, True), (other, False)):
        names = [p for p in rest if ('_test' in p or p == 'transcript.txt') is belongs]
        if names:
            yield f'| {", ".join(f"[{path}](www/{path})" for path in names)} | | {kind} |'


def _counts(before, now):
    changes = [line[0] for line in unified_diff(before.splitlines(), now.splitlines(), n=0)]
    return changes.count('+') - 1, changes.count('-') - 1


def all_chapters(root=ROOT):
    """Return the README of the repository and those of the stages."""
    return [Chapter(root=root), *(Chapter(stage, root) for stage in STAGES)]


def main():
    """Check the chapters, or write what can be written, and say what is not true."""
    parser = argparse.ArgumentParser()
    parser.add_argument('--check', action='store_true')
    parser.add_argument('names', nargs='*')
    options = parser.parse_args()
    chosen = [Chapter(stage) for stage in STAGES if stage.name in options.names]
    problems = []
    for chapter in chosen or all_chapters():
        problems += chapter.problems()[0] if options.check else chapter.write()
    print('\n'.join(problems) or 'The chapters are true.')
    return bool(problems)


if __name__ == '__main__':
    sys.exit(main())
