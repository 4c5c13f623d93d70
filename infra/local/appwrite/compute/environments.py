"""The virtual environments that builds install into."""

import shutil
import sys
import venv
from importlib.metadata import PackageNotFoundError, PackagePath, distribution
from pathlib import Path

#: By way of the interpreter beside it, so that it survives that the folder is renamed.
_SCRIPT = """#!/bin/sh
exec "$(dirname "$0")/python" -m pip "$@"
"""


def create(folder: Path, *, with_pip: bool) -> None:
    """Make an environment of this interpreter; with its pip, because installing that anew takes seconds."""
    copied = _files_of_pip() if with_pip else ()
    venv.EnvBuilder(symlinks=True, clear=True, with_pip=with_pip and not copied).create(folder)
    site = folder / "lib" / f"python{sys.version_info.major}.{sys.version_info.minor}" / "site-packages"
    for file in copied:
        (site / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(file.locate(), site / file)
    for name in ("pip", "pip3") if copied else ():
        script = folder / "bin" / name
        script.write_text(_SCRIPT)
        script.chmod(0o755)


def _files_of_pip() -> tuple[PackagePath, ...]:
    """What pip is here but for its programs; nothing if it is not installed, or by something that doesn't say."""
    try:
        files = distribution("pip").files or ()
    except PackageNotFoundError:
        return ()
    return tuple(file for file in files if ".." not in file.parts and Path(file.locate()).is_file())
