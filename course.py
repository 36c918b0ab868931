#!/usr/bin/env python3
"""The one entry to the course: `python3 course.py` lists the stages and what to type next."""

# Written so that every Python from 2.7 on can read it: an old one gets a sentence, no SyntaxError.

import os
import sys


def newer_python():
    """Return the newest python3.X, X from 11 on, that PATH offers; an empty string if none."""
    for minor in range(20, 10, -1):
        for folder in os.environ.get('PATH', '').split(os.pathsep):
            if os.access(os.path.join(folder, 'python3.%d' % minor), os.X_OK):
                return 'python3.%d' % minor
    return ''


if sys.version_info < (3, 11):
    sys.stderr.write(
        'The course needs Python 3.11 or newer, and %s is %d.%d. %s\n'
        % (
            sys.executable,
            sys.version_info[0],
            sys.version_info[1],
            'Try: %s course.py' % newer_python() if newer_python() else 'Please install one.',
        )
    )
    sys.exit(3)

if __name__ == '__main__':
    from tools.cli import main

    sys.exit(main(sys.argv[1:]))
