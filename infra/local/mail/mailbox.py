"""A folder of messages: one `.eml` file for each recipient of each message."""

import itertools
import os
import re
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

_UNSAFE = re.compile(r"[^A-Za-z0-9@._+-]")


class Mailbox:
    """Writes messages to `folder`; a file that is there is whole and on the disk."""

    def __init__(self, folder: Path, clock: Callable[[], datetime]) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._clock = clock
        self._numbers = itertools.count(1)

    def keep(self, sender: str, recipients: Sequence[str], content: bytes) -> None:
        """Write one file a recipient, named `<UTC time>-<n>-<recipient>.eml`, the envelope in its first two fields.

        A final delivery adds those two (RFC 5321 section 4.4); below them the message is as it came.
        """
        moment = self._clock().strftime("%Y%m%dT%H%M%S.%fZ")
        for recipient in recipients:
            name = f"{moment}-{next(self._numbers)}-{_UNSAFE.sub('_', recipient)[:100]}.eml"
            envelope = f"Return-Path: <{sender}>\r\nDelivered-To: {recipient}\r\n".encode()
            self._write(self._folder / name, envelope + content)

    def _write(self, path: Path, content: bytes) -> None:
        half_written = path.with_suffix(".tmp")
        with half_written.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        half_written.rename(path)
        folder = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
