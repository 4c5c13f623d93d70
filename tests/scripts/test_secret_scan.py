"""A secret in a file is found, is not printed, and passes only when somebody accepted exactly it, exactly there."""

import json
import random
import string
from pathlib import Path

import pytest

from scripts.secret_scan import noted, scan, unknown

#: Made here, so that no file holds one. Each as its provider makes them.
_letters = random.Random(1)  # noqa: S311 - no secret


def some(length: int, alphabet: str = string.ascii_letters + string.digits) -> str:
    return "".join(_letters.choices(alphabet, k=length))


SECRETS = {
    "sendgrid": f"SENDGRID_API_KEY=SG.{some(22)}.{some(43)}",
    "appwrite": f"APPWRITE_API_KEY=standard_{some(256, string.hexdigits.lower())}",
    "github": f"token: ghp_{some(36)}",
    "private": "-----BEGIN RSA " + "PRIVATE KEY-----",
    "smtp": f'SMTP_PASS = "{some(20)}"',
}


@pytest.fixture
def leaky(tmp_path: Path) -> Path:
    path = tmp_path / "settings.py"
    path.write_text("\n".join(SECRETS.values()) + "\n")
    return path


@pytest.mark.parametrize("kind", SECRETS)
def test_a_secret_is_found_where_it_stands(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "notes.py"
    path.write_text(f"x = 1\n{SECRETS[kind]}\n")
    assert {find.line for find in scan([str(path)])} == {2}


def test_a_plain_file_holds_none(tmp_path: Path) -> None:
    path = tmp_path / "plain.py"
    path.write_text("SMTP_PASS=\nlimit = 5000\nurl = 'https://example.com/verify'\n")
    assert scan([str(path)]) == []


def test_what_is_told_of_a_find_is_not_the_secret(leaky: Path) -> None:
    found = scan([str(leaky)])
    told = repr(found) + noted(found)
    assert len(found) >= len(SECRETS)
    assert not any(secret.split("=")[-1].strip(' "') in told for secret in SECRETS.values())


def test_accepted_ones_stay_so_when_lines_move(leaky: Path) -> None:
    accepted = json.loads(noted(scan([str(leaky)])))
    leaky.write_text("# a new line\n" + leaky.read_text())
    assert unknown(scan([str(leaky)]), accepted) == []


def test_an_accepted_one_in_another_file_or_another_one_in_the_same_is_new(leaky: Path) -> None:
    accepted = json.loads(noted(scan([str(leaky)])))
    other = leaky.with_name("other.py")
    other.write_text(leaky.read_text())
    assert unknown(scan([str(other)]), accepted)
    leaky.write_text(leaky.read_text() + f"token: ghp_{some(36)}\n")
    assert {find.line for find in unknown(scan([str(leaky)]), accepted)} == {len(SECRETS) + 1}
