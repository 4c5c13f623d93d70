"""Judge a template before it is kept: everything that would go wrong with it, at once; and show what becomes of it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from shared.certificate import inspection
from shared.certificate.document import Preview, Problem, TemplateRejected
from shared.certificate.lint import unsupported
from shared.certificate.sample_values import SAMPLES
from shared.certificate.sanitise import sanitise
from shared.certificate.skeleton import HOLE, skeleton
from shared.certificate.template import fill, problems_of


def check(source: str) -> list[Problem]:
    """Return the problems of a template in the order of their lines; none means that it can be printed.

    Looked at are its Jinja, the HTML its author wrote (every branch of it, with lines), and, if that is in order, the
    HTML that comes out when it is filled with sample values (for what only an expression brings in, so without a line).
    """
    found = _examine(source)
    return _in_order([*found.faults, *found.removed])


def preview(source: str, values: Mapping[str, str]) -> Preview:
    """Fill a template as it is, also if `check` would refuse it only for what the sanitiser takes out.

    Raises TemplateRejected for all else that `check` would find, and if it can't be filled with these values.
    """
    found = _examine(source)
    if found.faults:
        raise TemplateRejected(_in_order(found.faults))
    page = sanitise(fill(source, values))
    return Preview(page, removed=tuple(_in_order(found.removed)), unsupported=tuple(unsupported(source)))


@dataclass(frozen=True)
class _Found:
    #: Why it can't be filled, or must not be.
    faults: list[Problem]
    #: What the sanitiser takes out.
    removed: list[Problem]


def _examine(source: str) -> _Found:
    try:
        faults = problems_of(source)
    except TemplateRejected as rejected:
        return _Found(list(rejected.problems), [])
    fills = not faults
    faults += _misplaced(source)
    found = _Found(faults, inspection.removals(skeleton(source)))
    if fills:
        _try_samples(source, found)
    return found


def _misplaced(source: str) -> Iterator[Problem]:
    if not source.strip():
        yield Problem(None, "the template is empty")
    yield from inspection.misplaced(skeleton(source, output=HOLE, statement=HOLE))
    yield from inspection.unquoted(skeleton(source))


def _try_samples(source: str, found: _Found) -> None:
    """Add what only shows when the template is filled."""
    written_well = not found.faults and not found.removed
    pages, failures = _filled(source)
    found.faults.extend(failures)
    for page in pages[:1]:
        sanitise(page)  # which fails, or takes too long, as it would when a certificate is printed
    if written_well:
        found.removed.extend(Problem(None, each.reason) for page in pages for each in inspection.removals(page))


def _filled(source: str) -> tuple[list[str], list[Problem]]:
    """The pages that came out, and what went wrong with a name for which it did."""
    pages: list[str] = []
    failures: dict[Problem, str] = {}
    for values in SAMPLES:
        try:
            pages.append(fill(source, values))
        except TemplateRejected as rejected:
            failures |= {problem: values["learner_name"] for problem in rejected.problems if problem not in failures}
    named = [Problem(each.line, f"{each.reason} (tried with the name {name})") for each, name in failures.items()]
    return pages, named


def _in_order(problems: Iterable[Problem]) -> list[Problem]:
    return sorted(dict.fromkeys(problems), key=lambda problem: problem.line or 0)
