"""What a preview is filled with: a real learner if there is one of that address, else what was typed, else samples."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated

from pydantic import BeforeValidator, Field

from shared.actions import Payload
from shared.certificate.sample_values import SAMPLES
from shared.context import Ctx
from shared.identifiers import EmailAddress, Website
from shared.people import learner_by_email, organization_by_website
from shared.previews import PreviewRequest
from shared.records import Course, Learner, Organization

_Forgiven = BeforeValidator(lambda typed: None if typed == "" else typed)

#: Days; where no course says.
_VALID_FOR = 365


class PreviewValues(Payload):
    """All may be left out, or be empty."""

    #: Of a learner: their name and organisation are printed. Who is none yet is printed as typed.
    learner_email: Annotated[EmailAddress | None, _Forgiven] = None
    learner_name: Annotated[str | None, Field(max_length=255), _Forgiven] = None
    organization_website: Annotated[Website | None, _Forgiven] = None
    #: In the place of the course's own, or of a sample.
    course_name: Annotated[str | None, Field(max_length=255), _Forgiven] = None


@dataclass(frozen=True)
class _Known:
    learner: Learner | None
    organization: Organization | None


def request_for(ctx: Ctx, payload: PreviewValues, course: Course | None) -> PreviewRequest:
    """The values of a certificate issued now."""
    sample, now, known = SAMPLES[0], ctx.now(), _look_up(ctx, payload)
    valid_for = course.validity_days if course else _VALID_FOR
    expires_at = now + timedelta(days=valid_for) if valid_for else None
    values = {
        **sample,
        "completion_date": _english(now),
        "issued_at": _english(now),
        "expires_at": _english(expires_at) if expires_at else "",
        "learner_name": known.learner.name if known.learner else payload.learner_name or sample["learner_name"],
        "learner_email": known.learner.email if known.learner else payload.learner_email or sample["learner_email"],
        "organization": known.organization.name
        if known.organization
        else payload.organization_website or sample["organization"],
        "course_name": payload.course_name or (course.name if course else sample["course_name"]),
    }
    locale, engines = (course.locale, course.pdf_engines) if course else (None, None)
    return PreviewRequest(values=values, completed_at=now, expires_at=expires_at, locale=locale, engines=engines)


def _english(moment: datetime) -> str:
    return f"{moment.day} {moment:%B %Y}"


def _look_up(ctx: Ctx, payload: PreviewValues) -> _Known:
    learner = learner_by_email(ctx.store, payload.learner_email) if payload.learner_email else None
    if learner:
        return _Known(learner, ctx.store.find(Organization, learner.organization_id))
    website = payload.organization_website
    return _Known(None, organization_by_website(ctx.store, website) if website else None)
