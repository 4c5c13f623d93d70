"""The files that a page needs: scripts, style, words. They are served below one hash of them all, so that scripts can
import each other by their names, and every file can be kept for ever: another file is another address."""

import hashlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path

from shared.errors import NotFound
from shared.runtime import Content

ROOT = "assets"
STYLE = "style.css"
_TYPES = {".css": "text/css", ".js": "text/javascript", ".json": "application/json"}
_HEADERS: Mapping[str, str] = {
    "cache-control": "public, max-age=31536000, immutable",
    "x-content-type-options": "nosniff",
    "cross-origin-resource-policy": "same-origin",
}


class NoAsset(NotFound):
    """There is no such file."""


class Assets:
    """All files of some folders. All styles are one, as are the words of one language."""

    def __init__(self, *folders: Path) -> None:
        self._files: dict[str, bytes] = {}
        for folder in folders:
            for path in sorted(folder.iterdir()):
                # Whatever else an editor or a system leaves in a folder is nobody's business.
                if path.suffix in _TYPES:
                    self._add(STYLE if path.suffix == ".css" else path.name, path.read_bytes())
        self._hash = _hash_of(self._files)

    @property
    def names(self) -> list[str]:
        return sorted(self._files)

    def address(self, name: str) -> str:
        """Of the file of that name, as seen from the page."""
        return f"{ROOT}/{self._hash}/{name}"

    def content(self, path: str) -> Content:
        """What is at `path`. Raises `NoAsset`, for another hash too: files of two versions do not fit each other."""
        root, _, rest = path.strip("/").partition("/")
        version, _, name = rest.partition("/")
        if root != ROOT or version != self._hash or name not in self._files:
            raise NoAsset
        return Content(self._files[name], _TYPES[Path(name).suffix], headers=_HEADERS)

    def _add(self, name: str, content: bytes) -> None:
        before = self._files.get(name)
        self._files[name] = content if before is None else _JOINED[Path(name).suffix](before, content)


def _join_words(first: bytes, second: bytes) -> bytes:
    return json.dumps(json.loads(first) | json.loads(second), ensure_ascii=False).encode()


#: A script of the same name as another is a mistake, and a `KeyError`.
_JOINED: Mapping[str, Callable[[bytes, bytes], bytes]] = {
    ".css": lambda first, second: first + second,
    ".json": _join_words,
}


def _hash_of(files: Mapping[str, bytes]) -> str:
    digest = hashlib.sha256()
    for name, content in sorted(files.items()):
        digest.update(f"{name} {len(content)}\n".encode() + content)
    return digest.hexdigest()[:20]
