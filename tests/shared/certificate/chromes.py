"""The browsers of this machine as the kernel sees them, for tests that hurt them."""

import os
from pathlib import Path

import pytest

from shared.certificate.chromium import find_browser
from tests.shared.certificate.renderers import processor_seconds

needs_chromium = pytest.mark.skipif(not find_browser(""), reason="no Chromium is installed here")


def drivers(parent: int | None = None) -> set[int]:
    """The processes that drive a browser, by their ids, started by `parent` (by default this process)."""
    parent = parent or os.getpid()
    return {pid for pid, (by, command) in _processes().items() if by == parent and b"chromium_child" in command}


def browser(driver: int) -> int:
    (found,) = (pid for pid, (parent, _) in _processes().items() if parent == driver)
    return found


def group(driver: int) -> set[int]:
    """All that a driver has started, and what that has started."""
    return {pid for pid in _processes() if pid != driver and _group(pid) == driver}


def is_busy(driver: int) -> bool:
    """Whether a page's process has worked for some time."""
    return any(processor_seconds(pid) > 1 for pid in group(driver))


def environment(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/environ").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return b""


def profiles(folder: Path) -> list[Path]:
    return list(folder.glob("certificate-browser-*"))


def _processes() -> dict[int, tuple[int, bytes]]:
    """Parent and command of those that live, by id."""
    found = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                state, parent = (folder / "stat").read_text().rpartition(")")[2].split()[:2]
                command = (folder / "cmdline").read_bytes()
            except (FileNotFoundError, ProcessLookupError):
                continue
            if state not in "ZX":
                found[int(folder.name)] = (int(parent), command)
    return found


def _group(pid: int) -> int:
    try:
        return os.getpgid(pid)
    except ProcessLookupError:
        return 0
