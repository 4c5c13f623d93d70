"""The costs that infra/README.md tells are those of today."""

import json
from collections import Counter
from collections.abc import Callable

import pytest

from functions.sop_router.main import main as sop_main
from tests.documents import Document
from tests.functions.backend import Backend, Course, execute
from tests.functions.spending import spending

TOGETHER = 20
#: How far a figure of the document may be from what is counted.
ROUGHLY = 0.1
_COSTS = Document("infra/README.md")


def spent(step: Callable[[], object]) -> Counter[str]:
    with spending() as counted:
        step()
    return counted


@pytest.fixture(scope="module")
def told() -> dict[str, list[float]]:
    """Rows read, rows written and calls, by the step."""
    rows = [cells for cells in _COSTS.tables("## Costs") if len(cells) == 5][1:]
    return {cells[0].strip("*"): [float(cell.strip("*")) for cell in cells[1:4]] for cells in rows}


def test_a_certificate_costs_what_the_table_says(
    backend: Backend, new_course: Callable[[], Course], told: dict[str, list[float]]
) -> None:
    course, emails = new_course(), []
    _rest(backend)
    steps: dict[str, Callable[[], object]] = {
        "uploaded": lambda: emails.extend(course.enroll(*(f"Learner {number}" for number in range(TOGETHER)))),
        "enrolled on Graphy": backend.work,
        "completion received": lambda: [course.complete(email, email) for email in emails],
        "certificate made and mailed": backend.work,
    }
    counted = {name: spent(step) for name, step in steps.items()}
    assert {state["certificate_status"] for state in course.states().values()} == {"sent"}
    each = {
        name: [counts[kind] / TOGETHER for kind in ("reads", "writes", "calls")] for name, counts in counted.items()
    }
    each["in all"] = [sum(column) for column in zip(*each.values(), strict=True)]
    assert told == {name: pytest.approx(figures, rel=ROUGHLY, abs=0.1) for name, figures in each.items()}


def test_a_minute_without_work_reads_as_many_rows_as_the_text_says(backend: Backend) -> None:
    _rest(backend)
    idle = spent(backend.work)
    assert idle["writes"] == 0
    said = f"the worker with nothing to do | {idle['reads']} rows read each minute: {_a_month(idle['reads'])} a month"
    assert said in _COSTS.text


def test_look_ups_lists_and_links_cost_what_the_text_says(backend: Backend, course: Course) -> None:
    emails = course.enroll(*(f"Learner {number}" for number in range(25)))
    backend.work()
    course.complete(emails[0])
    backend.work()
    [shown] = backend.ask_admin("LIST_CERTIFICATES", organization_website=course.website).data["certificates"]
    number = shown["certificate_number"]
    link = backend.ask_admin("GET_CERTIFICATE", certificate_number=number).data["certificate"]["verify_url"]
    headers = {"x-appwrite-key": backend.key, "accept": "application/json"}
    path = f"/verify/{number}?{link.partition('?')[2]}"
    backend.log_in(course.sop)
    look_up = spent(lambda: execute(sop_main, b"", headers, "GET", path))
    page = spent(lambda: backend.ask_sop(course.sop, "LIST_ORG_LEARNERS", limit=25))
    ids = {"learner_email": emails[0], "course_id": course.course_id}
    download = spent(lambda: backend.ask_sop(course.sop, "DOWNLOAD_CERTIFICATE", **ids))
    for line in (
        f"one look-up on the verify page | {look_up['reads']} row read, {look_up['writes']} written",
        f"a page of 25 learners in the portal | {page['reads']} rows read",
        f"one download link | {download['reads']} rows read, {download['writes']} written",
    ):
        assert line in _COSTS.text, json.dumps([look_up, page, download])


def _rest(backend: Backend) -> None:
    """Until all is done that was queued before, and swept."""
    while backend.work().data:
        pass
    backend.work()


def _a_month(reads: int) -> str:
    """Of 43,200 minutes, in ten thousands."""
    return f"{round(reads * 43_200, -4):,}"
