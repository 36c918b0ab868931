"""course.py routes: the URLs of a stage, with the function and the line that answer."""

import ast

from tools.stages import ROOT, find
from tools.terminal import colour

FUNCTIONS = ast.FunctionDef | ast.AsyncFunctionDef


def configure(parser):
    parser.add_argument('stage', nargs='?', default='final', help='1, day01, … (default: final)')
    parser.epilog = 'Example: python3 course.py routes day04'


def run(options, rest):
    """Print a line for each route, in aligned columns, in the order of registration."""
    table = list(routes(find(options.stage).name))
    method, path, handler, _ = (max(map(len, column)) for column in zip(*table, strict=True))
    for row in table:
        place = colour('dim', row[3])
        print(f'{row[0]:{method}}  {row[1]:{path}}  {row[2]:{handler}}  {place}')
    return 0


def routes(stage):
    """Yield method, path, handler with its parameters, file with line: read, not imported."""
    app = _parse(stage, 'app.py')
    for node in ast.walk(app):
        match node:
            case ast.Call(ast.Attribute(_, 'add_route'), [method, path, handler]):
                function = next(fn for fn in _functions(app) if fn.name == handler.id)
                yield _row(stage, 'app.py', method, path, function)
            case ast.Call(ast.Name('add_routes'), [_, *modules]):
                for module in modules:
                    yield from _decorated(stage, f'{module.id}.py')
            case ast.Call(ast.Name('add_static')):
                yield from _static(stage, 'coroweb.py')


def _decorated(stage, file):
    for function in _functions(_parse(stage, file)):
        for decorator in function.decorator_list:
            match decorator:
                case ast.Call(ast.Name('get' | 'post' as method), [path]):
                    yield _row(stage, file, ast.Constant(method.upper()), path, function)


def _static(stage, file):
    for node in ast.walk(_parse(stage, file)):
        match node:
            case ast.Call(ast.Attribute(_, 'add_static'), [path, *_]):
                yield (
                    'GET',
                    path.value,
                    'the files in static/',
                    f'{_path(stage, file)}:{node.lineno}',
                )


def _row(stage, file, method, path, function):
    parameters = [node.arg for node in ast.walk(function.args) if isinstance(node, ast.arg)]
    handler = f'{function.name}({", ".join(parameters)})'
    return method.value, path.value, handler, f'{_path(stage, file)}:{function.lineno}'


def _functions(module):
    return [node for node in module.body if isinstance(node, FUNCTIONS)]


def _parse(stage, file):
    return ast.parse(ROOT.joinpath(_path(stage, file)).read_text(encoding='utf-8'))


def _path(stage, file):
    return f'{stage}/www/{file}'
