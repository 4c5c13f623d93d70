"""The upload of one function: the repository's own files as a tar.gz that is the same for the same files.

The function is built from it by `pip install -r functions/<name>/requirements.txt .`, so it holds the whole package.
"""

import fnmatch
import gzip
import hashlib
import io
import shutil
import subprocess
import tarfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from infra.deploy.errors import DeployError

#: What a function is made of; all else in the repository stays at home.
PARTS = ("LICENSE", "README.md", "functions", "pyproject.toml", "shared")
#: Appwrite's default limit of an upload, in bytes (`_APP_COMPUTE_SIZE_LIMIT`).
LARGEST = 30_000_000


@dataclass(frozen=True)
class Archive:
    """A tar.gz and the SHA-256 of the tar inside, which unlike the gzip does not depend on the zlib at hand."""

    content: bytes = field(repr=False)
    sha256: str


def committed_files(root: Path) -> list[str]:
    """What git has of the parts. Raises DeployError if anything there is not committed, or there is no git."""
    changed = _git(root, "status", "--porcelain", "--untracked-files=all", "--", *PARTS)
    if changed is None:
        raise DeployError(f"{root} is no git repository: only committed files are deployed to a server.")
    if changed:
        raise DeployError(f"Commit these first, only committed files are deployed to a server:\n{changed.rstrip()}")
    return _split(_git(root, "ls-files", "-z", "--", *PARTS))


def working_files(root: Path) -> list[str]:
    """What lies in the parts and is not ignored, committed or not; without git, all but caches and hidden files."""
    listed = _git(root, "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *PARTS)
    names = _split(listed) if listed else _walk(root)
    return [name for name in names if (root / name).is_file()]


def pack(root: Path, names: Iterable[str], exclude: Iterable[str] = ()) -> Archive:
    """The named files, without those that fit a pattern (`*` also fits `/`). Raises DeployError."""
    patterns = tuple(exclude)
    kept = sorted(name for name in set(names) if not any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns))
    _check(kept)
    tar = io.BytesIO()
    with tarfile.open(fileobj=tar, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name in kept:
            content = (root / name).read_bytes()
            entry = tarfile.TarInfo(name)  # its defaults: mode 0644, time 0, owner 0
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    packed = gzip.compress(tar.getvalue(), mtime=0)
    if len(packed) > LARGEST:
        raise DeployError(f"The upload has {len(packed)} bytes, Appwrite takes {LARGEST}.")
    return Archive(packed, hashlib.sha256(tar.getvalue()).hexdigest())


def _check(names: list[str]) -> None:
    missing = [part for part in PARTS if not any(PurePosixPath(name).parts[0] == part for name in names)]
    if missing:
        raise DeployError(f"Missing from the upload: {', '.join(missing)}.")
    # setuptools installs what it finds in build/, though it be of last week.
    stale = [name for name in names if "build" in PurePosixPath(name).parts]
    if stale:
        raise DeployError(f"Remove the build/ folder first: {stale[0]}")


def _git(root: Path, *arguments: str) -> str | None:
    """What git prints; None without git or outside a repository."""
    git = shutil.which("git")
    if git is None:
        return None
    ended = subprocess.run([git, "-C", str(root), *arguments], check=False, capture_output=True, text=True)
    return ended.stdout if ended.returncode == 0 else None


def _split(listed: str | None) -> list[str]:
    return [name for name in (listed or "").split("\0") if name]


def _walk(root: Path) -> list[str]:
    files = [
        path for part in PARTS for path in ([root / part] if (root / part).is_file() else (root / part).rglob("*"))
    ]
    names = [path.relative_to(root) for path in files]
    return [name.as_posix() for name in names if not any(_is_debris(part) for part in name.parts)]


def _is_debris(part: str) -> bool:
    return part.startswith(".") or part == "__pycache__" or part.endswith((".pyc", ".egg-info"))
