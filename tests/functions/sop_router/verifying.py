"""What tests of the verify page share: certificates, their codes, and how a browser or a program asks."""

import itertools
import json
import re
from datetime import UTC, datetime
from html import unescape
from typing import Any

from functions.sop_router.main import main
from shared.records import Certificate, CertificateVersion
from shared.verification import Keys
from tests.functions.backend import KEY, Backend, Course
from tests.functions.requested import Got, request

KEYS = Keys.parse(f"k1:{KEY}")
#: One that fits no certificate.
WRONG = "0123456789ABCDEFGHJKMNPQRS"
#: Right in form, and nobody's.
NOBODYS = "2026-1850-M2GA-185M"


class Page(Got):
    """What a browser gets."""

    @property
    def json(self) -> dict[str, Any]:
        body: dict[str, Any] = json.loads(self.content)
        return body

    @property
    def heading(self) -> str:
        [heading] = re.findall("<h1>(.*?)</h1>", self.text)
        return unescape(heading)

    @property
    def fields(self) -> dict[str, str]:
        """What is printed, by field."""
        found = re.findall(r'<(\w+)[^>]* data-field="(\w+)"[^>]*>(.*?)</\1>', self.text, re.DOTALL)
        return {name: unescape(re.sub("<[^>]*>", "", inner)) for _, name, inner in found}


def fetch(
    backend: Backend, path: str, accept: str = "text/html", method: str = "GET", client: str | None = None
) -> Page:
    """One execution through the function's domain; each by another client unless told otherwise."""
    headers = {
        "x-appwrite-key": backend.key,
        "x-appwrite-client-ip": client or _another_client(),
        "accept": accept,
    }
    return Page(**vars(request(main, path, headers, method)))


_numbers = itertools.count(1)


def _another_client() -> str:
    n = next(_numbers)
    return f"10.{n >> 16 & 255}.{n >> 8 & 255}.{n & 255}"


def issue(course: Course, name: str = "Anaïs Müller") -> Certificate:
    """A certificate that was rendered and mailed."""
    [email] = course.enroll(name)
    course.complete(email, event_id=f"evt-{email}")
    course.backend.work()
    [row] = [row for row in course.backend.rows("certificates") if row["learner_email"] == email]
    return Certificate.from_row(row)


def change(backend: Backend, certificate: Certificate, **columns: Any) -> Certificate:
    """The certificate with other columns."""
    wire = {name: each.isoformat() if isinstance(each, datetime) else each for name, each in columns.items()}
    if wire:
        backend.set_row("certificates", certificate.id, **wire)
    [row] = [row for row in backend.rows("certificates") if row["$id"] == certificate.id]
    return Certificate.from_row(row)


def replace(backend: Backend, certificate: Certificate, **columns: Any) -> Certificate:
    """The next version, after the present one was put aside."""
    old = CertificateVersion.model_validate(
        certificate.model_dump()
        | {
            "id": CertificateVersion.id_for(certificate.id, certificate.version),
            "certificate_id": certificate.id,
            "replaced_at": datetime(2026, 11, 20, tzinfo=UTC),
            "reason": "secret remarks",
        }
    )
    backend.server.post("/tablesdb/certificates/tables/certificate_versions/rows", rowId=old.id, data=old.columns())
    return change(backend, certificate, **{"version": certificate.version + 1, "sha256": "f" * 64, **columns})


def path_of(certificate: Certificate, code: str | None = None) -> str:
    """Of the link that is printed."""
    return f"/verify/{certificate.certificate_number}?c={code or KEYS.code(certificate)}"
