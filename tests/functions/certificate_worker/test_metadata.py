"""An issued PDF says what it is, also to programs that only read its metadata."""

import io
import os
from collections.abc import Callable
from datetime import datetime

import pikepdf
import requests

from shared.config import Settings
from shared.records import Certificate
from shared.verification import Verification
from tests.functions.backend import Backend, Course


def test_a_delivered_pdf_carries_number_link_names_and_language(
    backend: Backend, new_course: Callable[..., Course]
) -> None:
    course = new_course()
    assert backend.ask_admin("EDIT_COURSE", course_id=course.course_id, locale="de-CH").status == 200
    [email] = course.enroll("Anaïs 李小龍")
    course.complete(email)
    backend.work()
    [row] = backend.rows("certificates", {"method": "equal", "attribute": "learner_email", "values": [email]})
    asked = {"learner_email": email, "course_id": course.course_id}
    url = backend.ask_admin("DOWNLOAD_CERTIFICATE", **asked).data["download_url"]
    with pikepdf.open(io.BytesIO(requests.get(url, timeout=10).content)) as pdf:
        told = {name: str(text) for name, text in pdf.docinfo.items()}
        xmp = pdf.open_metadata()
        language = str(pdf.Root.Lang)
    link = link_of(Certificate.from_row(row))
    assert told["/Title"] == xmp["dc:title"] == f"{row['course_name']} – Anaïs 李小龍"
    assert told["/CertificateNumber"] == told["/Keywords"] == xmp["dc:identifier"] == row["certificate_number"]
    assert told["/VerifyURL"] == link
    assert xmp["dc:relation"] == {link}
    assert xmp["dc:creator"] == [row["organization_name"]] == [told["/Author"]]
    assert language == "de-CH"
    made = datetime.fromisoformat(str(xmp["xmp:CreateDate"]))
    assert made == datetime.fromisoformat(row["issued_at"]).replace(microsecond=0)


def link_of(certificate: Certificate) -> str:
    settings = Settings.from_environ(os.environ)
    return Verification.of(settings).link(certificate)
