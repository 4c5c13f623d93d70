from pathlib import Path

import pytest

from infra.local.stack import ROOT
from tests import scheduling


@pytest.mark.parametrize("path", [*sum(scheduling.UNITS.values(), ()), *scheduling.ALONE, *scheduling.LONG])
def test_what_is_scheduled_by_name_is_there(path: str) -> None:
    assert path in scheduling.UNITS or Path(ROOT / path).exists()


def test_what_shares_a_deployment_is_one_unit_and_every_other_module_one_of_its_own() -> None:
    unit = scheduling.unit_of
    assert unit("tests/e2e/test_deployed.py::test_a") == unit("tests/e2e/test_pages.py::test_b[x]") == "deployed"
    assert unit("tests/scripts/test_demo.py::test_a") == unit("tests/infra/test_services.py::test_b") == "started"
    assert unit("tests/conformance/test_rows.py::test_a") == unit("tests/conformance/test_users.py::test_b")
    assert unit("tests/e2e/test_wheels.py::test_a") == "tests/e2e/test_wheels.py"
    assert unit("tests/shared/test_store.py::test_a") == "tests/shared/test_store.py"
