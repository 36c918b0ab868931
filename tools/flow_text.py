"""A recorded request as text: a tree for the terminal, or a sequence diagram for Mermaid."""

from tools.flow_tree import calls, headline, result, title
from tools.terminal import colour, plain

COLOURS = {'SQL': 'cyan', 'template': 'magenta', 'log': 'dim', 'back': 'dim'}
RIGHT = 38  # columns for file, stage and time
SHORTEST = 12  # columns for a name
UNICODE, ASCII = ('├─ ', '└─ ', '│  '), ('|- ', '`- ', '|  ')


def text(tree, width, shapes=UNICODE):
    """Return the lines of the tree, none wider than `width`."""
    lines = [colour('bold', _cut(headline(tree), width))]
    for line in _rows(tree['items'], '', shapes, width):
        lines.append(line)
    return '\n'.join(map(plain, lines))


def _rows(items, indent, shapes, width):
    middle, last, through = shapes
    for number, item in enumerate(items, 1):
        is_last = number == len(items)
        lead = _fitting(indent + (last if is_last else middle), width)
        below = indent + ('   ' if is_last else through)
        if 'name' in item:
            yield _call(item, lead, width)
            yield from _rows([*item['items'], *_back(item)], below, shapes, width)
        elif 'log' in item:
            yield lead + colour('dim', _cut(f'· {_message(item["log"])}', width - len(lead)))
        else:
            yield lead + colour('dim', _cut(f'→ {item["back"]}', width - len(lead)))


def _fitting(lead, width):
    """Cut what stands before a name on its left, where calls are deep and the terminal is not."""
    room = max(width - RIGHT - SHORTEST - 1, 3)
    return lead if len(lead) <= room else f'…{lead[1 - room :]}'


def _back(call):
    """What came back stands where it comes out: below everything that happened inside."""
    return [{'back': result(call)}] if call['items'] and result(call) else []


def _call(call, lead, width):
    name = title(call) if call['items'] else f'{title(call)} {_arrow(call)}'.rstrip()
    place = f'{call["file"].rpartition("/")[2]}:{call["line"]}'
    right = f'{_cut(place, 22):<22} {call["since"].partition("_")[0]:<5} {call["ms"]:>6.1f} ms'
    room = max(width - RIGHT - len(lead) - 1, 1)
    name = f'{_cut(name, room):<{room}}'
    layer = COLOURS.get(call['layer'], 'green')
    return f'{lead}{colour("red" if call["error"] else layer, name)} {colour("dim", right)}'


def _arrow(call):
    return f'→ {result(call)}' if result(call) else ''


def _message(line):
    return line.partition(':root:')[2] or line


def _cut(text, width):
    text = text.replace('\n', ' ')
    return text if len(text) <= width else f'{text[: max(width - 1, 0)]}…'


def mermaid(tree):
    """Return a sequence diagram, as GitHub draws it: who calls whom, and what comes back."""
    lines = ['sequenceDiagram', '    participant visitor']
    names = dict.fromkeys(_participant(call) for call in calls(tree))
    lines += [f'    participant {name}' for name in names]
    lines += _messages(tree['items'], 'visitor', f'{tree["method"]} {tree["path"]}')
    return '\n'.join(lines)


def _messages(items, caller, first=None):
    for call in [item for item in items if 'name' in item]:
        callee = _participant(call)
        if callee != caller:
            yield f'    {caller}->>{callee}: {_escaped(first or title(call))}'
        yield from _messages(call['items'], callee)
        if callee != caller and result(call):
            sign = '--x' if call['error'] else '-->>'
            yield f'    {callee}{sign}{caller}: {_escaped(result(call))}'


def _participant(call):
    return 'templates' if call['layer'] == 'template' else call['file'].removesuffix('.py')


def _escaped(text):
    return text.replace('#', '#35;').replace(';', '#59;')[:80]
