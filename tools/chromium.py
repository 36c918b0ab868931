"""The browser of this machine, for tests and pictures."""

import shutil

PROGRAMS = (
    'chromium-headless-shell',  # the same pages in half the time: it has no window to draw them in
    'chromium',
    'chromium-browser',
    'google-chrome',
)
ARGUMENTS = [
    '--no-proxy-server',  # and no other machine than this one
    '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
    '--disable-gpu',  # to draw as if there were one takes longer than to draw without
]


def find_browser():
    """Return the path of Chromium or Chrome; None if there is none."""
    return next(filter(None, map(shutil.which, PROGRAMS)), None)
