"""Every command that a document shows is there, and takes what it is given.

Some are run for real: tests/test_docs_first_hour.py, tests/e2e/test_readme_examples.py. `make demo` and the deploys
have tests of their own (tests/scripts, tests/infra/deploy).
"""

import os
import re
import shlex
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import pytest

from infra.local.stack import ROOT
from tests.documents import Document, documents

_EXAMPLES = "tests/e2e/test_readme_examples.py"
_FIRST_HOUR = "tests/test_docs_first_hour.py"
#: What is not tried here, by how it begins, and who tries it, or why nobody does.
ELSEWHERE = {
    **dict.fromkeys(("admin ", "sop ", "graphy ", "JWT=", "log_in()", "admin()", "sop()", "graphy()"), _EXAMPLES),
    **dict.fromkeys(("cp ", "echo ", "rm ", "BODY=", "SIGNATURE="), _FIRST_HOUR),
    ".ci/run": "it is what runs the tests",
    "API=": "names for the lines below it",
    "curl ": "it needs the services of `make run`; tests/functions tries the addresses",
    "appwrite ": "the official CLI; tests/infra/cli pushes to a stand-in with it",
    "npm install": "it installs for the whole machine",
    "git ": "it is about the reader's own repository",
    "cd ": "likewise",
}
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
_SCRIPT = re.compile(r"scripts/\S+\.sh|(?:\.venv/bin/)?python3? -m \S+")


@dataclass(frozen=True)
class Command:
    path: str
    text: str

    def __str__(self) -> str:
        return f"{self.path}: {self.text}"

    @property
    def words(self) -> list[str]:
        return shlex.split(self.text)


def commands() -> Iterator[Command]:
    """Each line of each block of shell, and inline code that is a command of ours."""
    for document in documents():
        for block in document.blocks("bash"):
            for line in re.sub(r"\\\n\s*", "", block).splitlines():
                yield from (Command(document.path, text) for text in _commands_of(line))
        for text in document.quoted():
            if re.match(r"make [a-z]|scripts/\S+\.sh", text):
                yield Command(document.path, text)


def _commands_of(line: str) -> list[str]:
    """Without the comment; a line that is indented goes on with what began before."""
    if line.startswith((" ", *ELSEWHERE)):
        return []
    return [text for part in re.sub(r"(^|\s)#.*", "", line).split(" && ") if (text := part.strip())]


COMMANDS = [each for each in dict.fromkeys(commands()) if not each.text.startswith(tuple(ELSEWHERE))]
MAKE = [each for each in COMMANDS if each.text.startswith("make ")]
SCRIPTS = [each for each in COMMANDS if _SCRIPT.match(each.text)]


def test_every_command_is_tried_here_or_elsewhere() -> None:
    assert [str(each) for each in COMMANDS if each not in MAKE and each not in SCRIPTS] == []


@pytest.mark.parametrize("document", [each for each in documents() if each.blocks("bash")], ids=lambda each: each.path)
def test_every_block_is_a_program_of_the_shell(document: Document) -> None:
    for block in document.blocks("bash"):
        checked = subprocess.run(["/bin/bash", "-n"], input=block, check=False, capture_output=True, text=True)
        assert (checked.returncode, checked.stderr) == (0, "")


def test_every_make_target_exists() -> None:
    """`deploy-…` stands for those that begin so."""
    named = {word for each in MAKE for word in each.words[1:] if "=" not in word}
    known = {name for line in re.findall(r"^([a-z][a-z0-9 -]*):(?!=)", MAKEFILE, re.MULTILINE) for name in line.split()}
    begun = {name for name in named if name.endswith("…") and any(each.startswith(name[:-1]) for each in known)}
    assert named - known - begun == set()


@pytest.mark.parametrize("command", [each for each in MAKE if "=" in each.text], ids=str)
def test_make_takes_what_it_is_given(command: Command) -> None:
    """It may ask for what the text leaves to the reader."""
    given = [word.partition("=")[0] for word in command.words if "=" in word]
    assert [name for name in given if not re.search(rf"\$[({{$]{{1,2}}{name}\b", MAKEFILE)] == []
    dry = _run(["make", "--dry-run", *(word for word in command.words[1:] if "…" not in word)])
    assert dry.returncode == 0 or "Say " in dry.stderr, dry.stderr


@pytest.mark.parametrize("command", SCRIPTS, ids=str)
def test_every_script_helps_and_knows_its_options(command: Command) -> None:
    program = (_SCRIPT.match(command.text) or [""])[0]
    options = {word.partition("=")[0] for word in command.text.removeprefix(program).split() if word.startswith("--")}
    assert options <= {"--help", *re.findall(r"--[a-z-]+", _help(program))}


@cache
def _help(program: str) -> str:
    asked = _run([re.sub(r"^python3?$", ".venv/bin/python", word) for word in [*program.split(), "--help"]])
    assert asked.returncode == 0, asked.stderr
    return asked.stdout


def _run(words: list[str]) -> subprocess.CompletedProcess[str]:
    """In the repository, as a person would, not as the `make test` that runs this."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    return subprocess.run(words, cwd=ROOT, env=environ, check=False, capture_output=True, text=True)
