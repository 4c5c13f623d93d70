"""The files that a page needs: scripts, style, words. They are served below one hash of them all, so that scripts can
import each other by their names, and every file can be kept for ever: another file is another address."""

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path

from shared.errors import NotFound
from shared.runtime import Content

ROOT = "assets"
STYLE = "style.css"
_TYPES = {".css": "text/css", ".js": "text/javascript", ".json": "application/json"}
#: Of another script, at once; `import("./…")` is for later.
_IMPORT = re.compile(rb'^(?:import|export) .*?from "\./(.+?)";$', re.MULTILINE)
_HEADERS: Mapping[str, str] = {
    "cache-control": "public, max-age=31536000, immutable",
    "x-content-type-options": "nosniff",
    "cross-origin-resource-policy": "same-origin",
}


class NoAsset(NotFound):
    """There is no such file."""


class Assets:
    """All files of some folders, and of their folders. All styles are one, as are the words of one language; but those
    of an inner folder, which only some pages need, are `{folder}-{language}.json`."""

    def __init__(self, *folders: Path) -> None:
        self._files: dict[str, bytes] = {}
        for folder in folders:
            self._add_all(folder)
            for inner in sorted(each for each in folder.iterdir() if each.is_dir()):
                self._add_all(inner, f"{inner.name}-")
        self._hash = _hash_of(self._files)

    @property
    def names(self) -> list[str]:
        return sorted(self._files)

    def address(self, name: str) -> str:
        """Of the file of that name, as seen from the page."""
        return f"{ROOT}/{self._hash}/{name}"

    def needed_by(self, script: str) -> list[str]:
        """The scripts that `script` can't begin without, besides itself."""
        found, waiting = {script}, [script]
        while waiting:
            named = {name.decode() for name in _IMPORT.findall(self._files[waiting.pop()])} - found
            found |= named
            waiting += named
        return sorted(found - {script})

    def content(self, path: str) -> Content:
        """What is at `path`. Raises `NoAsset`, for another hash too: files of two versions do not fit each other."""
        root, _, rest = path.strip("/").partition("/")
        version, _, name = rest.partition("/")
        if root != ROOT or version != self._hash or name not in self._files:
            raise NoAsset
        return Content(self._files[name], _TYPES[Path(name).suffix], headers=_HEADERS)

    def _add_all(self, folder: Path, prefix: str = "") -> None:
        for path in sorted(folder.iterdir()):
            # Whatever else an editor or a system leaves in a folder is nobody's business.
            if path.suffix == ".css":
                self._add(STYLE, path.read_bytes())
            elif path.suffix == ".json":
                self._add(prefix + path.name, path.read_bytes())
            elif path.suffix in _TYPES:
                self._add(path.name, path.read_bytes())

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
