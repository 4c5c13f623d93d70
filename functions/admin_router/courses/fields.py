"""What the fields of a course may hold, as an admin sends them."""

from typing import Annotated

from pydantic import BeforeValidator, Field

from shared.config import ENGINES


def _no_yes_or_no(typed: object) -> object:
    """Raises ValueError for true, which would be one percent."""
    if isinstance(typed, bool):
        raise ValueError("Input should be a number")
    return typed


#: Fields that a course may do without.
OPTIONAL = {"course_url", "validity_days", "passing_score", "locale", "pdf_engines"}

CourseId = Annotated[str, Field(min_length=1, max_length=128)]
CourseName = Annotated[str, Field(min_length=1, max_length=255)]
ProductId = Annotated[str, Field(min_length=1, max_length=128)]
_Forgiven = BeforeValidator(lambda typed: None if typed == "" else typed)
CourseUrl = Annotated[str | None, Field(max_length=1024), _Forgiven]
ValidityDays = Annotated[int | None, Field(ge=1, le=36500)]
#: In percent; null = none.
PassingScore = Annotated[
    float | None, Field(ge=0, le=100, allow_inf_nan=False), _Forgiven, BeforeValidator(_no_yes_or_no)
]
#: BCP 47: language, script, region, variants (https://www.rfc-editor.org/rfc/rfc5646#section-2.1).
Locale = Annotated[
    str | None,
    Field(
        pattern=r"^[A-Za-z]{2,3}(-[A-Za-z]{4})?(-([A-Za-z]{2}|[0-9]{3}))?(-([A-Za-z0-9]{5,8}|[0-9][A-Za-z0-9]{3}))*$",
        max_length=35,
    ),
    _Forgiven,
]
#: As in the variable `PDF_ENGINES`.
PdfEngines = Annotated[str | None, Field(pattern=ENGINES, max_length=64), _Forgiven]
