"""The bundled fonts, and nothing else that is installed on the machine."""

import functools
import os
import tempfile
from pathlib import Path

FONTS = Path(__file__).parent / "fonts"


@functools.cache
def use_bundled_fonts() -> None:
    """Point fontconfig at `FONTS`; to be called before a renderer is loaded.

    Raises FileNotFoundError when the fonts are not there: a renderer would print pages without text and say nothing.
    """
    configuration = FONTS / "fonts.conf"
    if not configuration.is_file() or not any(FONTS.glob("*.ttf")):
        raise FileNotFoundError(f"no fonts in {FONTS}")
    os.environ["FONTCONFIG_FILE"] = str(configuration)
    os.environ["XDG_CACHE_HOME"] = str(_cache())


def _cache() -> Path:
    """A folder that nobody else can write, for fontconfig maps what it finds there into memory."""
    folder = Path(tempfile.gettempdir()) / f"certificate-fonts-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if folder.is_symlink() or found.st_uid != os.getuid() or found.st_mode & 0o077:
        return Path(tempfile.mkdtemp(prefix="certificate-fonts-"))
    return folder
