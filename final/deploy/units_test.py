"""systemd understands the units, and they give the programs no more rights than they need."""

import re
import shutil
import subprocess

import pytest

from final.deploy.site_for_tests import DEPLOY

pytestmark = pytest.mark.once

SUFFIXES = ('.service', '.socket', '.timer')
UNITS = sorted(path.name for path in DEPLOY.glob('blog*') if path.suffix in SUFFIXES)
SERVICES = [name for name in UNITS if name.endswith('.service')]


@pytest.fixture
def analyze():
    """A function that runs systemd-analyze."""
    program = shutil.which('systemd-analyze')
    if not program:
        pytest.skip('no systemd-analyze here: install systemd')

    def analyze(*options):
        command = [program, '--no-pager', *options]
        return subprocess.run(command, capture_output=True, text=True)

    return analyze


def test_the_units_have_no_mistakes(analyze, tmp_path):
    for name in UNITS:
        unit = (DEPLOY / name).read_text().replace('/opt/blog/.venv/bin/python', shutil.which('sh'))
        (tmp_path / name).write_text(unit)
    run = analyze('verify', '--man=no', *(tmp_path / name for name in UNITS))
    ours = [line for line in run.stderr.splitlines() if 'blog' in line]
    assert (run.returncode, ours) == (0, [])


@pytest.mark.parametrize('name', SERVICES)
def test_a_break_in_would_get_little(analyze, name):
    run = analyze('security', '--offline=yes', '--threshold=15', DEPLOY / name)
    assert run.returncode == 0, run.stdout
    assert 'Overall exposure level' in run.stdout


def test_both_services_are_confined_alike():
    first, second = (confinement((DEPLOY / name).read_text()) for name in SERVICES)
    assert first == second


def confinement(unit):
    """Return the lines that take rights away."""
    names = 'Private|Protect|Restrict|SystemCall|IPAddress|Capabilit|Lock|Memory|NoNew|Device|UMask'
    return set(re.findall(rf'^(?:{names}).*', unit, re.MULTILINE))


def test_systemd_waits_longer_than_the_blog():
    unit = (DEPLOY / 'blog.service').read_text()
    override = (DEPLOY.parent / 'www' / 'config_override.py').read_text()
    wait = int(re.search('TimeoutStopSec=(.*)', unit)[1])
    assert wait > int(re.search("'shutdown_seconds': (.*),", override)[1]) + 3


def test_as_blog_asks_which_command():
    run = subprocess.run(['sh', DEPLOY / 'as-blog'], capture_output=True, text=True)
    assert run.returncode == 1
    assert run.stderr.startswith('Which command? For example:')
