"""The command line: `python app.py --help`."""

import argparse
import os
import sys


def read():
    """Return the options, unless they ask for another program than the blog: then become that."""
    parser = argparse.ArgumentParser(description='The blog. Its settings: see config_default.py.')
    parser.add_argument('--check', action='store_true', help='only look whether it could start')
    parser.add_argument('--reload', action='store_true', help='start anew after every change')
    parser.add_argument('--workers', type=int, metavar='N', help='N processes that share the port')
    options = parser.parse_args()
    # Each of these starts the blog again, in other processes, so it needs none of its modules.
    if options.reload:
        import pymonitor

        sys.exit(pymonitor.main([name for name in sys.argv if name != '--reload']))
    if options.workers is not None:
        if os.name == 'nt' or options.workers < 1:
            parser.error('--workers takes a number from 1 on, and Windows has no workers')
        import workers

        sys.exit(workers.main(options.workers))
    return options
