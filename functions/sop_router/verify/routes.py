"""`GET /verify`, `/verify/{number}` and `/verify/{number}/certificate.pdf`: what is asked, and the order of the checks.

    form of the number --> throttle --> look-up --> count --> answer

A mistyped number ends at the first, so it costs no call; a client beyond its limit ends at the second.
HEAD is answered as GET: the platform leaves the body out.
"""

import hmac
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from functions.sop_router.verify import look_up, pages
from functions.sop_router.verify.accept import prefers_json
from functions.sop_router.verify.states import Known, MistypedNumber, NoPage, NumberMissing, UnknownCertificate
from shared import verification
from shared.certificate import number as numbers
from shared.context import Ctx
from shared.look_ups import Outcome, record_look_up
from shared.runtime import Answer, Content, Problem, Request, Response, told
from shared.throttle import Throttle, TooManyRequests, client_of

_ROOT = "verify"
_FILE = "certificate.pdf"
#: Characters of a number or a code that are read.
_LONGEST = 64


@dataclass(frozen=True)
class Asked:
    """What somebody typed, scanned or clicked; empty if nothing."""

    number: str
    code: str
    file: bool
    as_json: bool
    #: Where a form leads, as seen from the address that was asked: a proxy may have put something before it.
    form: str


def is_asked(request: Request) -> bool:
    """Whether `request` is for this package; all else is an action."""
    return request.method in {"GET", "HEAD"} and _parts(request)[0] == _ROOT


def answer(request: Request) -> Answer:
    """A page, a file or JSON; failures too."""
    request.log.note(action="verify")
    asked = _read(request)
    try:
        return _answer(request, asked)
    except Exception as error:  # noqa: BLE001 - whatever it is, people get a page
        problem = told(error, request.log)
    headers = dict(pages.HEADERS)
    if isinstance(problem, TooManyRequests):
        headers["retry-after"] = str(problem.details["retry_after"])
    if asked.as_json:
        return Problem(problem, headers)
    return pages.problem(problem, request.id, asked.form, asked.number, headers)


def _parts(request: Request) -> list[str]:
    return request.path.strip("/").split("/")


def _read(request: Request) -> Asked:
    _, *rest = _parts(request)
    typed = rest[0] if rest else request.query.get("number", "")
    return Asked(
        number=numbers.normalized(typed[:_LONGEST]),
        code=verification.normalized(request.query.get("c", "")[:_LONGEST]),
        file=rest[1:] == [_FILE],
        as_json=prefers_json(request.headers.get("accept", "")),
        form="../" * (request.path.count("/") - 1) + _ROOT,
    )


def _answer(request: Request, asked: Asked) -> Answer:
    if _parts(request)[2:] not in ([], [_FILE]):
        raise NoPage
    if not asked.number:
        if asked.as_json:
            raise NumberMissing
        return pages.search(asked.form)
    if not numbers.is_number(asked.number):
        raise MistypedNumber(number=asked.number)
    ctx = Ctx.from_request(request)
    _admit(ctx, request)
    if asked.file:
        return _file(ctx, asked)
    found = _look_up(ctx, asked)
    if asked.as_json:
        return Response(found.model_dump(mode="json"), headers=pages.HEADERS)
    return pages.found(found, asked.form)


def _admit(ctx: Ctx, request: Request) -> None:
    keys = ctx.verification.keys
    key = hmac.digest(keys.secrets[keys.current], b"throttle", "sha256")
    Throttle(ctx.store, key, ctx.settings.verify_limit).admit(client_of(request), ctx.now())


def _look_up(ctx: Ctx, asked: Asked) -> Known:
    with _unknown_counted(ctx):
        found = look_up.verified(ctx, asked.number, asked.code) if asked.code else look_up.known(ctx, asked.number)
    record_look_up(ctx.store, ctx.log, ctx.now(), Outcome(found.state))
    return found


def _file(ctx: Ctx, asked: Asked) -> Content:
    with _unknown_counted(ctx):
        pdf = look_up.issued_file(ctx, asked.number, asked.code)
    record_look_up(ctx.store, ctx.log, ctx.now(), Outcome.DOWNLOADED)
    name = {"content-disposition": f'attachment; filename="{asked.number}.pdf"'}
    return Content(pdf, "application/pdf", headers={**pages.HEADERS, **name})


@contextmanager
def _unknown_counted(ctx: Ctx) -> Iterator[None]:
    try:
        yield
    except UnknownCertificate:
        record_look_up(ctx.store, ctx.log, ctx.now(), Outcome.UNKNOWN)
        raise
