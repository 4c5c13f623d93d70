"""What a function needs installs from wheels where Appwrite builds it: nothing is compiled there."""

import subprocess
import sys
from pathlib import Path

import pytest

from infra.local.stack import ROOT

pytestmark = pytest.mark.slow

#: The C library of each runtime's image: Alpine's musl, Debian bookworm's glibc 2.36.
PLATFORMS = {
    "admin_router": ["musllinux_1_2_x86_64", "musllinux_1_1_x86_64"],
    "sop_router": ["musllinux_1_2_x86_64", "musllinux_1_1_x86_64"],
    "graphy_webhook": ["musllinux_1_2_x86_64", "musllinux_1_1_x86_64"],
    "certificate_worker": [f"manylinux_2_{minor}_x86_64" for minor in (36, 28, 17)] + ["manylinux2014_x86_64"],
}


@pytest.mark.parametrize("function_id", PLATFORMS)
def test_a_function_installs_from_wheels_on_its_runtime(function_id: str, tmp_path: Path) -> None:
    platforms = [option for platform in PLATFORMS[function_id] for option in ("--platform", platform)]
    requirements = ROOT / "functions" / function_id / "requirements.txt"
    command = [sys.executable, "-m", "pip", "install", "--dry-run", "--quiet", "--no-deps", "--target", str(tmp_path)]
    only = ["--only-binary", ":all:", "--implementation", "cp", "--python-version", "3.12", *platforms]
    done = subprocess.run([*command, *only, "-r", str(requirements)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
