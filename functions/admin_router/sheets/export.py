"""Learners as CSV: the file that a spreadsheet opens."""

import csv
import io
from collections.abc import Sequence
from typing import Annotated, TypeVar

from appwrite.query import Query
from pydantic import AfterValidator, Field

from functions.admin_router.courses.courses import get_course
from shared.access import admin
from shared.actions import Actions, Payload, Result
from shared.context import Ctx
from shared.errors import NotFound
from shared.identifiers import Website
from shared.people import organization_by_website
from shared.portal.progress import NONE, NOT_PASSED
from shared.record import Record
from shared.records import Certificate, Enrollment, Organization
from shared.store import Store

actions = Actions()

#: Rows of one file, and of one call to the database.
MAX_ROWS, CHUNK = 5000, 1000
COLUMNS = (
    "name",
    "email",
    "organization_website",
    "course_id",
    "enrollment_status",
    "enrollment_reason",
    "enrolled_at",
    "completed",
    "completed_at",
    "certificate_number",
    "certificate_status",
    "certificate_issued_at",
    "certificate_expires_at",
)

R = TypeVar("R", bound=Record)


class DownloadLearnersCsv(Payload):
    course_id: str | None = Field(None, min_length=1, max_length=128)
    organization_website: Website | None = None
    #: Who asks for more gets 5000.
    limit: Annotated[int, AfterValidator(lambda limit: min(limit, MAX_ROWS))] = Field(MAX_ROWS, ge=1)
    #: The `next_cursor` of the file before.
    cursor: str | None = Field(None, pattern=r"^[A-Za-z0-9._-]{1,36}$")


class LearnersCsv(Result):
    filename: str
    #: As in RFC 4180, with the byte order mark by which Excel knows UTF-8.
    csv_data: str
    rows: int
    has_more: bool
    next_cursor: str | None


@actions("DOWNLOAD_LEARNERS_CSV", allow=admin)
def download_learners_csv(ctx: Ctx, payload: DownloadLearnersCsv) -> LearnersCsv:
    """Enrolments with learner, organisation and certificate: of a course, an organisation, both, or all."""
    scope, about = _scope(ctx, payload)
    enrollments, cursor = _read(ctx.store, Enrollment, scope, payload.limit, payload.cursor)
    organizations = ctx.store.find_many(Organization, {each.organization_id for each in enrollments})
    certificates = _certificates(ctx.store, scope, enrollments)
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for each in sorted(enrollments, key=lambda each: (each.course_id, each.learner_name.casefold())):
        cells = _cells(each, organizations.get(each.organization_id), certificates.get(_certificate_id(each)))
        writer.writerow(map(harmless, cells))
    return LearnersCsv(
        filename="-".join(["learners", *about, f"{ctx.now():%Y-%m-%d}"]) + ".csv",
        csv_data="\ufeff" + text.getvalue(),
        rows=len(enrollments),
        has_more=cursor is not None,
        next_cursor=cursor,
    )


def harmless(cell: str) -> str:
    """A cell that a spreadsheet shows and never runs: https://owasp.org/www-community/attacks/CSV_Injection"""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) else cell


def _scope(ctx: Ctx, payload: DownloadLearnersCsv) -> tuple[list[str], list[str]]:
    """The queries for what is asked for, and the words for it."""
    queries, about = [], []
    if payload.course_id is not None:
        course = get_course(ctx, payload.course_id)
        queries.append(Query.equal("course_id", course.course_id))
        about.append(course.course_id)
    if (website := payload.organization_website) is not None:
        organization = organization_by_website(ctx.store, website)
        if organization is None:
            raise NotFound("There is no such organization.", organization_website=website)
        queries.append(Query.equal("organization_id", organization.id))
        about.append(website)
    return queries, about


def _read(
    store: Store, kind: type[R], queries: Sequence[str], most: int, cursor: str | None = None
) -> tuple[list[R], str | None]:
    """Up to `most` records in the order of their learners, and where the rest begins."""
    ordered = [*queries, Query.order_asc("learner_id")]
    found: list[R] = []
    while len(found) < most:
        page = store.page(kind, ordered, min(CHUNK, most - len(found)), cursor=cursor)
        found += page.items
        cursor = page.next_cursor
        if cursor is None:
            break
    return found, cursor


def _certificates(store: Store, scope: Sequence[str], enrollments: Sequence[Enrollment]) -> dict[str, Certificate]:
    """By id. Both lists go by learner, so the certificates of a thousand enrolments are one range, read in one call.

    Those issued while the learner was in another organisation are outside of it and asked for by id.
    """
    wanted = {_certificate_id(each) for each in enrollments if each.completed}
    if not wanted:
        return {}
    learners = Query.between("learner_id", enrollments[0].learner_id, enrollments[-1].learner_id)
    found = {each.id: each for each in _read(store, Certificate, [*scope, learners], 2 * MAX_ROWS)[0]}
    return found | store.find_many(Certificate, wanted - found.keys())


def _certificate_id(enrollment: Enrollment) -> str:
    return Certificate.id_for(enrollment.learner_id, enrollment.course_id)


def _cells(enrollment: Enrollment, organization: Organization | None, certificate: Certificate | None) -> list[str]:
    shown = enrollment.columns()
    issued = certificate.columns() if certificate else {"status": NOT_PASSED if enrollment.not_passed else NONE}
    cells = [
        shown["learner_name"],
        shown["learner_email"],
        organization.website if organization else None,
        shown["course_id"],
        shown["status"],
        shown["reason"],
        shown["enrolled_at"],
        "yes" if enrollment.completed else "no",
        issued.get("completed_at"),
        issued.get("certificate_number"),
        issued["status"],
        issued.get("issued_at"),
        issued.get("expires_at"),
    ]
    return ["" if cell is None else str(cell) for cell in cells]
