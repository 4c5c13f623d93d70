"""Courses and their templates."""

from pydantic import AwareDatetime

from shared.ids import stable_id
from shared.record import Record


class Course(Record):
    table = "courses"

    course_id: str
    name: str
    #: The template that the next certificates use; those already issued name their own.
    template_id: str
    graphy_product_id: str
    #: Counts the templates of this course; see `Template`.
    template_version: int = 1
    course_url: str | None = None
    #: For how long its certificates are valid; None = for ever.
    validity_days: int | None = None
    #: BCP 47; how dates are printed.
    locale: str | None = None
    #: In place of the variable `PDF_ENGINES`.
    pdf_engines: str | None = None
    #: In percent; a completion that brought less, or no score at all, gets no certificate. None = all get one.
    passing_score: float | None = None
    #: An archived course takes no new learners; those it has still get their certificates.
    archived_at: AwareDatetime | None = None

    @staticmethod
    def id_for(course_id: str) -> str:
        return stable_id("course", course_id.strip().casefold())


class Template(Record):
    """A certificate template as it was saved once; never changed, so that what was issued stays as it was."""

    table = "templates"

    course_id: str
    html: str
    #: 1 for a course's first template; each that differs from all before gets the next number.
    version: int = 1
    #: How often a renderer died of it, and why it is used no longer, if it is not.
    kills: int = 0
    set_aside: str | None = None

    @staticmethod
    def id_for(course_id: str, html: str) -> str:
        return stable_id("template", Course.id_for(course_id), html)
