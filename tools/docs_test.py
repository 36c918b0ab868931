"""The chapters are true, and the checker would say so if they were not."""

import os
import shutil

import pytest

from tools.chapter_form import CHINESE, ENGLISH, SECTIONS
from tools.chapters import Chapter
from tools.stages import ROOT, STAGES
from tools.transcripts import same

pytestmark = [
    pytest.mark.once,
    pytest.mark.skipif(os.name == 'nt', reason='the commands of the chapters need bash'),
]
STAGE = STAGES[0]
STAGE_LOG = ROOT / STAGE.name / 'www' / 'transcript.txt'
QUOTE = '<!-- quote: day01_hello/www/app.py {} -->\n```python\n```\n'
EDIT = '<!-- edit: www/app.py -->\n```diff\n-{}\n+other\n```\n'


@pytest.mark.parametrize('stage', [None, *STAGES], ids=lambda s: s.name if s else 'README')
def test_what_the_chapters_say_is_true(stage):
    assert Chapter(stage).problems() == []


def test_the_readme_has_each_stage_with_its_idea():
    rows = ROOT.joinpath(ENGLISH).read_text(encoding='utf-8').replace('`', '')
    for stage in STAGES:
        assert f'| [{stage.name}]({stage.name}/README.md) | {stage.idea} | ' in rows


@pytest.fixture
def write(tmp_path):
    """A function that writes a chapter with this content, in both languages, and returns it."""
    folder = tmp_path / STAGE.name
    shutil.copytree(ROOT / STAGE.name / 'www', folder / 'www')

    def write(english, chinese=None):
        for name, text in ((ENGLISH, english), (CHINESE, english if chinese is None else chinese)):
            sections = ''.join(f'## {title}\n\n' for title in SECTIONS[name])
            text = f'<!-- adds -->\n<!-- end -->\n\n{text}\n\n{sections}'
            folder.joinpath(name).write_text(text, encoding='utf-8')
        return Chapter(STAGE, tmp_path)

    return write


def problem(chapter):
    """What is not true of a chapter even after it was brought up to date: one sentence."""
    (sentence,) = chapter.write()
    return sentence


@pytest.mark.parametrize(
    'text',
    [
        QUOTE.format('index'),
        '```console\n$ cat day01_hello/www/transcript.txt\n```\n',
        '```console\n$ cat day01_hello/www/transcript.txt\n…\nsomething else\n```\n',
        '```console\n$ python day01_hello/www/app.py\n```\n\n```log\nnothing of this\n```\n',
    ],
)
def test_what_is_stale_is_named_and_can_be_brought_up_to_date(write, text):
    chapter = write(text)
    assert f'{STAGE.name}/{ENGLISH} is stale: ' in chapter.problems()[0]
    assert chapter.write() == []
    assert chapter.problems() == []


def test_the_table_of_what_a_stage_adds_has_its_files_and_their_lines(write):
    assert any('| [app.py](www/app.py) | 29 | new |' in line for line in write('').problems())
    assert any('| [app.py](www/app.py) | 29 | 新增 |' in line for line in write('').problems())


def test_a_quote_of_what_is_not_there_is_refused(write):
    assert 'there is no nothing' in problem(write(QUOTE.format('nothing')))


def test_a_quote_is_short(write, tmp_path):
    tmp_path.joinpath('day01_hello/www/long.py').write_text('pass\n' * 41)
    quote = QUOTE.replace('app.py {}', 'long.py')
    assert 'has 41 lines, and a quote at most 40' in problem(write(quote))


def test_an_edit_has_to_fit(write):
    assert 'has not exactly once:\nnothing' in problem(write(EDIT.format('nothing')))


def test_a_fence_has_to_be_of_some_kind(write):
    assert 'of which kind' in problem(write('```python\n1\n```\n'))


@pytest.mark.parametrize(
    ('english', 'chinese', 'what'),
    [
        ('### One', '', 'levels of the headings'),
        ('```mermaid\na\n```', '', 'fences'),
        ('    one', '    two', 'commands'),
        ('| a |\n|---|\n| b |', '| a |\n|---|', 'shapes of the tables'),
        ('[a](www/app.py)', '', 'links'),
    ],
)
def test_both_languages_have_the_same_form(write, english, chinese, what):
    assert f'{CHINESE}: the {what} are not those of {ENGLISH}' in problem(write(english, chinese))


def test_both_languages_have_all_sections(write):
    chapter = write('## One section more')
    english, chinese = chapter.write()
    assert english.startswith(f'{STAGE.name}/{ENGLISH}: the sections are')
    assert chinese.startswith(f'{STAGE.name}/{CHINESE}: the sections are')


@pytest.mark.parametrize(
    ('link', 'what'),
    [
        ('nothing.py', 'nothing.py'),
        ('nothing.py#a', 'nothing.py'),
        ('#nothing', 'heading #nothing'),
        ('README.md#nothing', 'heading README.md#nothing'),
    ],
)
def test_a_dead_link_is_named(write, link, what):
    english, chinese = write(f'[a]({link})').write()
    assert f'there is no {what}' in english
    assert f'there is no {what}' in chinese


def test_a_link_may_lead_to_a_heading(write):
    english = '[a](#the-wish) [b](README.md#run-it)'
    chinese = '[a](#想要什么) [b](README.zh-CN.md#跑起来)'
    assert write(english, chinese).write() == []


def test_a_chapter_has_an_end(write):
    english, chinese = write('line\n' * 400).write()
    assert 'lines are not folded' in english
    assert 'lines are not folded' in chinese


def test_an_edit_lasts_until_the_next_heading(write, tmp_path):
    show = '```console\n$ cat day01_hello/www/transcript.txt\n```\n'
    line = STAGE_LOG.read_text()
    edit = EDIT.format(line.rstrip()).replace('app.py', 'transcript.txt')
    assert write(f'{edit}\n{show}\n### Next\n\n{show}').write() == []
    text = tmp_path.joinpath(STAGE.name, ENGLISH).read_text(encoding='utf-8')
    assert 'transcript.txt\nother\n```' in text.partition('### Next')[0]
    assert f'transcript.txt\n{line}```' in text.partition('### Next')[2]


@pytest.mark.parametrize(
    ('written', 'output'),
    [
        ('7 passed in 2.51s\n', '8 passed in 12.20s\n'),
        ('Date: Sat, 21 Nov 2026 16:58:35 GMT\n', 'Date: Sun, 22 Nov 2026 17:00:00 GMT\n'),
        ("{'created_at': 1795277915.1}\n", "{'created_at': 1795277916.22}\n"),
        ('a\n…\nz\n', 'a\nb\nc\nz\n'),
        ('a\n…\nz\n', 'a\nz\n'),
        ('…\nz\n', 'a\nb\nz\n'),
    ],
)
def test_what_differs_from_run_to_run_is_not_compared(written, output):
    assert same(written, output)


@pytest.mark.parametrize(
    ('written', 'output'),
    [
        ('rows returned: 4\n', 'rows returned: 5\n'),
        ('7 passed\n', '7 failed\n'),
        ('a\n…\nz\n', 'a\nb\n'),
        ('a\n', ''),
    ],
)
def test_all_else_is_compared(written, output):
    assert not same(written, output)
