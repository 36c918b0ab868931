"""What the pages of course.py have in common: how they begin, and their look."""

from tools.stages import ROOT

HEAD = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
{head}
</head>
"""


def style(name):
    """Return the style sheet of a page, with what it shares with the others."""
    return '\n'.join(
        (ROOT / 'tools' / file).read_text(encoding='utf-8') for file in ('page.css', name)
    )
