"""Jinja: compile a template, say what is wrong with it, fill it.

The sandbox keeps a template from reaching Python's internals but bounds neither time nor memory
(https://jinja.palletsprojects.com/en/stable/sandbox/), so all of this runs in the renderer's process.
"""

import traceback
from collections.abc import Iterator, Mapping
from functools import lru_cache

from jinja2 import StrictUndefined, Template, TemplateError, TemplateSyntaxError, meta, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from shared.certificate.document import MAX_TEMPLATE_BYTES, VARIABLES, Problem, TemplateRejected

#: Characters of filled HTML; a template can't reach this without repeating itself.
MAX_FILLED = 250_000

ENVIRONMENT = ImmutableSandboxedEnvironment(autoescape=True, undefined=StrictUndefined)
ENVIRONMENT.globals.clear()  # range, dict, lipsum …: a certificate needs none, and some of them only to do harm

#: What an expression of a stranger's can raise while it is compiled or run.
FAULTS = (
    TemplateError,
    ArithmeticError,
    AttributeError,
    LookupError,
    MemoryError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
)

_LOADING = (nodes.Include, nodes.Import, nodes.FromImport, nodes.Extends)


def problems_of(source: str) -> list[Problem]:
    """What is wrong with a template's Jinja although it compiles.

    Raises TemplateRejected if it is too large or does not compile.
    """
    size = len(source.encode(errors="replace"))
    if size > MAX_TEMPLATE_BYTES:
        reason = f"the template has {size:,} bytes, {MAX_TEMPLATE_BYTES:,} is the limit"
        raise TemplateRejected([Problem(None, reason)])
    compiled(source)
    tree = ENVIRONMENT.parse(source)
    return [*_loading(tree), *_unknown(tree), *_unescaped(tree)]


@lru_cache(maxsize=32)
def compiled(source: str) -> Template:
    """Compile once per template and process. Raises TemplateRejected."""
    try:
        return ENVIRONMENT.from_string(source)
    except FAULTS as error:
        raise TemplateRejected([_problem(error)]) from error


def fill(source: str, values: Mapping[str, str]) -> str:
    """Put `values` into the template, escaped for HTML.

    Raises TemplateRejected, with the line where Python tells it, for everything that goes wrong.
    """
    template = compiled(source)
    try:
        filled = template.render(values)
    except FAULTS as error:
        raise TemplateRejected([_problem(error)]) from error
    if len(filled) > MAX_FILLED:
        raise TemplateRejected([Problem(None, f"the filled template has more than {MAX_FILLED:,} characters")])
    return filled


def _loading(tree: nodes.Template) -> Iterator[Problem]:
    for node in tree.find_all(_LOADING):
        yield Problem(node.lineno, f"{{% {type(node).__name__.lower()} %}} is not allowed: a template stands alone")


def _unknown(tree: nodes.Template) -> Iterator[Problem]:
    unknown = meta.find_undeclared_variables(tree) - set(VARIABLES)
    for node in tree.find_all(nodes.Name):
        if node.ctx == "load" and node.name in unknown:
            yield Problem(node.lineno, f"unknown variable {node.name}; there are {', '.join(VARIABLES)}")


def _unescaped(tree: nodes.Template) -> Iterator[Problem]:
    for node in tree.find_all(nodes.Filter):
        if node.name == "safe":
            yield Problem(node.lineno, "|safe is not allowed: a value is text, never HTML")


def _problem(error: BaseException) -> Problem:
    if isinstance(error, TemplateSyntaxError):
        return Problem(error.lineno, error.message or "syntax error")
    if isinstance(error, SyntaxError):
        return Problem(None, error.msg)  # its line is one of the Python that Jinja made
    if isinstance(error, MemoryError):
        return Problem(_line(error), "needs more memory than there is")
    if isinstance(error, RecursionError):
        return Problem(_line(error), "is nested too deeply")
    return Problem(_line(error), str(error) or type(error).__name__)


def _line(error: BaseException) -> int | None:
    """Jinja rewrites tracebacks so that frames in "<template>" carry the template's own lines."""
    frames = traceback.extract_tb(error.__traceback__)
    return next((frame.lineno for frame in reversed(frames) if frame.filename == "<template>"), None)
