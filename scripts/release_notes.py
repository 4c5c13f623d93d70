"""Print what CHANGELOG.md says of one version: the section under `## 1.2.3`, or `## 1.2.3 - 2027-01-31`."""

import argparse
import re
import sys
from pathlib import Path

#: A version's heading, and what ends its section: the next one, or a part of the file with other matter.
_HEADING = re.compile(r"^## +\[?v?(?P<version>\d+\.\d+\.\d+[^\s\]]*)\]?")
_END = re.compile(r"^##? ")


class NoNotes(Exception):
    """The changelog has nothing of this version."""


def main() -> int:
    """The exit status."""
    parser = argparse.ArgumentParser(prog="make release-notes", description=__doc__)
    parser.add_argument("version", help="with or without a v before it")
    arguments = parser.parse_args()
    try:
        print(notes(Path("CHANGELOG.md").read_text(encoding="utf-8"), arguments.version))
    except NoNotes as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def notes(changelog: str, version: str) -> str:
    """The section's text without its heading. Raises NoNotes."""
    wanted, found = version.removeprefix("v"), sections(changelog)
    if wanted not in found:
        raise NoNotes(f"CHANGELOG.md has no section ## {wanted}; it has {', '.join(found) or 'none of a version'}.")
    if not found[wanted]:
        raise NoNotes(f"The section ## {wanted} of CHANGELOG.md is empty.")
    return found[wanted]


def sections(changelog: str) -> dict[str, str]:
    """The released versions and what is said of each, in the file's order."""
    found: dict[str, list[str]] = {}
    version = None
    for line in changelog.splitlines():
        if _END.match(line):
            heading = _HEADING.match(line)
            version = heading["version"] if heading else None
            if version:
                found[version] = []
        elif version:
            found[version].append(line)
    return {name: "\n".join(lines).strip() for name, lines in found.items()}


if __name__ == "__main__":
    sys.exit(main())
