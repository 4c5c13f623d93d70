"""What a function needs installs from wheels where Appwrite builds it: nothing is compiled there."""

import subprocess
import sys
from pathlib import Path

import pytest

from infra.local.stack import ROOT

pytestmark = pytest.mark.slow

#: The C library of each runtime's image, and the functions on it: Alpine's musl, Debian bookworm's glibc 2.36.
PLATFORMS = {
    ("musllinux_1_2_x86_64", "musllinux_1_1_x86_64"): ("admin_router", "sop_router", "graphy_webhook"),
    (*(f"manylinux_2_{minor}_x86_64" for minor in (36, 28, 17)), "manylinux2014_x86_64"): ("certificate_worker",),
}


@pytest.mark.parametrize(("platforms", "functions"), PLATFORMS.items())
def test_functions_install_from_wheels_on_their_runtime(
    platforms: tuple[str, ...], functions: tuple[str, ...], tmp_path: Path
) -> None:
    """Those on the same image together: pip looks at what they share once, and says whose file it is about."""
    command = [sys.executable, "-m", "pip", "install", "--dry-run", "--quiet", "--no-deps", "--target", str(tmp_path)]
    only = ["--only-binary", ":all:", "--implementation", "cp", "--python-version", "3.12"]
    on = [option for platform in platforms for option in ("--platform", platform)]
    of = [option for name in functions for option in ("-r", str(ROOT / "functions" / name / "requirements.txt"))]
    done = subprocess.run([*command, *only, *on, *of], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
