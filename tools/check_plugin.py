"""A plugin for pytest: runs the tests of one stage check by check, and reports each to a file.

The file gets a line of JSON when something begins, and when it has ended. So course.py can tell at
once, and knows where a run stopped that never ended.
"""

import json
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest

from tools.checks import all_checks
from tools.progress import place
from tools.stages import ROOT, find

MOST_LINES = 12


def pytest_addoption(parser):
    parser.addoption('--check-stage', type=find)
    parser.addoption('--check-report', type=Path)
    parser.addoption('--check-all', action='store_true')


def pytest_configure(config):
    """Let the tests find their own data, such as xss_test_data.py: no learner writes that."""
    for path in ROOT.joinpath(config.option.check_stage.name, 'www').glob('*_test_data.py'):
        spec = spec_from_file_location(path.stem, path)
        sys.modules[path.stem] = module_from_spec(spec)
        spec.loader.exec_module(sys.modules[path.stem])


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector):
    """Report each test file: it imports the learner's modules."""
    if not isinstance(collector, pytest.Module):
        return (yield)
    name = collector.path.name
    _write(collector.config, name, 'started')
    report = yield
    _write(collector.config, name, report.outcome, message=str(report.longrepr or ''))
    return report


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config, items):
    """Put the tests into the order of the checks; leave out MySQL and the browser."""
    checks = all_checks(config.option.check_stage)
    tests = dict.fromkeys(test for check in checks for test in check.tests)
    order = {test: number for number, test in enumerate(tests)}
    for item in [item for item in items if not _is_local(item)]:
        _write(config, item.originalname, 'left out')
        items.remove(item)
    items[:] = [item for item in items if item.originalname in order]
    items.sort(key=lambda item: order[item.originalname])


def _is_local(item):
    kind = item.callspec.params.get('database_kind') if hasattr(item, 'callspec') else None
    return kind != 'mysql' and not {'mysql_server', 'browser'} & {*item.fixturenames}


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item):
    _write(item.config, item.originalname, 'started')


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if report.failed:
        message = _message(call.excinfo.value)
        where = _where(call.excinfo, item.config.option.www)
        printed = _printed(item, report)
        details = {'message': message, 'place': where, 'printed': printed}
        _write(item.config, item.originalname, 'failed', **details)
        item.session.shouldstop = not item.config.option.check_all and 'one check failed'
    elif report.when == 'call' or report.skipped:
        _write(item.config, item.originalname, 'passed')
    return report


def _message(error):
    if isinstance(error, ExceptionGroup):
        error = error.exceptions[0]
    if isinstance(error, pytest.PytestUnraisableExceptionWarning):  # a forgotten await
        error = error.__cause__ or error
    text = _first_lines(f'{type(error).__name__}: {error}')
    if isinstance(error, json.JSONDecodeError):
        text += f'\nThe answer is no JSON: {error.doc:.200}'
    return text


def _where(excinfo, www):
    """Return the last line of the learner's own code that the error came from."""
    entries = [entry for entry in excinfo.traceback if www.resolve() in Path(entry.path).parents]
    last = entries[-1] if entries else None
    return last and f'{place(last.path)}:{last.lineno + 1} {last.name}'


def _printed(item, report):
    """Return what the test printed, and the last lines of what was logged meanwhile."""
    programs = [item.funcargs[name] for name in ('site', 'program') if name in item.funcargs]
    logs = [''.join(program.lines[-MOST_LINES:]) for program in programs]
    if 'Traceback' in report.caplog:  # of a handler, which runs beside the test
        logs.append('\n'.join(report.caplog.splitlines()[-MOST_LINES:]))
    return _first_lines('\n'.join([report.capstdout, *logs]).strip())


def _first_lines(text):
    lines = text.splitlines()
    return '\n'.join(lines[:MOST_LINES] + ['…'] * (len(lines) > MOST_LINES))


def _write(config, name, outcome, **details):
    with open(config.option.check_report, 'a', encoding='utf-8') as file:
        file.write(json.dumps({'name': name, 'outcome': outcome} | details) + '\n')
