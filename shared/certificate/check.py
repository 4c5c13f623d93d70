"""Judge a template before it is kept: everything that would go wrong with it, at once."""

from collections.abc import Iterator

from shared.certificate import inspection
from shared.certificate.document import Problem, TemplateRejected
from shared.certificate.sample_values import SAMPLES
from shared.certificate.sanitise import sanitise
from shared.certificate.skeleton import HOLE, skeleton
from shared.certificate.template import fill, problems_of


def check(source: str) -> list[Problem]:
    """Return the problems of a template in the order of their lines; none means that it can be printed.

    Looked at are its Jinja, the HTML its author wrote (every branch of it, with lines), and, if that is in order, the
    HTML that comes out when it is filled with sample values (for what only an expression brings in, so without a line).
    """
    try:
        found = problems_of(source)
    except TemplateRejected as rejected:
        return list(rejected.problems)
    written = list(_written(source))
    if not found:
        pages, failures = _filled(source)
        found += failures
        for page in pages[:1]:
            sanitise(page)  # which fails, or takes too long, as it would when a certificate is printed
        if not written:
            written = [Problem(None, problem.reason) for page in pages for problem in inspection.problems(page)]
    return sorted(dict.fromkeys(found + written), key=lambda problem: problem.line or 0)


def _written(source: str) -> Iterator[Problem]:
    if not source.strip():
        yield Problem(None, "the template is empty")
    yield from inspection.template_in_style(skeleton(source, output=HOLE, statement=HOLE))
    yield from inspection.problems(skeleton(source))


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
