"""Look for secrets in every file that git has or would take, and fail unless each find is known to be none.

`.github/accepted-secrets.json` holds the lines of the known ones as hashes, without numbers, so that edits around them
don't matter. Nothing of a find but its place is printed.
"""

import argparse
import hashlib
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from detect_secrets.core.scan import scan_file
from detect_secrets.settings import default_settings

ACCEPTED = Path(".github/accepted-secrets.json")
#: What detect-secrets doesn't know: a key of Appwrite, a password that is given to a mail server.
_OURS = {
    "Appwrite API key": re.compile(r"\b(standard|dynamic|organization|account)_[0-9a-f]{64,}"),
    "SMTP password": re.compile(r"SMTP_PASS[\"']?\s*[=:]\s*[\"']?[^\s\"'{}$()]{8,}"),
}


@dataclass(frozen=True)
class Find:
    """A line with something that looks like a secret; `sha` is the SHA-256 of the line."""

    path: str
    line: int
    kind: str
    sha: str = field(repr=False)


def main() -> int:
    """The exit status: 1 if there is a find that nobody accepted."""
    parser = argparse.ArgumentParser(prog="make security", description=__doc__)
    parser.add_argument("--accept", action="store_true", help="note that none of what is found now is a secret")
    found = scan(_files())
    if parser.parse_args().accept:
        ACCEPTED.write_text(noted(found), encoding="utf-8")
        print(f"{ACCEPTED}: {len(found)} accepted. Look at its diff before you commit it.")
        return 0
    new = unknown(found, json.loads(ACCEPTED.read_text(encoding="utf-8")) if ACCEPTED.exists() else {})
    for find in new:
        print(f"{find.path}:{find.line}: {find.kind}", file=sys.stderr)
    if new:
        print("If one is a real secret, change it where it is used. If none is: make accept-secrets", file=sys.stderr)
    return 1 if new else 0


def scan(paths: Iterable[str]) -> list[Find]:
    """What looks like a secret in these files, by file and line."""
    texts = {path: _lines(path) for path in paths}
    with default_settings():
        places = {(path, secret.line_number, secret.type) for path in texts for secret in scan_file(path)}
    places.update(
        (path, number, kind)
        for path, lines in texts.items()
        for number, line in enumerate(lines, start=1)
        for kind, pattern in _OURS.items()
        if pattern.search(line)
    )
    return [Find(path, line, kind, _sha(texts[path][line - 1])) for path, line, kind in sorted(places)]


def _lines(path: str) -> list[str]:
    return Path(path).read_text(encoding="utf-8", errors="replace").split("\n")


def _sha(line: str) -> str:
    return hashlib.sha256(line.strip().encode()).hexdigest()


def unknown(found: Iterable[Find], accepted: Mapping[str, Iterable[str]]) -> list[Find]:
    """Those that are not accepted in the file where they are."""
    return [find for find in found if find.sha not in accepted.get(find.path, ())]


def noted(found: Iterable[Find]) -> str:
    """The text of the file of accepted ones."""
    hashes: dict[str, set[str]] = {}
    for find in found:
        hashes.setdefault(find.path, set()).add(find.sha)
    return json.dumps({path: sorted(shas) for path, shas in sorted(hashes.items())}, indent=1) + "\n"


def _files() -> list[str]:
    git = shutil.which("git")
    if git is None:
        sys.exit("git is needed: it knows which files to look at.")
    command = [git, "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split("\0")
    # Its own hashes look like secrets.
    return [name for name in listed if name and name != str(ACCEPTED) and Path(name).is_file()]


if __name__ == "__main__":
    sys.exit(main())
