"""A template's own HTML, line by line where it stands, with its Jinja taken out.

Filling a template hides its lines (comments and blocks swallow newlines, loops repeat them) and the branches not
taken; what its author wrote is inspected here instead.
"""

from shared.certificate.template import ENVIRONMENT

#: Stands for what Jinja would put there. A noncharacter: no text contains it
#: (https://www.unicode.org/faq/private_use.html#noncharacters).
HOLE = "\ufdd0"


def skeleton(source: str, *, output: str = HOLE, statement: str = "") -> str:
    """`source` with every {{ … }} replaced by `output` and every {% … %} by `statement`, comments left out.

    Expects a template that compiles. Each piece of HTML keeps its line number.
    """
    pieces: list[str] = []
    line = 1
    marks = {"variable_begin": output, "block_begin": statement}
    for start, kind, text in ENVIRONMENT.lex(source):
        piece = text if kind == "data" else marks.get(kind, "")
        if piece:
            pieces.append("\n" * (start - line) + piece)
            line = start + piece.count("\n")
    return "".join(pieces)
