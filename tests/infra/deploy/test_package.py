import io
import os
import random
import shutil
import subprocess
import tarfile
from pathlib import Path

import pytest

from infra.deploy import package
from infra.deploy.errors import DeployError
from tests.infra.deploy.conftest import Project


def git(root: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false"]
    subprocess.run([str(shutil.which("git")), "-C", str(root), *identity, *arguments], check=True, capture_output=True)


@pytest.fixture
def repository(project: Project) -> Path:
    project.write(".gitignore", "*.log\n")
    git(project.root, "init", "--quiet")
    git(project.root, "add", ".")
    git(project.root, "commit", "--quiet", "--message", "all")
    return project.root


def entries(archive: package.Archive) -> dict[str, tarfile.TarInfo]:
    with tarfile.open(fileobj=io.BytesIO(archive.content), mode="r:gz") as tar:
        return {entry.name: entry for entry in tar}


def test_the_same_files_make_the_same_bytes(project: Project) -> None:
    names = package.working_files(project.root)
    first = package.pack(project.root, names)
    for name in names:
        os.utime(project.root / name, (1, 1))
        (project.root / name).chmod(0o755)
    random.shuffle(names)
    assert package.pack(project.root, names) == first


def test_the_upload_holds_the_parts_and_nothing_of_this_machine(project: Project) -> None:
    project.write("infra/secret.txt", "not for upload")
    found = entries(package.pack(project.root, package.working_files(project.root)))
    assert (
        sorted(found)
        == list(found)
        == [
            "LICENSE",
            "README.md",
            "functions/one/main.py",
            "functions/two/main.py",
            "pyproject.toml",
            "shared/__init__.py",
        ]
    )
    assert {(entry.mtime, entry.uid, entry.gid, entry.uname, entry.mode) for entry in found.values()} == {
        (0, 0, 0, "", 0o644)
    }


def test_a_changed_file_changes_the_hash(project: Project) -> None:
    before = package.pack(project.root, package.working_files(project.root))
    project.write("shared/__init__.py", "changed = True")
    assert package.pack(project.root, package.working_files(project.root)).sha256 != before.sha256


def test_what_a_function_excludes_stays_out(project: Project) -> None:
    project.write("shared/fonts/a/b.ttf", "")
    found = entries(
        package.pack(project.root, package.working_files(project.root), ["shared/fonts/*", "functions/two/*"])
    )
    assert not any(name.startswith(("shared/fonts", "functions/two")) for name in found)


def test_a_build_folder_is_refused(project: Project) -> None:
    project.write("shared/build/lib/stale.py", "")
    with pytest.raises(DeployError, match=r"Remove the build/ folder first: shared/build/lib/stale\.py"):
        package.pack(project.root, package.working_files(project.root))


def test_a_missing_part_is_named(project: Project) -> None:
    (project.root / "LICENSE").unlink()
    with pytest.raises(DeployError, match="Missing from the upload: LICENSE"):
        package.pack(project.root, package.working_files(project.root))


def test_an_upload_above_the_limit_is_refused(project: Project) -> None:
    (project.root / "shared" / "noise").write_bytes(os.urandom(package.LARGEST))
    with pytest.raises(DeployError, match="Appwrite takes 30000000"):
        package.pack(project.root, package.working_files(project.root))


def test_a_clean_tree_ships_what_is_committed(repository: Path) -> None:
    assert package.committed_files(repository) == package.working_files(repository)


@pytest.mark.parametrize("name", ["shared/__init__.py", "shared/forgotten.py"])
def test_a_changed_or_forgotten_file_keeps_a_tree_from_a_server(repository: Path, name: str) -> None:
    (repository / name).write_text("not committed")
    with pytest.raises(DeployError, match=rf"Commit these first.*\n.*{name}"):
        package.committed_files(repository)


def test_changes_elsewhere_do_not_matter(repository: Path) -> None:
    (repository / "notes.txt").write_text("mine")
    assert "notes.txt" not in package.committed_files(repository)


def test_this_machine_gets_uncommitted_files_but_no_ignored_ones(repository: Path) -> None:
    for name in ("shared/new.py", "shared/noise.log"):
        (repository / name).write_text("")
    (repository / "functions" / "two" / "main.py").unlink()
    names = package.working_files(repository)
    assert "shared/new.py" in names
    assert not {"shared/noise.log", "functions/two/main.py"} & set(names)


def test_without_git_this_machine_gets_all_but_caches_and_a_server_nothing(project: Project) -> None:
    for name in ("shared/__pycache__/x.pyc", "shared/.hidden", "shared/x.egg-info/PKG-INFO"):
        project.write(name, "")
    assert not [name for name in package.working_files(project.root) if "x." in name or "hidden" in name]
    with pytest.raises(DeployError, match="no git repository"):
        package.committed_files(project.root)
