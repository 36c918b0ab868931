"""course.py bench measures, and says what came out."""

import re
import subprocess
import sys

import pytest

from tools.stages import ROOT


@pytest.mark.once
def test_bench_flow_compares_final_with_and_without_the_recorder():
    command = [sys.executable, 'course.py', 'bench', '--flow', '--rounds', '1', '--seconds', '1']
    run = subprocess.run(command, cwd=ROOT, capture_output=True, encoding='utf-8')
    assert run.returncode == 0, run.stderr
    assert re.findall(r'^\| (\S.*?) +\| +\d+ \|', run.stdout, re.MULTILINE) == [
        'final',
        'final, recorded',
    ]
