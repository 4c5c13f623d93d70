from pathlib import Path

import pytest

from infra.deploy import settings
from infra.deploy.errors import DeployError

ACCESS = {"APPWRITE_ENDPOINT": "https://example.com/v1/", "APPWRITE_PROJECT": "p", "APPWRITE_API_KEY": "the-key"}


def test_both_spellings_of_the_file_name_are_read(tmp_path: Path) -> None:
    lines = "\n".join(f"{name}={value}" for name, value in ACCESS.items())
    (tmp_path / "env.staging").write_text(lines)
    (tmp_path / ".env.production").write_text(lines)
    for name in ("staging", "production"):
        target = settings.read(name, tmp_path)
        assert (target.endpoint, target.project, target.key) == ("https://example.com/v1", "p", "the-key")


def test_two_files_of_one_name_are_refused(tmp_path: Path) -> None:
    for name in ("env.staging", ".env.staging"):
        (tmp_path / name).write_text("")
    with pytest.raises(DeployError, match=r"both env\.staging and \.env\.staging"):
        settings.read("staging", tmp_path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(DeployError, match=r"no env\.staging .* copy env\.example"):
        settings.read("staging", tmp_path)


def test_lines_are_read_with_comments_quotes_and_export(tmp_path: Path) -> None:
    path = tmp_path / "env.x"
    path.write_text('# a comment\n\nexport A=1\nB = "two words"\nC=\'#3\'\nD=a=b#c\nE=\nF="\n')
    assert settings.parse(path) == {"A": "1", "B": "two words", "C": "#3", "D": "a=b#c", "E": "", "F": '"'}


def test_a_line_that_is_no_assignment_is_refused_by_number_without_its_text(tmp_path: Path) -> None:
    path = tmp_path / "env.x"
    path.write_text("A=1\nthe-secret-alone\n")
    with pytest.raises(DeployError) as error:
        settings.parse(path)
    assert str(error.value) == "env.x, line 2: expected NAME=value."


def test_what_is_missing_is_named_all_at_once() -> None:
    with pytest.raises(DeployError, match=r"env\.x does not set APPWRITE_PROJECT, APPWRITE_API_KEY\."):
        settings.target({"APPWRITE_ENDPOINT": "https://example.com/v1", "APPWRITE_PROJECT": ""}, "env.x")


def test_an_endpoint_without_v1_is_refused() -> None:
    for endpoint in ("https://example.com", "example.com/v1"):
        with pytest.raises(DeployError, match="APPWRITE_ENDPOINT must be"):
            settings.target({**ACCESS, "APPWRITE_ENDPOINT": endpoint}, "env.x")


def test_variables_are_chosen_by_name_and_missing_ones_named() -> None:
    target = settings.target({**ACCESS, "A": "1", "B": ""}, "env.x")
    assert target.chosen(("A", "B")) == {"A": "1", "B": ""}
    with pytest.raises(DeployError, match="Missing variables: C, D"):
        target.chosen(("C", "A", "D"))


def test_only_addresses_of_this_machine_are_local() -> None:
    local = {"http://127.0.0.1:8090/v1": True, "http://localhost/v1": True, "https://localhost.example.com/v1": False}
    for endpoint, expected in local.items():
        assert settings.target({**ACCESS, "APPWRITE_ENDPOINT": endpoint}, "x").is_local is expected


def test_no_secret_shows_when_a_target_is_printed() -> None:
    assert "hush" not in repr(settings.target({**ACCESS, "APPWRITE_API_KEY": "hush", "SMTP_PASS": "hush"}, "x"))
