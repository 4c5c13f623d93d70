"""What was just written is not fetched back: a certificate is mailed moments after it was stored."""

import threading
from collections import OrderedDict


class Fresh:
    """The latest small files by their ids, up to a number of bytes. For many threads."""

    def __init__(self, room: int = 16 << 20, largest: int = 1 << 20) -> None:
        self._room, self._largest = room, largest
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, bytes] = OrderedDict()

    def keep(self, file_id: str, content: bytes) -> None:
        """Those kept first make room."""
        if len(content) > self._largest:
            return
        with self._lock:
            self._room -= len(content) - len(self._kept.pop(file_id, b""))
            self._kept[file_id] = content
            while self._room < 0:
                self._room += len(self._kept.popitem(last=False)[1])

    def get(self, file_id: str) -> bytes | None:
        with self._lock:
            return self._kept.get(file_id)

    def forget(self, file_id: str) -> None:
        with self._lock:
            self._room += len(self._kept.pop(file_id, b""))
