"""Packages, notes and version of a release say the same, and are the same each time."""

import hashlib
import re
import shutil
import subprocess
import tarfile
from pathlib import Path

import pytest

from infra.deploy import functions, package
from infra.deploy.errors import DeployError
from infra.local.stack import ROOT
from scripts.package import declared, write
from scripts.release_notes import NoNotes, notes, sections

CHANGELOG = """# Changelog

## Unreleased

- not yet

## 1.10.0 - 2027-01-31

### Added

- ten

## [1.1.0]

## v1.0.0

- one

# Decisions

- **None**
"""
FUNCTIONS = list(functions.load(ROOT / "infra" / "appwrite_functions.json"))


def small(root: Path) -> list[str]:
    """A repository with just what an upload must have."""
    (root / "pyproject.toml").write_text('[project]\nversion = "1.2.3"\n')
    for name in ("LICENSE", "README.md", "functions/one.py", "shared/two.py"):
        path = root / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(name)
    return package.working_files(root)


def test_a_package_made_twice_has_the_same_bytes(tmp_path: Path) -> None:
    names = small(tmp_path)
    made = write(tmp_path, names, FUNCTIONS, "1.2.3")
    first = {path.name: path.read_bytes() for path in made}
    assert write(tmp_path, names[::-1], FUNCTIONS, "1.2.3") == made
    assert {path.name: path.read_bytes() for path in made} == first


def test_every_function_has_a_package_and_every_package_its_checksum(tmp_path: Path) -> None:
    *packages, sums = write(tmp_path, small(tmp_path), FUNCTIONS, "1.2.3")
    assert [path.name for path in packages] == [f"{function.id}-1.2.3.tar.gz" for function in FUNCTIONS]
    listed = {name: sha for sha, name in (line.split("  ") for line in sums.read_text().splitlines())}
    assert listed == {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in packages}


def test_a_package_is_what_the_deploy_uploads(tmp_path: Path) -> None:
    names = package.working_files(ROOT)
    for function in FUNCTIONS:
        uploaded = package.pack(ROOT, names, function.exclude)
        path = tmp_path / "whole.tar.gz"
        path.write_bytes(uploaded.content)
        with tarfile.open(path) as tar:
            assert function.entrypoint in tar.getnames()
            assert f"functions/{function.id}/requirements.txt" in tar.getnames()


def test_packages_of_an_older_version_do_not_stay_beside_the_new(tmp_path: Path) -> None:
    names = small(tmp_path)
    write(tmp_path, names, FUNCTIONS, "1.2.2")
    made = write(tmp_path, names, FUNCTIONS, "1.2.3")
    assert set((tmp_path / "dist").iterdir()) == set(made)


def test_a_folder_that_lacks_a_part_makes_no_package(tmp_path: Path) -> None:
    small(tmp_path)
    (tmp_path / "LICENSE").unlink()
    with pytest.raises(DeployError, match="LICENSE"):
        write(tmp_path, package.working_files(tmp_path), FUNCTIONS, "1.2.3")


def test_a_tag_that_is_not_the_version_of_pyproject_makes_no_package() -> None:
    command = [str(ROOT / ".venv/bin/python"), "-m", "scripts.package", "--version", "v99.0.0", "--dirty"]
    ended = subprocess.run(command, check=False, cwd=ROOT, capture_output=True, text=True)
    assert ended.returncode == 1
    assert ended.stderr == f"pyproject.toml says version {declared(ROOT)}, not v99.0.0.\n"


@pytest.mark.parametrize("version", ["1.10.0", "v1.10.0"])
def test_notes_are_the_section_of_the_version(version: str) -> None:
    assert notes(CHANGELOG, version) == "### Added\n\n- ten"


def test_the_last_section_ends_where_the_decisions_begin() -> None:
    assert notes(CHANGELOG, "1.0.0") == "- one"


@pytest.mark.parametrize("version", ["1.1.0", "2.0.0", "1.10", "Unreleased", ""])
def test_a_version_of_which_nothing_is_said_has_no_notes(version: str) -> None:
    with pytest.raises(NoNotes):
        notes(CHANGELOG, version)


def test_the_newest_version_of_the_changelog_is_that_of_pyproject() -> None:
    released = list(sections((ROOT / "CHANGELOG.md").read_text(encoding="utf-8")))
    assert not released or released[0] == declared(ROOT)


def test_every_tag_of_a_version_has_its_section() -> None:
    git = shutil.which("git")
    if git is None:
        pytest.skip("there is no git here")
    tags = subprocess.run([git, "-C", str(ROOT), "tag", "--list", "v*"], check=False, capture_output=True, text=True)
    versions = {tag.removeprefix("v") for tag in tags.stdout.split() if re.fullmatch(r"v\d+\.\d+\.\d+", tag)}
    assert versions - set(sections((ROOT / "CHANGELOG.md").read_text(encoding="utf-8"))) == set()


def test_the_license_is_whole_and_the_one_that_pyproject_names() -> None:
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert text.startswith("MIT License\n")
    assert re.search(r"Copyright \(c\) \d{4} .+\n", text)
    assert "WITHOUT WARRANTY OF ANY KIND" in text
    assert text.rstrip().endswith("SOFTWARE.")
    assert 'license = "MIT"' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")
