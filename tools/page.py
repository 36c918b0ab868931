"""What the pages of course.py have in common: their look."""

from tools.stages import ROOT


def style(name):
    """Return the style sheet of a page, with what it shares with the others."""
    return '\n'.join(
        (ROOT / 'tools' / file).read_text(encoding='utf-8') for file in ('page.css', name)
    )
