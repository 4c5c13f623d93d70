"""The names inside a ZIP are harmless and differ, whatever people are called."""

import io
import re
import unicodedata
import zipfile
from datetime import UTC, datetime
from pathlib import PurePosixPath, PureWindowsPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.certificate_worker.exporting.zips import entry_name
from shared.records import Certificate

NOW = datetime(2026, 11, 21, tzinfo=UTC)
NUMBER = "TC-2026-ABCDEFGH"
names = st.text(min_size=1, max_size=300)


def certificate(course: str, learner: str, number: str = NUMBER) -> Certificate:
    return Certificate(
        id="c",
        certificate_number=number,
        learner_id="l",
        course_id="c",
        organization_id="o",
        template_id="t",
        learner_name=learner,
        learner_email="a@b.example",
        course_name=course,
        organization_name="Acme",
        completed_at=NOW,
        issued_at=NOW,
    )


@given(names, names)
def test_a_name_inside_is_one_folder_and_one_file_on_every_system(course: str, learner: str) -> None:
    name = entry_name(certificate(course, learner))
    for path in (PurePosixPath(name), PureWindowsPath(name)):
        assert len(path.parts) == 2
        assert not path.is_absolute()
        assert ".." not in path.parts
    assert re.search(f"{NUMBER}\\.pdf$", name)
    assert not set('<>:"\\|?*') & set(name)
    assert {unicodedata.category(each)[0] for each in name} & {"C"} == set()
    assert all(0 < len(part.encode()) <= 255 for part in name.split("/"))
    assert not any(part.startswith(" ") or part.endswith((" ", ".")) for part in name.split("/"))


@given(names, names)
def test_a_zip_gives_the_name_back_as_it_was(course: str, learner: str) -> None:
    buffer, name = io.BytesIO(), entry_name(certificate(course, learner))
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(name, b"")
    assert zipfile.ZipFile(buffer).namelist() == [name]


@pytest.mark.parametrize(
    ("course", "learner", "expected"),
    [
        ("Fire Safety", "Anaïs Müller", f"Fire Safety/Anaïs Müller {NUMBER}.pdf"),
        ("../../etc", "/passwd", f"etc/passwd {NUMBER}.pdf"),
        ("CON", "प्रिया", f"CON_/प्रिया {NUMBER}.pdf"),
        ("A/B: Level 2.", "a\u202egnp.exe", f"A B Level 2/a gnp.exe {NUMBER}.pdf"),
        ("...", "\n", f"Course/{NUMBER}.pdf"),
    ],
)
def test_what_people_are_called_stays_readable(course: str, learner: str, expected: str) -> None:
    assert entry_name(certificate(course, learner)) == expected


def test_namesakes_in_one_course_are_two_files() -> None:
    first, second = certificate("Fire", "Ana Lima", "TC-1"), certificate("Fire", "Ana Lima", "TC-2")
    assert entry_name(first) != entry_name(second)
