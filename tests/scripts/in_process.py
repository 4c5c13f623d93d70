"""Runs a script's `main` as a process of its own would, without the time that starting one takes."""

import importlib
import io
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from types import MappingProxyType

import pytest


def run(
    script: str,
    arguments: Sequence[str],
    folder: Path,
    variables: Mapping[str, str | None] = MappingProxyType({}),
    typed: str = "",
) -> subprocess.CompletedProcess[str]:
    """`python -m scripts.<script>` in `folder`; a variable that is None is taken out of the environment."""
    out, err = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        patch.chdir(folder)
        patch.setattr(sys, "argv", [script, *arguments])
        patch.setattr(sys, "stdin", io.StringIO(typed))
        for name, value in variables.items():
            patch.delenv(name, raising=False) if value is None else patch.setenv(name, value)
        try:
            status = importlib.import_module(f"scripts.{script}").main()
        except SystemExit as ended:
            status = ended.code
            if isinstance(status, str):
                err.write(f"{status}\n")
                status = 1
    return subprocess.CompletedProcess([script, *arguments], int(status or 0), out.getvalue(), err.getvalue())
