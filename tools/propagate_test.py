"""course.py propagate carries a change through all later stages, and loses nothing on the way."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tools.course_test import course
from tools.stages import ROOT, STAGES

pytestmark = pytest.mark.once

ALL_IS_WELL = 'The stages differ as tools/stages.py declares.\n'
LATER = [stage.name for stage in STAGES[2:]]  # than day02_orm
QUIET = {  # neither the settings of this machine nor a repository around the copy count
    'GIT_CONFIG_GLOBAL': os.devnull,
    'GIT_CONFIG_NOSYSTEM': '1',
    'LANGUAGE': 'en',
    'GIT_AUTHOR_NAME': 'A',
    'GIT_AUTHOR_EMAIL': 'a@example.org',
    'GIT_COMMITTER_NAME': 'A',
    'GIT_COMMITTER_EMAIL': 'a@example.org',
}


class Copy:
    """A copy of the course in a git repository of its own."""

    def __init__(self, root):
        self.root = root

    def git(self, *args):
        return subprocess.check_output(
            ['git', *args], cwd=self.root, env=os.environ | QUIET, encoding='utf-8'
        )

    def commit(self):
        self.git('add', '--all')
        self.git('commit', '--quiet', '--message=All')

    def propagate(self, *args, **environ):
        ceiling = {'GIT_CEILING_DIRECTORIES': str(self.root.parent)}
        return course('propagate', *args, root=self.root, **(QUIET | ceiling | environ))

    def path(self, stage, name):
        return self.root / stage / 'www' / name

    def read(self, stage, name):
        return self.path(stage, name).read_text(encoding='utf-8')

    def write(self, stage, name, text):
        self.path(stage, name).write_text(text, encoding='utf-8', newline='\n')

    def replace(self, stage, name, old, new):
        text = self.read(stage, name)
        assert old in text
        self.write(stage, name, text.replace(old, new))

    def is_clean(self, *stages):
        return not self.git('status', '--porcelain', *stages)


@pytest.fixture(scope='module')
def shared(tmp_path_factory):
    root = tmp_path_factory.mktemp('course')
    for name in ('course.py', '.gitignore', '.gitattributes'):
        shutil.copy(ROOT / name, root)
    unneeded = shutil.ignore_patterns('__pycache__', '*.db*')
    for folder in ('tools', *(f'{stage.name}/www' for stage in STAGES)):
        shutil.copytree(ROOT / folder, root / folder, ignore=unneeded)
    copy = Copy(root)
    copy.git('init', '--quiet', '--template=')
    copy.commit()
    copy.git('tag', 'start')
    return copy


@pytest.fixture
def copy(shared):
    """The copy of all tests, as it was in the beginning."""
    yield shared
    shared.git('reset', '--quiet', '--hard', 'start')
    shared.git('clean', '--quiet', '-dfx', '--exclude=__pycache__')
    shutil.rmtree(shared.root / '.git/course-propagate', ignore_errors=True)


@pytest.fixture
def bare(shared, tmp_path):
    """A copy without a repository."""
    ignored = shutil.ignore_patterns('.git')
    return Copy(Path(shutil.copytree(shared.root, tmp_path / 'course', ignore=ignored)))


def copies(text):
    """Return the folder that the output names, in which the earlier versions are."""
    return Path(text.partition('Each file as it was before is in ')[2].partition('\n')[0])


# A change that fits


def test_a_file_that_is_the_same_everywhere_is_copied(copy):
    copy.replace('day02_orm', 'orm.py', 'An object-relational mapper', 'A mapper')
    text, code = copy.propagate('day02')
    assert code == 0
    assert text.startswith('changed   day02_orm/www/orm.py\ncopied    day03_models/www/')
    assert text.endswith(ALL_IS_WELL)
    for stage in LATER:
        assert copy.read(stage, 'orm.py') == copy.read('day02_orm', 'orm.py')
    assert copy.is_clean('day01_hello')


def test_a_file_that_the_contract_lets_differ_is_merged(copy):
    old, new = 'serve until Ctrl-C or SIGTERM.', 'serve until somebody ends it.'
    before = {stage: copy.read(stage, 'serving.py') for stage in LATER}
    copy.replace('day02_orm', 'serving.py', old, new)
    text, code = copy.propagate('day02')
    assert (text.count('\nmerged    '), code) == (1, 0)
    assert text.endswith(ALL_IS_WELL)
    for stage in LATER:
        assert copy.read(stage, 'serving.py') == before[stage].replace(old, new)


def test_a_template_is_carried_from_the_stage_that_has_it(copy):
    copy.replace('day05_middleware', 'templates/base.html', 'lang="en"', 'lang="zh"')
    text, code = copy.propagate('day05')
    assert (text.count('\n'), code) == (4, 0)
    assert 'merged    final/www/templates/base.html\n' in text
    assert '<html lang="zh">\n' in copy.read('final', 'templates/base.html')


def test_carrying_a_change_again_changes_nothing(copy):
    copy.replace('day02_orm', 'serving.py', 'serve until', 'be there until')
    copy.replace('day02_orm', 'orm.py', 'class Field', '# new\nclass Field')
    copy.propagate('day02')
    before = copy.git('diff')
    text, code = copy.propagate('day02')
    assert (text.count('\nunchanged '), code) == (8, 0)
    assert copy.git('diff') == before


def test_what_a_later_stage_has_changed_itself_is_kept_and_stays_there(copy):
    copy.replace('day04_coroweb', 'orm.py', 'import logging\n', 'import logging  # mine\n')
    mine = copy.read('day04_coroweb', 'orm.py')
    copy.replace('day02_orm', 'orm.py', 'class Field', '# new\nclass Field')
    text, code = copy.propagate('day02')
    assert 'merged    day04_coroweb/www/orm.py\n' in text
    assert copy.read('day04_coroweb', 'orm.py') == mine.replace('class Field', '# new\nclass Field')
    for stage in ('day03_models', 'day05_middleware', 'final'):
        assert copy.read(stage, 'orm.py') == copy.read('day02_orm', 'orm.py')
    assert (copies(text) / 'day04_coroweb/www/orm.py').read_text(encoding='utf-8') == mine
    assert 'day04_coroweb/www/orm.py differs from the stage before' in text
    assert code == 1


def test_a_file_that_a_later_stage_lacks_is_not_made_there(copy):
    copy.replace('day02_orm', 'orm.py', 'class Field', '# new\nclass Field')
    copy.path('day04_coroweb', 'orm.py').unlink()
    text, _ = copy.propagate('day02')
    assert 'unchanged day04_coroweb/www/orm.py\n' in text
    assert 'day04_coroweb/www/orm.py is missing\n' in text
    assert not copy.path('day04_coroweb', 'orm.py').exists()
    assert copy.read('final', 'orm.py') == copy.read('day02_orm', 'orm.py')


# Files that come and go


def test_a_new_file_is_carried_and_one_that_git_ignores_is_not(copy):
    copy.write('day03_models', 'notes.py', '"""New."""\n')
    copy.write('day03_models', 'blog.db', 'what a run left behind')
    text, code = copy.propagate('day03')
    for stage in LATER[1:]:
        assert f'added     {stage}/www/notes.py\n' in text
        assert copy.read(stage, 'notes.py') == '"""New."""\n'
        assert not copy.path(stage, 'blog.db').exists()
    assert 'day03_models/www/notes.py is new, but not declared in tools/stages.py\n' in text
    assert code == 1


def test_a_removed_file_is_removed_and_its_earlier_version_kept(copy):
    before = copy.read('final', 'request_data.py')
    copy.path('day04_coroweb', 'request_data.py').unlink()
    text, code = copy.propagate('day04')
    for stage in ('day05_middleware', 'final'):
        assert f'removed   {stage}/www/request_data.py\n' in text
        assert not copy.path(stage, 'request_data.py').exists()
    assert (copies(text) / 'final/www/request_data.py').read_text(encoding='utf-8') == before
    assert 'day04_coroweb/www/request_data.py is missing\n' in text
    assert code == 1


def test_a_renamed_file_is_one_removed_and_one_added(copy):
    content = copy.read('final', 'orm.py')
    copy.git('mv', 'day02_orm/www/orm.py', 'day02_orm/www/mapper.py')
    text, _ = copy.propagate('day02')
    for stage in LATER:
        assert f'added     {stage}/www/mapper.py\nremoved   {stage}/www/orm.py\n' in text
        assert copy.read(stage, 'mapper.py') == content
        assert not copy.path(stage, 'orm.py').exists()


# Conflicts


@pytest.fixture
def stopped(copy):
    """A copy in which a change has met a conflict in day03; `output` is what was said."""
    copy.replace('day02_orm', 'app.py', 'level=logging.INFO', 'level=logging.DEBUG')
    copy.output = copy.propagate('day02')
    return copy


def settle(copy, stage):
    """Take what the stage had, with the change if it has a place there."""
    head, _, rest = copy.read(stage, 'app.py').partition(f'<<<<<<< {stage}\n')
    ours, _, rest = rest.partition('=======\n')
    tail = rest.partition(' after\n')[2]
    copy.write(stage, 'app.py', (head + ours + tail).replace('.INFO', '.DEBUG'))


def test_a_conflict_stops_with_markers_in_the_one_file_and_says_how_to_go_on(stopped):
    text, code = stopped.output
    assert code == 1
    assert (
        'conflict  day03_models/www/app.py\nSettle the conflict in day03_models/www/app.py' in text
    )
    assert 'python3 course.py propagate --continue\n' in text
    assert stopped.read('day03_models', 'app.py').count('<<<<<<< day03_models\n') == 1
    assert stopped.is_clean('day04_coroweb', 'day05_middleware', 'final')
    before = stopped.git('show', 'HEAD:day03_models/www/app.py')
    assert (copies(text) / 'day03_models/www/app.py').read_text(encoding='utf-8') == before


def test_after_a_conflict_it_goes_on_with_what_was_settled(stopped):
    settle(stopped, 'day03_models')
    text, code = stopped.propagate('--continue')
    assert code == 1
    assert text.splitlines()[:3] == [
        'merged    day04_coroweb/www/app.py',
        'merged    day05_middleware/www/app.py',
        'conflict  final/www/app.py',
    ]
    for stage in LATER[:3]:
        assert '(level=logging.DEBUG)  # before the models' in stopped.read(stage, 'app.py')


def test_after_the_last_conflict_the_stages_are_compared(stopped):
    settle(stopped, 'day03_models')
    stopped.propagate('--continue')
    settle(stopped, 'final')
    text, code = stopped.propagate('--continue')
    assert text.splitlines()[1:] == [ALL_IS_WELL.rstrip()]
    assert code == 0
    assert copies(text) == copies(stopped.output[0])
    assert stopped.is_clean('final')
    assert stopped.propagate('--continue')[1] == 2


def test_as_long_as_there_are_markers_it_does_not_go_on(stopped):
    sentence = 'day03_models/www/app.py still has conflict markers: settle them.\n'
    assert stopped.propagate('--continue') == (sentence, 1)
    assert stopped.is_clean('day04_coroweb')


def test_what_is_settled_as_it_was_is_not_asked_again_for_files_like_it(copy):
    copy.replace('day03_models', 'orm.py', 'import logging\n', 'import logging  # mine\n')
    for stage in LATER[1:]:
        shutil.copy(copy.path('day03_models', 'orm.py'), copy.path(stage, 'orm.py'))
    mine = copy.read('final', 'orm.py')
    copy.replace('day02_orm', 'orm.py', 'import logging\n', 'import logging  # theirs\n')
    assert 'conflict  day03_models/www/orm.py\n' in copy.propagate('day02')[0]
    copy.write('day03_models', 'orm.py', mine)
    text, _ = copy.propagate('--continue')
    assert text.count('unchanged ') == 3
    assert copy.read('final', 'orm.py') == mine


def test_a_conflict_with_one_stage_does_not_concern_later_ones_without_its_changes(copy):
    copy.replace('day04_coroweb', 'orm.py', 'import logging\n', 'import logging  # mine\n')
    mine = copy.read('day04_coroweb', 'orm.py')
    copy.replace('day02_orm', 'orm.py', 'import logging\n', 'import logging  # new\n')
    assert 'conflict  day04_coroweb/www/orm.py\n' in copy.propagate('day02')[0]
    copy.write('day04_coroweb', 'orm.py', mine.replace('# mine', '# new and mine'))
    text, _ = copy.propagate('--continue')
    assert text.splitlines()[:2] == [
        'copied    day05_middleware/www/orm.py',
        'copied    final/www/orm.py',
    ]
    assert copy.read('final', 'orm.py') == copy.read('day02_orm', 'orm.py')


def test_a_step_that_is_made_again_keeps_its_first_copy(stopped):
    state = stopped.root / '.git/course-propagate/unfinished.json'
    state.write_text(state.read_text().replace('"done": 1', '"done": 0'))
    settle(stopped, 'day03_models')
    text, _ = stopped.propagate('--continue')
    before = stopped.git('show', 'HEAD:day03_models/www/app.py')
    assert (copies(text) / 'day03_models/www/app.py').read_text(encoding='utf-8') == before


def test_another_change_has_to_wait_for_the_one_on_its_way(stopped):
    before = stopped.git('diff')
    text, code = stopped.propagate('day03')
    assert text.startswith('The change of day02_orm is still on its way. ')
    assert (text.count('\n'), code) == (1, 2)
    assert stopped.git('diff') == before


def test_a_change_that_is_forgotten_leaves_the_files_as_they_are(stopped):
    before = stopped.git('diff')
    text, code = stopped.propagate('--quit')
    assert copies(text) == copies(stopped.output[0])
    assert code == 0
    assert stopped.git('diff') == before
    sentence = 'No change is on its way: name the stage whose change to carry.\n'
    assert stopped.propagate('--continue') == (sentence, 2)


def test_a_removed_file_that_differs_later_is_a_conflict_and_can_be_deleted(copy):
    before = copy.read('final', 'auth.py')
    copy.path('day05_middleware', 'auth.py').unlink()
    text, code = copy.propagate('day05')
    assert ('conflict  final/www/auth.py\n' in text, code) == (True, 1)
    assert before in copy.read('final', 'auth.py')
    copy.path('final', 'auth.py').unlink()
    assert copy.propagate('--continue')[0].splitlines()[1:] == [
        'day05_middleware/www/auth.py is missing',
        'final/www/auth.py is missing',
    ]


def test_a_new_file_whose_name_is_taken_later_is_a_conflict(copy):
    copy.write('day02_orm', 'models.py', 'mine = 1\n')
    before = copy.read('day03_models', 'models.py')
    text, code = copy.propagate('day02')
    assert ('conflict  day03_models/www/models.py\n' in text, code) == (True, 1)
    assert before in copy.read('day03_models', 'models.py')
    assert 'mine = 1\n' in copy.read('day03_models', 'models.py')


def test_a_conflict_in_a_file_that_is_no_text_leaves_it_as_it_was(copy):
    copy.path('day04_coroweb', 'static/a.png').write_bytes(b'\0one')
    copy.path('final', 'static/a.png').write_bytes(b'\0two')
    text, code = copy.propagate('day04')
    assert ('conflict  final/www/static/a.png\n' in text, code) == (True, 1)
    assert copy.path('day05_middleware', 'static/a.png').read_bytes() == b'\0one'
    assert copy.path('final', 'static/a.png').read_bytes() == b'\0two'
    assert 'tools/stages.py' in copy.propagate('--continue')[0]


def test_a_step_that_fails_can_be_made_again(copy):
    copy.write('day03_models', 'notes.py', 'new\n')
    copy.path('day04_coroweb', 'notes.py').mkdir()
    text, code = copy.propagate('day03')
    assert text.splitlines()[1].startswith('Cannot go on: ')
    assert code == 1
    copy.path('day04_coroweb', 'notes.py').rmdir()
    text, _ = copy.propagate('--continue')
    assert text.splitlines()[0] == 'added     day04_coroweb/www/notes.py'
    assert copy.read('final', 'notes.py') == 'new\n'


# Nothing to carry, and nowhere to


def test_without_a_change_there_is_nothing_to_carry(copy):
    sentence = 'day02_orm/www is as in the last commit: there is nothing to carry.\n'
    assert copy.propagate('day02') == (sentence, 0)
    assert not (copy.root / '.git/course-propagate').exists()


def test_a_file_that_only_the_index_lacks_has_not_changed(copy):
    copy.git('rm', '--quiet', '--cached', 'day02_orm/www/app.py')
    assert copy.propagate('day02')[0].endswith(': there is nothing to carry.\n')


def test_after_the_last_stage_there_is_nowhere_to_carry_a_change_to(copy):
    sentence = 'final is the last stage: there is none to carry a change to.\n'
    assert copy.propagate('final') == (sentence, 2)


def test_without_a_repository_it_is_told_how_to_get_one(bare):
    text, code = bare.propagate('day02')
    assert text.startswith('There is no last commit to compare with (git: fatal: not a git ')
    assert text.endswith('. Get the course with git clone.\n')
    assert (text.count('\n'), code) == (1, 3)


def test_a_repository_without_a_commit_is_told(bare):
    bare.git('init', '--quiet')
    text, code = bare.propagate('day02')
    assert text.startswith('There is no last commit to compare with (git: fatal: ')
    assert (text.count('\n'), code) == (1, 3)


def test_a_stage_that_is_in_no_commit_is_told(copy):
    copy.git('rm', '-r', '--quiet', '--cached', 'day02_orm')
    copy.git('commit', '--quiet', '--message=Without')
    sentence = 'day02_orm/www is in no commit: commit it before you change it.\n'
    assert copy.propagate('day02') == (sentence, 2)


def test_without_git_it_is_told_what_to_install(copy):
    assert copy.propagate('day02', PATH='') == ('git is not found here: please install it.\n', 3)


def test_the_course_may_be_a_folder_of_a_larger_repository(bare):
    larger = Copy(bare.root.parent)
    larger.git('init', '--quiet')
    larger.commit()
    bare.replace('day05_middleware', 'templates/base.html', 'lang="en"', 'lang="zh"')
    text, code = bare.propagate('day05', GIT_CEILING_DIRECTORIES='')
    assert 'merged    final/www/templates/base.html\n' in text
    assert code == 0


def test_the_help_fits_the_screen():
    text, code = course('propagate', '--help')
    assert code == 0
    assert 'Example: python3 course.py propagate day02' in text
    assert len(text.splitlines()) <= 24
