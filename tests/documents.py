"""The Markdown files, taken apart for the tests that hold them against the code."""

import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from infra.local.stack import ROOT

_FENCED = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True)
class Document:
    #: From the repository's folder.
    path: str

    @cached_property
    def text(self) -> str:
        return (ROOT / self.path).read_text(encoding="utf-8")

    @cached_property
    def prose(self) -> str:
        """Without fenced code."""
        return _FENCED.sub("", self.text)

    def blocks(self, language: str) -> list[str]:
        """Fenced code of that language."""
        return [body for name, body in _FENCED.findall(self.text) if name == language]

    def quoted(self) -> list[str]:
        """Inline code."""
        return re.findall(r"`([^`\n]+)`", self.prose)

    def links(self) -> list[str]:
        """What links and pictures point at."""
        return re.findall(r"\]\(([^)\s]+)\)", re.sub(r"`[^`\n]*`", "", self.prose))

    def anchors(self) -> set[str]:
        """Of its headings, as GitHub makes them."""
        found: list[str] = []
        for heading in re.findall(r"^#+ +(.+)$", self.prose, re.MULTILINE):
            plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower()
            found.append(re.sub(r"[^\w\- ]", "", plain).strip().replace(" ", "-"))
        return {f"{each}-{found[:at].count(each)}" if each in found[:at] else each for at, each in enumerate(found)}

    def tables(self, heading: str) -> Iterator[list[str]]:
        """The cells of each row of the tables below a heading, until the next one."""
        below = self.prose.partition(f"\n{heading}\n")[2].partition("\n#")[0]
        for line in below.splitlines():
            if line.startswith("|") and not line.startswith("|--"):
                yield [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]


@cache
def tracked() -> tuple[str, ...]:
    """All files that git has, or would have."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.splitlines()
    return tuple(sorted({path for path in listed if (ROOT / path).is_file()}))


def documents() -> list[Document]:
    return [Document(path) for path in tracked() if path.endswith(".md")]


@cache
def code() -> str:
    """All that a document may name: programs, settings, schemas."""
    kinds = (".py", ".json", ".toml", ".sh", ".yml", "Makefile", "env.example")
    named = [path for path in tracked() if path.endswith(kinds) and "test_docs" not in path]
    return "\n".join(Path(ROOT / path).read_text(encoding="utf-8") for path in named)
