"""The contract: what each stage adds to the one before. Everything else has to stay the same."""

from dataclasses import dataclass
from difflib import SequenceMatcher, get_close_matches
from pathlib import Path

from tools.errors import CommandError

ROOT = Path(__file__).parent.parent
COUNTED = ('.py', '.html', '.xml', '.css', '.js')
NOT_WRITTEN_HERE = ('static/highlight.css', 'static/pico.min.css')
LEFT_BEHIND = {'__pycache__', '.hypothesis'}
LEFT_OUT = ('.db', '.db-shm', '.db-wal', '.DS_Store')  # what a run, or a Mac, leaves in www/


@dataclass(frozen=True)
class Stage:
    """One folder of the course; `adds` and `changes` name files below its `www/`.

    `gives` names those that nobody needs to write to learn: `course.py start` copies them.
    """

    name: str
    idea: str
    adds: tuple[str, ...]
    changes: tuple[str, ...] = ()
    gives: tuple[str, ...] = ()


STAGES = (
    Stage(
        'day01_hello',
        'a server: async def init(loop)',
        adds=(
            'app.py',
            'app_test.py',
            'expectations.py',
            'serving.py',
            'serving_test.py',
            'transcript.txt',
        ),
        gives=('expectations.py',),
    ),
    Stage(
        'day02_orm',
        'a table is a class, a row is an object',
        adds=('drivers.py', 'orm.py', 'orm_test.py'),
        changes=('app.py', 'serving.py', 'serving_test.py', 'transcript.txt'),
    ),
    Stage(
        'day03_models',
        'users, blogs and comments, and their tables',
        adds=('models.py', 'models_test.py', 'sample_data.py', 'sample_data_test.py'),
        changes=('app.py', 'app_test.py', 'transcript.txt'),
        gives=('sample_data.py',),
    ),
    Stage(
        'day04_coroweb',
        "a URL is a function, its parameters are the request's",
        adds=(
            'apis.py',
            'apis_test.py',
            'coroweb.py',
            'coroweb_test.py',
            'handlers.py',
            'handlers_test.py',
            'request_data.py',
            'static/blog.css',
        ),
        changes=('app.py', 'app_test.py', 'transcript.txt'),
        gives=('static/blog.css',),
    ),
    Stage(
        'day05_middleware',
        'what all requests have in common: log, user, answer',
        adds=(
            'auth.py',
            'auth_test.py',
            'middlewares.py',
            'middlewares_test.py',
            'templates/base.html',
            'templates/blog.html',
            'templates/blogs.html',
            'templates/page.html',
            'templating.py',
        ),
        changes=(
            'app.py',
            'handlers.py',
            'handlers_test.py',
            'static/blog.css',
            'transcript.txt',
        ),
        gives=('static/blog.css',),
    ),
    Stage(
        'final',
        'the complete blog: accounts, forms, safety',
        adds=(
            'accounts.py',
            'accounts_test.py',
            'browser_keyboard_test.py',
            'browser_story_test.py',
            'browser_test.py',
            'browser_xss_test.py',
            'common_passwords.txt',
            'config.py',
            'config_default.py',
            'config_override.py',
            'config_test.py',
            'create_admin.py',
            'create_admin_test.py',
            'defects_test.py',
            'deadline.py',
            'draining.py',
            'errors.py',
            'errors_test.py',
            'forms.py',
            'forms_test.py',
            'fuzz_test.py',
            'handlers_api.py',
            'handlers_manage.py',
            'layers.py',
            'listening.py',
            'markup.py',
            'markup_test.py',
            'metrics.py',
            'metrics_test.py',
            'options.py',
            'passwords.py',
            'passwords_test.py',
            'pool.py',
            'pool_test.py',
            'posts.py',
            'preflight.py',
            'preflight_test.py',
            'property_test.py',
            'protection.py',
            'protection_test.py',
            'proxy.py',
            'proxy_test.py',
            'queries.py',
            'queries_test.py',
            'pymonitor.py',
            'pymonitor_test.py',
            'renderer.py',
            'renderer_test.py',
            'retries.py',
            'retries_test.py',
            'rights_test.py',
            'static/blog.js',
            'static/favicon.svg',
            'static/highlight.css',
            'static/pico.LICENSE.md',
            'static/pico.min.css',
            'static/robots.txt',
            'templates/account.html',
            'templates/avatar.html',
            'templates/confirm.html',
            'templates/error.html',
            'templates/feed.xml',
            'templates/form.html',
            'templates/manage.html',
            'templates/manage_blog_edit.html',
            'templates/manage_blogs.html',
            'templates/manage_comments.html',
            'templates/manage_users.html',
            'templates/register.html',
            'templates/signin.html',
            'templating_test.py',
            'throttle.py',
            'throttle_test.py',
            'workers.py',
            'workers_test.py',
            'xss_test_data.py',
        ),
        changes=(
            'app.py',
            'auth.py',
            'auth_test.py',
            'drivers.py',
            'handlers.py',
            'handlers_test.py',
            'middlewares.py',
            'middlewares_test.py',
            'models.py',
            'serving.py',
            'serving_test.py',
            'static/blog.css',
            'templates/base.html',
            'templates/blog.html',
            'templates/blogs.html',
            'templates/page.html',
            'templating.py',
            'transcript.txt',
        ),
        gives=(
            'common_passwords.txt',
            'static/blog.css',
            'static/blog.js',
            'static/favicon.svg',
            'static/highlight.css',
            'static/pico.LICENSE.md',
            'static/pico.min.css',
            'static/robots.txt',
        ),
    ),
)


def find(name):
    """Return the stage that `1`, `01`, `day01`, `day01_hello` or `final` means."""
    for number, stage in enumerate(STAGES, 1):
        short = stage.name.partition('_')[0]
        if name in (stage.name, short, str(number), f'{number:02}', f'{short}/', f'{stage.name}/'):
            return stage
    names = [stage.name for stage in STAGES]
    close = get_close_matches(name, [*names, *(n.partition('_')[0] for n in names)], 1, 0.5)
    hint = f'did you mean {close[0]}?' if close else f'choose from {", ".join(names)}.'
    raise CommandError(f'There is no stage {name!r}: {hint}')


def files(root, stage):
    """Return the files of a stage's `www/`: a dict of path to content."""
    www = root / stage.name / 'www'
    return {
        path.relative_to(www).as_posix(): path.read_bytes()
        for path in sorted(www.rglob('*'))
        if path.is_file()
        and not any(str(path).endswith(end) for end in LEFT_OUT)
        and not LEFT_BEHIND & set(path.parts)
    }


def drift(root=ROOT):
    """Return a sentence for each difference between stages that the contract does not declare."""
    sentences = []
    before = {}
    for stage in STAGES:
        now = files(root, stage)
        for name in sorted(before.keys() | now.keys() | set(stage.adds) | set(stage.changes)):
            problem = _problem(stage, name, before.get(name), now.get(name))
            if problem:
                sentences.append(f'{stage.name}/www/{name} {problem}')
        before = now
    return sentences


def _problem(stage, name, before, now):
    if now is None:
        return 'is missing'
    if before is None:
        return None if name in stage.adds else 'is new, but not declared in tools/stages.py'
    if name in stage.adds:
        return 'is declared as added, but the stage before has it already'
    if name in stage.changes:
        return 'is declared as changed, but it is the same' if before == now else None
    return None if before == now else 'differs from the stage before, and is not declared to'


def lines(root=ROOT):
    """Return how many lines of program each stage adds, and how many it has; tests don't count."""
    counts = []
    before = {}
    for stage in STAGES:
        now = {
            name: content.decode().splitlines()
            for name, content in files(root, stage).items()
            if name.endswith(COUNTED) and '_test' not in name and name not in NOT_WRITTEN_HERE
        }
        added = sum(_added(before.get(name, []), text) for name, text in now.items())
        counts.append((added, sum(len(text) for text in now.values())))
        before = now
    return counts


def _added(before, now):
    blocks = SequenceMatcher(None, before, now, autojunk=False).get_matching_blocks()
    return len(now) - sum(block.size for block in blocks)
