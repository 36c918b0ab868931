"""python -m bench QUESTION DATABASE SECONDS ROUNDS: what `course.py bench` runs."""

import sys
from importlib import import_module

name, db, seconds, rounds = sys.argv[1:]
try:
    import_module(f'bench.{name}').main(db, int(seconds), int(rounds))
except RuntimeError as error:
    sys.exit(f'Cannot measure: {error}')
except KeyboardInterrupt:
    sys.exit(130)
