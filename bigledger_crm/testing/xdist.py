"""pytest plugin: what processes that test side by side share, and which tests one of them takes together."""

import os
from pathlib import Path
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

TOGETHER = (
    "bigledger_crm/tests/chaos/",
    "bigledger_crm/tests/browser/",
    "bigledger_crm/tests/hostile/test_fuzzed_api.py",
    "bigledger_crm/tests/hostile/test_broken_http.py",
    "bigledger_crm/tests/performance/test_list_plans.py",
)


class Together(LoadScopeScheduling):  # type: ignore[misc]  # xdist has no types
    """Gives out tests one by one, but those of `TOGETHER` to the same process."""

    def _split_scope(self, nodeid: str) -> str:
        return next((path for path in TOGETHER if nodeid.startswith(path)), nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Together:
    """By paths: of a test that runs elsewhere only the name is known here."""
    return Together(config, log)


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path | None:
    """A folder that all processes of this run see; None where there is one process."""
    return tmp_path_factory.getbasetemp().parent if "PYTEST_XDIST_WORKER" in os.environ else None
