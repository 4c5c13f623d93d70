"""What the documents have a newcomer type into a shell, typed into one."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from infra.deploy import settings
from infra.local.stack import ROOT
from shared.webhooks import sign
from tests.documents import Document

#: Stands for make: it only looks whether the real one would do it.
_MAKE = """#!/bin/sh
exec "{make}" --dry-run --directory "{root}" "$@" > /dev/null
"""


class Desk:
    """A folder with what `make run` leaves in it, and a shell."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        programs = folder / "bin"
        programs.mkdir()
        make = programs / "make"
        make.write_text(_MAKE.format(make=shutil.which("make"), root=ROOT))
        make.chmod(0o755)
        environ = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
        self.environ = {**environ, "PATH": f"{programs}:{environ['PATH']}"}
        shutil.copy(ROOT / "env.example", folder)
        self.run_services("1")

    def run_services(self, key: str) -> None:
        """As `make run` does: with another key each time that it begins anew."""
        local = self.folder / ".local" / "run" / "env.local"
        local.parent.mkdir(parents=True)
        local.write_text(f"APPWRITE_API_KEY={key}\nSMTP_PORT=8092\nSMTP_USER=\n")

    def type(self, line: str) -> str:
        command = ["bash", "-e", "-o", "pipefail", "-c", line]
        typed = subprocess.run(command, cwd=self.folder, env=self.environ, check=False, capture_output=True, text=True)
        assert typed.returncode == 0, (line, typed.stderr)
        return typed.stdout

    def staging(self) -> dict[str, str]:
        return settings.parse(self.folder / "env.staging")


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_the_first_hour_breaks_the_mail_mends_it_and_starts_anew(desk: Desk) -> None:
    hour = Document("README.md").text.partition("## Your first hour\n")[2].partition("\n## ")[0]
    ports, keys = [], []
    for line in "".join(re.findall(r"```bash\n(.*?)```", hour, re.DOTALL)).splitlines():
        if line.startswith("cp ") and not (desk.folder / ".local" / "run").exists():
            desk.run_services("2")
        desk.type(line)
        if line.startswith(("cp ", "echo ")):
            ports.append(desk.staging()["SMTP_PORT"])
            keys.append(desk.staging()["APPWRITE_API_KEY"])
    assert ports == ["8092", "9", "8092", "8092"]
    assert keys == ["1", "1", "1", "2"]


def test_the_example_of_a_completion_is_signed_as_the_webhook_expects(desk: Desk) -> None:
    block = "".join(Document("functions/graphy_webhook/README.md").blocks("bash"))
    lines = [line for line in block.splitlines() if line.startswith(("BODY=", "SIGNATURE="))]
    desk.environ["GRAPHY_WEBHOOK_SECRET"] = "a secret"
    body, signature = desk.type("\n".join([*lines, 'echo "$BODY"; echo "$SIGNATURE"'])).splitlines()
    assert signature == sign("a secret", body.encode())
