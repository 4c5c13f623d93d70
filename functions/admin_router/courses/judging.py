"""Certificate templates are judged in a process of their own, which stays warm from one request to the next."""

from collections.abc import Mapping, Sequence

from shared.actions import Result
from shared.certificate.press import Press, Preview, Problem, RendererUnavailable, TemplateRejected
from shared.errors import InvalidTemplate, Unavailable

_press = Press()


class Finding(Result):
    #: Counts from 1; null where no single line is at fault.
    line: int | None
    reason: str


def check_template(html: str) -> None:
    """Raises `InvalidTemplate` with every problem, each with its line where that is known."""
    try:
        problems = _press.check(html)
    except RendererUnavailable as error:
        raise Unavailable("Templates can't be checked now.") from error
    if problems:
        raise refused(problems)


def preview_template(html: str, values: Mapping[str, str]) -> Preview:
    """Raises `InvalidTemplate` for what can't be filled at all."""
    try:
        return _press.preview(html, values)
    except TemplateRejected as error:
        raise refused(error.problems) from None
    except RendererUnavailable as error:
        raise Unavailable("Templates can't be previewed now.") from error


def refused(problems: Sequence[Problem]) -> InvalidTemplate:
    where = f"Line {problems[0].line}: " if problems[0].line else ""
    found = [{"line": problem.line, "reason": problem.reason} for problem in problems]
    return InvalidTemplate(f"{where}{problems[0].reason}", problems=found)


def findings(problems: Sequence[Problem]) -> list[Finding]:
    return [Finding(line=problem.line, reason=problem.reason) for problem in problems]


def close() -> None:
    """End the process; the next template starts a new one."""
    _press.close()
