"""A template's own HTML, line by line where it stands, with its Jinja taken out.

Filling a template hides its lines (comments and blocks swallow newlines, loops repeat them) and the branches not
taken; what its author wrote is inspected here instead.
"""

from collections.abc import Sequence
from itertools import takewhile

from shared.certificate.template import ENVIRONMENT

#: Stands for what Jinja would put there. A noncharacter: no text contains it
#: (https://www.unicode.org/faq/private_use.html#noncharacters).
HOLE = "\ufdd0"
#: How the variables begin that are addresses, so that they may stand where only such an address may.
_ADDRESSES = {"qr_code": "data:image/", "verify_url": "https:"}

#: Line, kind and text.
_Token = tuple[int, str, str]


def skeleton(source: str, *, output: str = HOLE, statement: str = "") -> str:
    """`source` with every {{ … }} replaced by `output` and every {% … %} by `statement`, comments left out.

    Expects a template that compiles. Each piece of HTML keeps its line number.
    """
    pieces: list[str] = []
    line = 1
    tokens = list(ENVIRONMENT.lex(source))
    for number, (start, kind, text) in enumerate(tokens):
        marks = {"data": text, "variable_begin": output, "block_begin": statement}
        piece = marks.get(kind, "")
        if kind == "variable_begin":
            piece = _beginning(tokens[number + 1 : number + 5]) + piece
        if piece:
            pieces.append("\n" * (start - line) + piece)
            line = start + piece.count("\n")
    return "".join(pieces)


def _beginning(expression: Sequence[_Token]) -> str:
    """What its value begins with, if an expression is nothing but the name of an address."""
    words = [text for _, kind, text in takewhile(lambda token: token[1] != "variable_end", expression)]
    words = [word for word in words if word.strip()]
    return _ADDRESSES.get(words[0], "") if len(words) == 1 else ""
