"""What the benchmark makes of its figures. Nothing is timed here."""

from xml.etree import ElementTree as ET

import pytest

from tests.benchmarks import results
from tests.benchmarks.__main__ import PARTS
from tests.benchmarks.part import at_least, at_most, markdown, percentile
from tests.benchmarks.svg import curve

SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("points", [{100: 20.0}, {100: 20.0, 300: 19.0, 10_000: 25.5}, {1: 0.004, 2: 80_000.0}])
def test_the_curve_marks_every_point_inside_the_picture(points: dict[int, float]) -> None:
    picture = ET.fromstring(curve(points, "a < b", "across", "up"))  # noqa: S314 - our own
    marks = picture.findall(f"{SVG}circle")
    assert len(marks) == len(points)
    assert all(0 <= float(mark.attrib["cx"]) <= 640 and 0 <= float(mark.attrib["cy"]) <= 320 for mark in marks)


def test_what_was_not_measured_meets_no_goal() -> None:
    assert not at_least("fast", None, 1, "/s").met
    assert not at_most("small", None, 1, " MB").met


def test_a_goal_is_met_at_its_bound() -> None:
    assert at_least("fast", 40, 40, "/s").met
    assert at_most("small", 350, 350, " MB").met
    assert not at_least("fast", 39.9, 40, "/s").met


def test_a_table_shows_what_is_not_there_as_a_dash() -> None:
    assert markdown(("a", "b"), [(1, None)]) == "| a | b |\n|---|---|\n| 1 | – |"


def test_percentiles_lie_within_the_values() -> None:
    assert percentile([5.0], 95) == 5.0
    assert percentile([float(value) for value in range(101)], 95) == 95


def test_the_kept_figures_make_the_tables_that_are_kept() -> None:
    shown = (results.FOLDER / "results.md").read_text(encoding="utf-8")
    assert results.text(results.load(), PARTS) == shown


def test_the_kept_figures_say_of_the_machine_only_its_cores_and_python() -> None:
    assert {name for entry in results.load().values() for name in entry["on"]} <= {"date", "cores", "python"}
