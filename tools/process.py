"""A command in a process of its own, which Ctrl-C ends without leaving anything behind."""

import subprocess


def call(command, **options):
    """Run the command until its end; return its exit code."""
    process = subprocess.Popen(command, **options)
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:  # it has heard it, too: let it close what it has opened
            pass
