"""A project that has been used: a course, its learners, their certificates, with files, mails, accounts and teams."""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pikepdf

from infra.backup import documents, save
from infra.backup.listing import PAGE, every, together
from infra.backup.manifest import Manifest
from infra.backup.restore import Destination, Report, restore
from infra.backup.save import Source
from infra.deploy import functions, settings
from infra.deploy.functions import Function
from infra.deploy.server import Document, Server
from infra.local.stack import ROOT
from shared.certificate.number import new_number
from shared.ids import stable_id
from shared.record import Record
from shared.records import (
    Certificate,
    CertificateStatus,
    Claim,
    Completion,
    CompletionStatus,
    Contact,
    Course,
    Delivery,
    DeliveryStatus,
    Enrollment,
    EnrollmentStatus,
    Learner,
    Organization,
    Purpose,
    Template,
)
from shared.store import batches

COLLECTIONS = ROOT / "infra" / "appwrite_collections.json"
DAY = datetime(2026, 11, 20, 10, tzinfo=UTC)
SOP, PASSWORD = "sop@acme.example", "a long password"
ORGANIZATION = stable_id("backup test", "organization")
_TEAM, _USER = stable_id("backup test", "team"), stable_id("backup test", "user")
BUCKET = "/storage/buckets/certificates/files"


@dataclass(frozen=True)
class Place:
    """A running stand-in."""

    endpoint: str
    key: str
    server: Server

    def target(self, key: str = "") -> settings.Target:
        values = {"APPWRITE_ENDPOINT": self.endpoint, "APPWRITE_PROJECT": "p", "APPWRITE_API_KEY": key or self.key}
        return settings.target(values, "this test")

    def save(self, folder: Path, said: list[str] | None = None) -> Manifest:
        source = Source(self.server, self.target(), "test", COLLECTIONS, "1.2.3")
        return save.save(source, folder, (said if said is not None else []).append)

    def restore(self, folder: Path, said: list[str] | None = None) -> Report:
        destination = Destination(self.server, COLLECTIONS, deployed())
        return restore(destination, folder, (said if said is not None else []).append)

    def rows(self, table: str) -> list[Document]:
        return list(every(self.server, rows_path(table)))

    def files(self) -> dict[str, tuple[str, str, list[str]]]:
        """The server's own digest, name and permissions by id."""
        return {
            file["$id"]: (file["signature"], file["name"], file["$permissions"]) for file in every(self.server, BUCKET)
        }

    def sha256(self, file_id: str) -> str:
        return documents.digest(self.server.download(f"{BUCKET}/{file_id}/download"))


def deployed() -> Sequence[Function]:
    return functions.load(ROOT / "infra" / "appwrite_functions.json")


def rows_path(table: str) -> str:
    return f"/tablesdb/certificates/tables/{table}/rows"


def fill(place: Place, certificates: int) -> None:
    """That many certificates, the last of which is yet to be mailed; who, what and for whom."""
    pdf = _pdf()

    def upload(number: int) -> None:
        content = pdf + b"%% %d\n" % number
        place.server.upload(BUCKET, "file", f"{_number(number)}.pdf", content, fileId=file_id(number))

    together(upload, range(certificates))
    by_table: dict[str, list[Record]] = {}
    for record in [*_company(), *_issued(certificates, pdf)]:
        by_table.setdefault(record.table, []).append(record)
    calls = [(table, batch) for table, records in by_table.items() for batch in batches(records, PAGE)]
    together(lambda call: insert(place, *call), calls)
    _account(place)


def insert(place: Place, table: str, records: Sequence[Record]) -> None:
    place.server.post(rows_path(table), rows=[record.to_row() for record in records])


def certificate_id(number: int) -> str:
    return Certificate.id_for(_learner_id(number), "fire")


def _company() -> Iterator[Record]:
    html = "<h1>{{ learner_name }}</h1>"
    template = Template(id=Template.id_for("fire", html), course_id="fire", html=html)
    yield template
    yield Course(
        id=Course.id_for("fire"), course_id="fire", name="Fire", template_id=template.id, graphy_product_id="fire"
    )
    yield Organization(id=ORGANIZATION, website="acme.example", name="Acme", sop_email=SOP, team_id=_TEAM)
    contact = Contact.id_for(ORGANIZATION, SOP)
    yield Contact(id=contact, organization_id=ORGANIZATION, email=SOP, user_id=_USER)
    # A worker that died in the middle of it.
    subject = certificate_id(0)
    yield Claim(id=Claim.id_for(subject, 1), subject_id=subject, attempt=1, owner="gone", expires_at=DAY)


def _issued(certificates: int, pdf: bytes) -> Iterator[Record]:
    for number in range(certificates):
        is_last = number == certificates - 1
        learner, email = _learner_id(number), f"learner{number}@acme.example"
        name = f"Zoë Nº {number}\u2028"
        shared = {"course_id": "fire", "organization_id": ORGANIZATION}
        yield Learner(id=learner, email=email, name=name, organization_id=ORGANIZATION)
        yield Enrollment(
            id=Enrollment.id_for(learner, "fire"), learner_id=learner, status=EnrollmentStatus.ENROLLED, **shared
        )
        yield _completion(number, email)
        certificate = Certificate(
            id=certificate_id(number),
            learner_id=learner,
            certificate_number=_number(number),
            learner_name=name,
            learner_email=email,
            course_name="Fire",
            organization_name="Acme",
            completed_at=DAY,
            issued_at=DAY + timedelta(seconds=number),
            template_id=stable_id("any"),
            key_id="k1",
            attempts=1,
            file_id=file_id(number),
            sha256=documents.digest(pdf + b"%% %d\n" % number),
            status=CertificateStatus.STORED if is_last else CertificateStatus.SENT,
            **shared,
        )
        yield certificate
        yield Delivery(
            id=Delivery.id_for(certificate.id, SOP, Purpose.ISSUED),
            certificate_id=certificate.id,
            organization_id=ORGANIZATION,
            recipient=SOP,
            status=DeliveryStatus.QUEUED if is_last else DeliveryStatus.SENT,
            due_at=DAY if is_last else None,
            sent_at=None if is_last else DAY,
        )


def _completion(number: int, email: str) -> Completion:
    return Completion(
        id=stable_id("backup test", "completion", number),
        event_id=f"evt-{number}",
        course_id="fire",
        email=email,
        completed_at=DAY,
        received_at=DAY,
        payload='{"score": "ü"}',
        status=CompletionStatus.MATCHED,
    )


def _account(place: Place) -> None:
    server = place.server
    server.post("/users", userId=_USER, email=SOP, password=PASSWORD, name="Sam")
    server.put(f"/users/{_USER}/labels", labels=["sop"])
    server.post("/users", userId="nopassword", email="admin@training.example", name="Ada")
    server.patch("/users/nopassword/status", status=False)
    server.post("/teams", teamId=_TEAM, name="Acme")
    server.post(f"/teams/{_TEAM}/memberships", userId=_USER, roles=["sop"])


def _learner_id(number: int) -> str:
    return stable_id("backup test", "learner", number)


def file_id(number: int) -> str:
    return stable_id("backup test", "file", number)


def _number(number: int) -> str:
    return new_number(2026, number.to_bytes)


def _pdf() -> bytes:
    content = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(content)
    return content.getvalue()
