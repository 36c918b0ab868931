"""The form of a chapter: its sections, its length, its links, and that both languages agree."""

import re

from tools.markdown import anchors, parse

ENGLISH, CHINESE = 'README.md', 'README.zh-CN.md'
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
FOLDED = re.compile('<details>.*?</details>', re.DOTALL)
LONGEST = {'final': 620}  # lines that are not folded; of another chapter:
LONGEST_DAY = 365


def form(folder, name, text, is_chapter):
    """Yield what is wrong with the form of one text."""
    document = parse(text)
    if is_chapter:
        sections = [heading.title for heading in document.headings if heading.level == 2]
        if sections != SECTIONS[name]:
            yield f'the sections are {sections}, and should be {SECTIONS[name]}'
        if '<!-- adds -->' not in text:
            yield 'the table between <!-- adds --> and <!-- end --> is missing'
    longest = LONGEST.get(folder.name, LONGEST_DAY)
    if (length := FOLDED.sub('', text).count('\n')) > longest:
        yield f'{length} lines are not folded, and should be at most {longest}'
    for link in document.links:
        yield from _dead(link, folder, document)


def _dead(link, folder, document):
    target, _, anchor = link.partition('#')
    path = folder / target
    if ':' in target:  # another site
        return
    if not path.exists():
        yield f'there is no {target}'
    elif anchor:
        other = parse(path.read_text(encoding='utf-8')) if target else document
        if anchor not in anchors(other):
            yield f'there is no heading {link}'


def unlike(texts):
    """Yield how the Chinese text differs in form from the English one."""
    english, chinese = (parse(texts[name]) for name in (ENGLISH, CHINESE))
    parts = {
        'levels of the headings': lambda d: [heading.level for heading in d.headings],
        'fences': lambda d: [(f.marker, f.language, f.text) for f in d.fences],
        'commands': lambda d: d.commands,
        'shapes of the tables': lambda d: d.tables,
        'links': lambda d: sorted(map(_without_language, d.links)),
    }
    for what, part in parts.items():
        theirs, ours = part(english), part(chinese)
        if theirs != ours:
            pairs = zip([*theirs, None], [*ours, None], strict=False)
            there, here = next(pair for pair in pairs if pair[0] != pair[1])
            yield f'the {what} are not those of {ENGLISH}: there {there}, here {here}'


def _without_language(link):
    target, _, anchor = link.partition('#')  # anchors are headings, so in the language
    return target.replace(CHINESE, ENGLISH), bool(anchor)
