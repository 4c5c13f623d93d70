"""The mails that were taken, as files: one JSON document each, as it was posted."""

import itertools
import json
import threading
from pathlib import Path
from typing import Any


class Inbox:
    """Keeps mails in `folder`; a mail that is there is whole."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._lock = threading.Lock()
        self._numbers = itertools.count(1 + len(list(folder.glob("*.json"))))

    def keep(self, mail: dict[str, Any]) -> str:
        """The mail's `X-Message-Id`."""
        with self._lock:
            name = f"{next(self._numbers):06}"
        half_written = self._folder / f"{name}.tmp"
        half_written.write_text(json.dumps(mail), encoding="utf-8")
        half_written.rename(self._folder / f"{name}.json")
        return name

    def mails(self) -> list[dict[str, Any]]:
        """All of them, in the order they came."""
        return [json.loads(path.read_text(encoding="utf-8")) for path in sorted(self._folder.glob("*.json"))]
