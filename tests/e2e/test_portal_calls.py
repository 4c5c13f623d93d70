"""The calls of portals that exist, as they make them: through Appwrite's executions, the JWT in the body.

Each test is what one page of such a portal does, with the payload that it sends and the fields that it reads.
"""

import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from infra.local import loopback
from infra.local.stack import Stack
from scripts.callers import Appwrite, CallFailed, Portal

pytestmark = pytest.mark.slow

TEMPLATE = "<h1>{{ learner_name }}</h1><p>{{ course_name }}</p>"
PASSWORD = "a long password"


@dataclass
class Pages:
    """An admin's portal and an SOP's, and what they have in common."""

    stack: Stack
    appwrite: Appwrite
    admin: Portal
    name: str
    sop: Portal
    course_id: str
    organization_id: str

    @property
    def website(self) -> str:
        return f"{self.name}.example"

    @property
    def learner(self) -> str:
        return f"ana@{self.website}"

    @property
    def certificate(self) -> dict[str, str]:
        return {"learner_email": self.learner, "course_id": self.course_id}

    def csv(self, *emails: str, website: str | None = None) -> str:
        rows = "".join(f"Ana Lima,{email},{website or self.website}\n" for email in emails)
        return f"name,email,organization_website\n{rows}"


@pytest.fixture(scope="module")
def pages(stack: Stack) -> Iterator[Pages]:
    """An organisation, a course and a learner with a certificate, all made by a portal's calls."""
    with loopback.session() as session:
        session.cookies.set_policy(loopback.NO_COOKIES)
        appwrite = Appwrite(session, stack.services.appwrite, stack.project)
        admin = Portal(appwrite, "admin_router", appwrite.log_in(stack.admin_email, stack.admin_password))
        name = f"portal-{secrets.token_hex(4)}"
        sop_email = f"sop@{name}.example"
        organization = admin.call(
            "ADD_ORGANIZATION", website=f"{name}.example", name=name, sop_email=sop_email, sop_password=PASSWORD
        )["data"]["organization"]
        course = admin.call(
            "CREATE_COURSE",
            course_url=f"https://learn.example/{name}",
            name=name.title(),
            certificate_template_html=TEMPLATE,
        )["data"]["course"]
        sop = Portal(appwrite, "sop_router", appwrite.log_in(sop_email, PASSWORD))
        made = Pages(stack, appwrite, admin, name, sop, course["course_id"], organization["organization_id"])
        _issue_one(made)
        yield made


def _issue_one(pages: Pages) -> None:
    """One learner, from the upload to the mail."""
    graphy = f"{pages.stack.services.graphy}/_control"
    product = {"products": [{"id": pages.course_id, "title": pages.name}]}
    pages.appwrite.session.post(f"{graphy}/products", json=product, timeout=30).raise_for_status()
    uploaded = pages.admin.call(
        "UPLOAD_LEARNERS_CSV_DIRECT", course_id=pages.course_id, csv_data=pages.csv(pages.learner)
    )
    assert len(uploaded["data"]["learners"]) == 1
    _wait_for(pages, "enrollment_status", "enrolled")
    done = {"course_id": pages.course_id, "emails": [pages.learner]}
    pages.appwrite.session.post(f"{graphy}/complete", json=done, timeout=30).raise_for_status()
    _wait_for(pages, "certificate_status", "sent")


def _wait_for(pages: Pages, field: str, state: str) -> None:
    until = time.monotonic() + 60
    while _course_of(pages)[field] != state:
        assert time.monotonic() < until, _course_of(pages)
        time.sleep(0.3)


def _course_of(pages: Pages) -> dict[str, Any]:
    [learner] = pages.admin.call("LIST_LEARNERS", limit=10, offset=0, course_id=pages.course_id)["data"]["learners"]
    [course] = learner["courses"]
    shown: dict[str, Any] = course
    return shown


def has_pagination(answer: dict[str, Any]) -> bool:
    return {"total", "limit", "offset", "has_more"} <= set(answer["pagination"])


def test_courses_are_listed_searched_edited_and_deleted(pages: Pages) -> None:
    listed = pages.admin.call("LIST_COURSES", limit=100, offset=0, search=pages.name)
    assert [course["course_id"] for course in listed["data"]["courses"]] == [pages.course_id]
    assert has_pagination(listed)
    edited = pages.admin.call(
        "EDIT_COURSE", course_id=pages.course_id, name="Another name", certificate_template_html=TEMPLATE
    )
    assert edited["data"]["course"]["name"] == "Another name"
    spare = pages.admin.call(
        "CREATE_COURSE", course_url="", name=f"{pages.name} spare", certificate_template_html=TEMPLATE
    )
    deleted = pages.admin.call("DELETE_COURSE", course_id=spare["data"]["course"]["course_id"])
    assert deleted["data"]["success"] is True


def test_organizations_are_listed_edited_and_deleted(pages: Pages) -> None:
    listed = pages.admin.call("LIST_ORGANIZATIONS", limit=100, offset=0, search=pages.name)
    assert [each["website"] for each in listed["data"]["organizations"]] == [pages.website]
    assert has_pagination(listed)
    edited = pages.admin.call(
        "EDIT_ORGANIZATION",
        organization_id=pages.organization_id,
        name="Portal people",
        website=pages.website,
        sop_email=f"sop@{pages.website}",
    )
    assert edited["data"]["organization"]["name"] == "Portal people"
    spare = f"spare.{pages.website}"
    pages.admin.call("ADD_ORGANIZATION", website=spare, name="Spare", sop_email=f"s@{spare}", sop_password=PASSWORD)
    assert pages.admin.call("DELETE_ORGANIZATION", website=spare)["data"]["success"] is True


def test_contacts_get_accounts_and_passwords(pages: Pages) -> None:
    email = f"second@{pages.website}"
    pages.admin.call("ADD_ORGANIZATION", website=f"two.{pages.website}", name="Two", sop_email=email)
    made = pages.admin.call("CREATE_SOP_USER", email=email, password=PASSWORD)["data"]
    assert made.keys() >= {"user_id", "email", "name", "role", "token", "message", "organization"}
    assert (made["email"], made["token"]) == (email, None)
    reset = pages.admin.call(
        "RESET_SOP_PASSWORD",
        organization_website=f"two.{pages.website}",
        new_password="another long password",
        sop_email=email,
    )
    assert reset["data"]["success"] is True
    pages.appwrite.log_in(email, "another long password")


def test_a_csv_that_moves_a_learner_is_a_conflict(pages: Pages) -> None:
    elsewhere = f"elsewhere.{pages.website}"
    pages.admin.call("ADD_ORGANIZATION", website=elsewhere, name="Elsewhere", sop_email=f"s@{elsewhere}")
    csv_data = pages.csv(pages.learner, website=elsewhere)
    found = pages.admin.call("VALIDATE_CSV_ORGANIZATION_CONFLICTS", course_id=pages.course_id, csv_data=csv_data)[
        "data"
    ]
    assert (found["has_conflicts"], found["conflict_count"], found["conflict_emails"]) == (True, 1, [pages.learner])
    assert found["conflicts"] == [
        {
            "email": pages.learner,
            "csv_organization_website": elsewhere,
            "existing_organization_website": pages.website,
            "row_number": 2,
            "name": "Ana Lima",
        }
    ]


def test_learners_are_listed_updated_and_deleted(pages: Pages) -> None:
    email = f"leaver@{pages.website}"
    pages.admin.call("UPLOAD_LEARNERS_CSV_DIRECT", course_id=pages.course_id, csv_data=pages.csv(email))
    listed = pages.admin.call(
        "LIST_ALL_LEARNERS", limit=10, offset=0, search="leaver", organization_website=pages.website
    )["data"]
    [learner] = listed["learners"]
    assert (learner["learner_info"]["email"], learner["organization_info"]["website"]) == (email, pages.website)
    assert learner["courses"][0]["course_id"] == pages.course_id
    assert listed.keys() >= {"summary", "pagination"}
    updated = pages.admin.call(
        "UPDATE_LEARNER",
        learner_email=email,
        organization_website=pages.website,
        new_website=pages.website,
        name="Leaving Soon",
        email=email,
    )
    assert (updated["ok"], updated["data"]["updated_count"]) == (True, 1)
    deleted = pages.admin.call("DELETE_LEARNER", learner_email=email, organization_website=pages.website)
    assert deleted["data"].keys() >= {"deleted_count", "message"}
    with pytest.raises(CallFailed, match="404 NOT_FOUND"):
        pages.admin.call("DELETE_LEARNER", learner_email=email, organization_website=pages.website)


def test_a_template_is_saved_and_previewed(pages: Pages) -> None:
    shown = pages.admin.call(
        "SAVE_AND_PREVIEW_CERTIFICATE",
        course_id=pages.course_id,
        certificate_template_html=TEMPLATE,
        learner_name="Preview Person",
        learner_email="preview@person.example",
        organization_website=pages.website,
    )["data"]
    assert "Preview Person" in shown["preview_html"]


def test_a_preview_is_a_pdf_that_anyone_with_the_link_can_open(pages: Pages) -> None:
    shown = pages.admin.call("PREVIEW_CERTIFICATE", certificate_template_html=TEMPLATE, wait_seconds=20)["data"]
    pdf = pages.appwrite.session.get(shown["download_url"], timeout=30)
    assert pdf.content.startswith(b"%PDF-")


@pytest.mark.parametrize("role", ["admin", "sop"])
def test_a_certificate_is_downloaded_and_mailed_again(pages: Pages, role: str) -> None:
    portal: Portal = getattr(pages, role)
    certificate = portal.call("DOWNLOAD_CERTIFICATE", **pages.certificate)["data"]
    assert certificate["organization_website"] == pages.website
    assert certificate.keys() >= {"filename", "learner_name", "learner_email", "course_id"}
    pdf = pages.appwrite.session.get(certificate["download_url"], timeout=30)
    assert pdf.content.startswith(b"%PDF-")
    again = portal.call("RESEND_CERTIFICATE", **pages.certificate)["data"]
    assert again.keys() >= {"message", "learner_email", "course_id", "webhook_event_id"}


def test_an_sop_downloads_many_as_zip(pages: Pages) -> None:
    shown = pages.sop.call("DOWNLOAD_CERTIFICATES", course_id=pages.course_id, wait_seconds=20)["data"]
    archive = pages.appwrite.session.get(shown["download_url"], timeout=30)
    assert archive.content.startswith(b"PK")


def test_activities_are_listed_for_both(pages: Pages) -> None:
    admins = pages.admin.call("LIST_ACTIVITY_LOGS", limit=10, offset=0, organization_website=pages.website)
    assert admins["data"]["logs"]
    assert has_pagination(admins)
    sops = pages.sop.call("LIST_ACTIVITY_LOGS", limit=10, offset=0)
    assert sops["data"]["logs"]
    assert sops["data"]["organization_website"] == pages.website
    assert has_pagination(sops)


def test_statistics_have_the_figures_that_portals_show(pages: Pages) -> None:
    figures = {
        "LEARNER_STATISTICS": {"total_learners", "active_learners", "total_enrollments", "completion_rate"},
        "ORGANIZATION_STATISTICS": {"total_organizations", "active_organizations", "poc_contacts", "total_learners"},
        "COURSE_STATISTICS": {"total_courses", "total_learners", "avg_completion", "certificate_templates"},
    }
    for action, names in figures.items():
        data = pages.admin.call(action)["data"]
        assert all(data[name] > 0 for name in names), data
    mine = pages.sop.call("LEARNER_STATISTICS")["data"]
    assert (mine["certificates_generated"], mine["completed_courses"]) == (1, 1)
    assert mine.keys() >= {"total_learners", "active_learners", "active_enrollments", "organization_website"}


def test_an_sop_lists_their_learners(pages: Pages) -> None:
    listed = pages.sop.call("LIST_ORG_LEARNERS", organization_website=pages.website, limit=10, offset=0)["data"]
    assert pages.learner in [each["learner_info"]["email"] for each in listed["learners"]]
    assert listed.keys() >= {"summary", "pagination"}
