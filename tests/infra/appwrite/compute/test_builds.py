"""Builds: what is unpacked, what commands see, and what a dead builder leaves."""

import asyncio
import gzip
import io
import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from infra.local.appwrite.compute.builds import UNFINISHED, Build, Builder, inherited
from tests.infra.appwrite.compute.tiny import archive

PATH = {"PATH": os.environ["PATH"]}


class Builds:
    """A builder and the folder it keeps builds in."""

    def __init__(self, loop: asyncio.Runner, folder: Path) -> None:
        self.folder = folder / "builds"
        self._loop, self._upload = loop, folder / "code.tar.gz"
        self.builder = Builder(self.folder)

    def build(self, upload: bytes, commands: str = "", environment: dict[str, str] | None = None) -> Build:
        self._upload.write_bytes(upload)
        return self._loop.run(self.builder.build(self._upload, commands, {**PATH, **(environment or {})}))


@pytest.fixture
def builds(loop: asyncio.Runner, tmp_path: Path) -> Builds:
    return Builds(loop, tmp_path)


def wheel(name: str, code: str) -> bytes:
    """A wheel with one module."""
    packed = io.BytesIO()
    info = f"{name}-1.0.dist-info"
    files = {
        f"{name}.py": code,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{info}/RECORD": f"{name}.py,,\n{info}/METADATA,,\n{info}/WHEEL,,\n{info}/RECORD,,\n",
    }
    with zipfile.ZipFile(packed, "w") as file:
        for path, content in files.items():
            file.writestr(path, content)
    return packed.getvalue()


def test_commands_run_in_the_code_with_an_environment_of_its_own(builds: Builds) -> None:
    commands = "cat a/b.txt; python -c 'import sys; print(sys.prefix)'; echo $X"
    build = builds.build(archive({"a/b.txt": "text\n"}), commands, {"X": "y"})
    assert build.folder
    text, prefix, x = build.logs.splitlines()
    assert (text, x) == ("text", "y")
    assert prefix.endswith("function/runtime-env")
    assert (build.folder / "function" / "a" / "b.txt").read_text() == "text\n"
    assert build.size > 0


def test_pip_installs_what_the_code_needs(builds: Builds) -> None:
    name = "tiny_local-1.0-py3-none-any.whl"
    build = builds.build(archive({name: wheel("tiny_local", "value = 7")}), f"pip install --no-index {name}")
    assert build.folder, build.logs
    python = build.folder / "function" / "runtime-env" / "bin" / "python"
    found = subprocess.run(
        [python, "-c", "import tiny_local; print(tiny_local.value)"], capture_output=True, check=True
    )
    assert found.stdout == b"7\n"
    assert "Successfully installed tiny-local-1.0" in build.logs


def test_a_build_has_the_pip_of_this_interpreter_and_may_remove_it(builds: Builds) -> None:
    mine = subprocess.check_output([sys.executable, "-m", "pip", "--version"], text=True).split(" from ")[0]
    build = builds.build(archive({}), "pip --version; pip3 --version; python -m pip --version; pip uninstall -y -q pip")
    assert build.folder, build.logs
    assert [line.split(" from ")[0] for line in build.logs.splitlines()[:3]] == [mine] * 3
    assert "site-packages" in build.logs
    assert str(build.folder.parent) in build.logs
    python = build.folder / "function" / "runtime-env" / "bin" / "python"
    assert subprocess.run([python, "-m", "pip", "--version"], check=False, capture_output=True).returncode == 1
    assert subprocess.run([sys.executable, "-m", "pip", "--version"], check=False, capture_output=True).returncode == 0


def test_pip_still_runs_where_the_finished_build_is(builds: Builds) -> None:
    build = builds.build(archive({}), "pip --version")
    assert build.folder, build.logs
    pip = build.folder / "function" / "runtime-env" / "bin" / "pip"
    assert str(build.folder) in subprocess.check_output([pip, "--version"], text=True)


def test_failing_command_keeps_its_output_and_leaves_no_build(builds: Builds) -> None:
    build = builds.build(archive({}), "echo before; false; exit 3")
    assert build.folder is None
    assert build.logs == "before\nBuild command exited with status 3.\n"
    assert list(builds.folder.iterdir()) == []


def test_upload_that_is_no_archive_fails(builds: Builds) -> None:
    whole = archive({"a": os.urandom(1000)})
    for upload in (b"not a tar.gz", gzip.compress(b"not a tar"), whole[:-20], whole[:20] + b"x" + whole[21:]):
        build = builds.build(upload)
        assert build.folder is None
        assert build.logs.startswith("Cannot unpack the upload: ")


def test_archive_cannot_write_outside_its_folder(builds: Builds, tmp_path: Path) -> None:
    assert builds.build(archive({"../outside.txt": "x"})).folder is None
    absolute = builds.build(archive({f"{tmp_path}/outside.txt": "x"}))
    assert absolute.folder
    assert not (tmp_path / "outside.txt").exists()
    assert (absolute.folder / "function" / str(tmp_path).lstrip("/") / "outside.txt").exists()


def test_archive_cannot_link_outside_its_folder(builds: Builds) -> None:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as tar:
        link = tarfile.TarInfo("link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(link)
    assert builds.build(packed.getvalue()).folder is None


def test_same_upload_and_commands_are_built_once(builds: Builds, tmp_path: Path) -> None:
    count = tmp_path / "count"
    code, commands = archive({"a": "1"}), f"echo built >> {count}; echo log"
    first, second = builds.build(code, commands), builds.build(code, commands)
    assert first.folder == second.folder
    assert second.logs == "log\n"
    assert count.read_text() == "built\n"
    later = gzip.compress(gzip.decompress(code), mtime=1)
    assert builds.build(later, commands).folder == first.folder, "only the time in gzip's header differs"
    assert builds.build(code, commands + " ").folder != first.folder
    assert builds.build(archive({"a": "2"}), commands).folder != first.folder


def test_failed_build_is_tried_again(builds: Builds, tmp_path: Path) -> None:
    commands = f"test -e {tmp_path}/flag"
    assert builds.build(archive({}), commands).folder is None
    (tmp_path / "flag").touch()
    assert builds.build(archive({}), commands).folder


def test_half_made_build_of_a_dead_server_is_removed_and_never_used(builds: Builds) -> None:
    dead = int(subprocess.check_output([sys.executable, "-c", "import os; print(os.getpid())"]))
    left = builds.folder / f"{UNFINISHED}{dead}-0" / "function"
    running = builds.folder / f"{UNFINISHED}{os.getpid()}-0" / "function"
    left.mkdir(parents=True)
    running.mkdir(parents=True)
    builds.builder.clean()
    assert not left.exists()
    assert running.exists()


def test_build_inherits_only_what_pip_needs_for_its_network() -> None:
    parent = {"PATH": "p", "HOME": "h", "PIP_INDEX_URL": "i", "https_proxy": "x", "SSL_CERT_FILE": "c", "SECRET": "s"}
    assert inherited(parent) == {name: value for name, value in parent.items() if name != "SECRET"}
