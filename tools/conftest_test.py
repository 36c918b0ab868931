"""pytest in its several forms: from the root, in a stage, and on a learner's own folder."""

import re
import shutil
import subprocess
import sys

import pytest

from tools.stages import ROOT

pytestmark = pytest.mark.once

APIS = 'day04_coroweb/www/apis_test.py'


def pytest_process(*args, cwd=ROOT):
    """Return the ended process."""
    command = [sys.executable, '-m', 'pytest', '-q', '-p', 'no:cacheprovider', *args]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)


def run_pytest(*args, cwd=ROOT):
    """Return how many tests passed and how many failed."""
    text = pytest_process(*args, cwd=cwd).stdout
    return [int(n[1]) if (n := re.search(rf'(\d+) {w}', text)) else 0 for w in ('passed', 'failed')]


@pytest.fixture
def own(tmp_path):
    """A learner's own version of day 4."""
    own = tmp_path / 'my folder'
    shutil.copytree(ROOT / 'day04_coroweb/www', own)
    return own


@pytest.mark.parametrize(('option', 'failures'), [((), 0), (('--nothing-skipped',), 1)])
def test_a_skipped_test_can_be_an_error(tmp_path, option, failures):
    test = tmp_path / 'x_test.py'
    test.write_text('import pytest\n\ndef test_x():\n    pytest.skip("not here")\n')
    config = ('-c', str(ROOT / 'pyproject.toml'), '-p', 'tools.testing')
    assert run_pytest(str(test), *config, *option)[1] == failures


@pytest.mark.parametrize(
    ('expression', 'is_read'),
    [('not slow', False), ('not once and not slow', False), ('not once', True), ('', True),
     ('not slow or once', True)],
)  # fmt: skip
@pytest.mark.parametrize('mark', ['slow', 'slow(each_python=True)'])
def test_a_file_whose_mark_is_left_out_is_not_read(tmp_path, mark, expression, is_read):
    (tmp_path / 'x_test.py').write_text(
        f'import pytest\n\npytestmark = pytest.mark.{mark}\n\nraise ImportError("it was read")\n'
    )
    config = ('-c', str(ROOT / 'pyproject.toml'), '-p', 'tools.testing')
    text = pytest_process(str(tmp_path), *config, '-m', expression).stdout
    assert ('it was read' in text) == is_read


@pytest.mark.parametrize('port', [1, 70000])
def test_a_server_that_does_not_answer_ends_everything_with_one_sentence(port):
    only = ('day02_orm', '-k', 'mysql', f'--db=mysql://127.0.0.1:{port}')
    done = pytest_process(*only)
    assert done.returncode == 2
    assert done.stdout.count('The MySQL server that was named cannot be used: ') == 1
    assert 'ERROR' not in done.stdout


def test_pytest_works_in_the_folder_of_a_stage():
    passed, failed = run_pytest('www/apis_test.py', cwd=ROOT / 'day04_coroweb')
    assert passed > 30
    assert failed == 0


def test_each_stage_gets_its_own_modules_in_one_process():
    only = '-k home_page_is_html and not mysql'
    assert run_pytest('day04_coroweb', 'day02_orm', 'final', 'day01_hello', only) == [4, 0]


def test_a_learners_own_folder_passes_when_it_is_right(own):
    assert run_pytest(APIS, f'--www={own}') == run_pytest(APIS)


def test_a_learners_own_folder_fails_where_it_is_wrong(own):
    source = own.joinpath('apis.py').read_text()
    own.joinpath('apis.py').write_text(source.replace('page_index > 1', 'page_index > 0'))
    passed, failed = run_pytest(APIS, f'--www={own}')
    assert failed > 0
    assert passed > 20


def test_a_learners_own_program_is_the_one_that_runs(own):
    source = own.joinpath('handlers.py').read_text()
    own.joinpath('handlers.py').write_text(source.replace('My Blog', 'Our Blog'))
    only = '-k home_page_is_html and not mysql'
    assert run_pytest('day04_coroweb', f'--www={own}', only) == [0, 1]
