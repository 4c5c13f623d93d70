"""The rows of a course whose learners are all enrolled, and of their completions."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from infra.local.stack import ROOT
from scripts.people import Person
from shared.ids import stable_id
from shared.record import Record
from shared.records import Completion, Course, Enrollment, EnrollmentStatus, Learner, Organization, Template

_DESIGN = ROOT / "shared" / "certificate" / "templates" / "classic.html"


def rows(course_id: str, learners: Sequence[Person], engines: str | None) -> Iterator[Record]:
    """Everything that a completion of one of them refers to; `engines` are the course's own."""
    html = _DESIGN.read_text(encoding="utf-8")
    template = Template(id=Template.id_for(course_id, html), course_id=course_id, html=html)
    yield template
    yield Course(
        id=Course.id_for(course_id),
        course_id=course_id,
        name="Fire Safety at Work",
        template_id=template.id,
        graphy_product_id=course_id,
        pdf_engines=engines,
    )
    for website in sorted({learner.website for learner in learners}):
        sop = f"sop@{website}"
        yield Organization(id=organization_id(website), website=website, name=website, sop_email=sop, team_id="team")
    for person in learners:
        yield from _enrolled(person, course_id)


def completion(event: Mapping[str, str], due_at: datetime) -> Completion:
    """What the webhook would have stored."""
    return Completion(
        id=stable_id("bench completion", event["event_id"]),
        event_id=event["event_id"],
        course_id=event["course_id"],
        email=event["email"],
        completed_at=due_at,
        received_at=due_at,
        payload="{}",
        due_at=due_at,
    )


def organization_id(website: str) -> str:
    return stable_id("bench organization", website)


def _enrolled(person: Person, course_id: str) -> Iterator[Record]:
    learner_id = stable_id("bench learner", person.email)
    yield Learner(id=learner_id, email=person.email, name=person.name, organization_id=organization_id(person.website))
    yield Enrollment(
        id=Enrollment.id_for(learner_id, course_id),
        learner_id=learner_id,
        course_id=course_id,
        organization_id=organization_id(person.website),
        status=EnrollmentStatus.ENROLLED,
        learner_name=person.name,
        learner_email=person.email,
    )
