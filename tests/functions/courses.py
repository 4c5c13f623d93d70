"""Courses to test with."""

import secrets

from tests.functions.backend import PASSWORD, TEMPLATE, Backend, Course


def make_course(backend: Backend, template: str = TEMPLATE) -> Course:
    """A course on both systems and an organisation with an SOP."""
    name = secrets.token_hex(4)
    course = Course(backend, f"course-{name}", f"{name}.example", f"sop@{name}.example")
    backend.control_graphy("products", {"products": [{"id": course.course_id, "title": name}]})
    added = backend.ask_admin(
        "ADD_ORGANIZATION", website=course.website, name=f"Org {name}", sop_email=course.sop, sop_password=PASSWORD
    )
    created = backend.ask_admin(
        "CREATE_COURSE", course_id=course.course_id, name=f"Course {name}", certificate_template_html=template
    )
    assert (added.status, created.status) == (200, 200)
    return course
