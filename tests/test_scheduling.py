from pathlib import Path

import pytest

from infra.local.stack import ROOT
from tests import scheduling


@pytest.mark.parametrize("path", [*scheduling.DEPLOYED, *scheduling.ALONE, *scheduling.LONG])
def test_what_is_scheduled_by_name_is_there(path: str) -> None:
    assert Path(ROOT / path).exists()


def test_what_deploys_is_one_unit_and_every_other_module_one_of_its_own() -> None:
    unit = scheduling.unit_of
    assert unit("tests/e2e/test_deployed.py::test_a") == unit("tests/scripts/test_demo.py::test_b[x]")
    assert unit("tests/e2e/test_wheels.py::test_a") == "tests/e2e/test_wheels.py"
    assert unit("tests/shared/test_store.py::test_a") == "tests/shared/test_store.py"
