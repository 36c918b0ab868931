"""What the terminal can show: colours, and letters beyond ASCII."""

import os
import sys

ASCII = {
    '✓': 'ok',
    '→': '->',
    '×': 'x',
    '↳': '->',
    '·': '-',
    '…': '...',
    '▶': '>',
    '−': '-',
    '✗': 'x',
}
CODES = {'bold': 1, 'dim': 2, 'red': 31, 'green': 32, 'yellow': 33, 'magenta': 35, 'cyan': 36}


def has_colours():
    """Return whether colours are wanted: https://no-color.org, and only in a terminal."""
    return sys.stdout.isatty() and not os.environ.get('NO_COLOR')


def colour(name, text):
    """Return the text in this colour, if the terminal shows any."""
    return f'\x1b[{CODES[name]}m{text}\x1b[0m' if has_colours() else text


def can_show(sign):
    """Return whether the output has this sign."""
    try:
        sign.encode(sys.stdout.encoding)
    except UnicodeEncodeError:
        return False
    return True


def plain(text):
    """Return the text with ASCII for each of our signs that the output cannot show."""
    for sign, replacement in ASCII.items():
        if not can_show(sign):
            text = text.replace(sign, replacement)
    return text
