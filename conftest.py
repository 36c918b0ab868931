"""Every stage has modules called `app`, `orm`, …; its tests get its own, and no other stage's."""

import sys
from pathlib import Path

import pytest

pytest_plugins = ['tools.testing', 'tools.visitor', 'tools.browser']

modules = {}  # a stage's www/ -> the modules that were imported from it
entered = []


def pytest_addoption(parser):
    parser.addoption('--www', type=Path, help="test this folder instead of the stage's www/")


def pytest_configure(config):
    www = config.option.www
    if www and not www.is_dir():
        raise pytest.UsageError(f'--www {www}: there is no such folder')


def pytest_collectstart(collector):
    if isinstance(collector, pytest.Module):
        enter(collector.config.option.www, collector.path.parent)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item):
    enter(item.config.option.www, item.path.parent)


def enter(folder, stage):
    """Let plain imports, such as `import orm`, find the modules of one stage."""
    www = (folder or stage).resolve()
    if entered == [www] or stage.name != 'www':
        return
    for old in entered:
        sys.path.remove(str(old))
        names = [name for name in sys.modules if (old / f'{name}.py').exists()]
        modules[old] = {name: sys.modules.pop(name) for name in names}
    sys.path.insert(0, str(www))
    sys.modules.update(modules.get(www, {}))
    entered[:] = [www]
