"""The colours of code: each line becomes pieces of text that know what they are."""

from html import escape

from pygments.lexers import TextLexer, get_lexer_by_name, get_lexer_for_filename
from pygments.token import Comment, Keyword, Name, Number, Operator, String
from pygments.util import ClassNotFound

TEMPLATES = {'.html': 'html+jinja', '.xml': 'xml+jinja'}
KINDS = {
    'comment': (Comment, String.Doc),
    'keyword': (Keyword, Operator.Word, Name.Tag),
    'string': (String,),
    'number': (Number, Keyword.Constant),
    'name': (Name.Function, Name.Class, Name.Decorator, Name.Attribute),
}


def highlight(name, lines):
    """Return for each line of the file its pieces: pairs of a kind, which may be '', and text."""
    pieces = [[]]
    for token, text in _lexer(name).get_tokens(''.join(lines)):
        kind = _kind(token)
        first, *others = text.split('\n')
        pieces[-1].append((kind, first))
        pieces += [[(kind, other)] for other in others]
    return [[piece for piece in line if piece[1]] for line in pieces]


def _lexer(name):
    options = {'stripnl': False, 'ensurenl': False}
    for end, language in TEMPLATES.items():
        if name.endswith(end):
            return get_lexer_by_name(language, **options)
    try:
        return get_lexer_for_filename(name, **options)
    except ClassNotFound:
        return TextLexer(**options)


def _kind(token):
    return next((kind for kind, tokens in KINDS.items() if any(token in t for t in tokens)), '')


def html(kind, text):
    """Return a piece as HTML."""
    code = escape(text).replace('(', '(<wbr>')  # the best place to break a long line of code
    return f'<i class="{kind}">{code}</i>' if kind else code
