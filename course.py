#!/usr/bin/env python3
"""The one entry to the course: `python3 course.py` lists the stages and what to type next."""

# Written so that every Python from 2.7 on can read it: an old one gets a sentence, no SyntaxError.

import os
import subprocess
import sys


def newer_python():
    """Return the newest python3.X, X from 11 on, that starts; an empty string if none does."""
    for minor in range(20, 10, -1):
        if os.system('python3.%d -c "" 2>%s' % (minor, os.devnull)) == 0:
            return 'python3.%d' % minor
    return ''


if sys.version_info < (3, 11):
    python = newer_python()
    command = '%s %s' % (python, subprocess.list2cmdline(sys.argv))
    sys.stderr.write(
        'The course needs Python 3.11 or newer, and %s is %d.%d. %s\n'
        % (
            sys.executable,
            sys.version_info[0],
            sys.version_info[1],
            'Try: ' + command if python else 'Please install one.',
        )
    )
    sys.exit(3)

if __name__ == '__main__':
    from tools.cli import main

    sys.exit(main(sys.argv[1:]))
