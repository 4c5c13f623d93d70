"""`make page-pictures` takes what the tests keep, and says what is missing."""

from pathlib import Path

from PIL import Image

from scripts import page_pictures
from tests.scripts.in_process import run


def test_pages_are_cut_to_their_first_view_and_made_small(tmp_path: Path) -> None:
    for name in page_pictures.NAMES:
        Image.effect_noise((1280, 3000), 90).save(tmp_path / f"{name}.png")
    into = tmp_path / "pictures"
    run("page_pictures", ["--kept", str(tmp_path), "--into", str(into)], tmp_path)
    for name in page_pictures.NAMES:
        with Image.open(into / f"{name}.png") as picture:
            assert picture.size == (1280, page_pictures.HIGHEST)
            assert picture.mode == "P"


def test_pictures_that_were_not_kept_are_named(tmp_path: Path) -> None:
    Image.new("RGB", (10, 10)).save(tmp_path / "console-days.png")
    outcome = run("page_pictures", ["--kept", str(tmp_path), "--into", str(tmp_path / "pictures")], tmp_path)
    assert outcome.returncode == 1
    assert "console-course-design, console-upload, portal-home" in outcome.stderr
