"""course.py reset: begin a stage anew; your version is moved to a folder with a date."""

import shutil
import time

from tools.progress import Progress
from tools.stages import ROOT
from tools.start import begin


def configure(parser):
    parser.add_argument('stage', nargs='?', help='without it, the one that was started last')
    parser.epilog = 'Example: python3 course.py reset day03'


def run(options, rest):
    """Move the learner's folder away, then start."""
    progress = Progress()
    stage = progress.choose(options.stage)
    old = ROOT / progress.folder
    if old.exists():
        backup = old.with_name(f'{old.name}-{time.strftime("%Y-%m-%d-%H%M%S")}')
        shutil.move(old, backup)
        print(f'Your version is now in {backup.name}/.')
    begin(stage, progress.folder)
    return 0
