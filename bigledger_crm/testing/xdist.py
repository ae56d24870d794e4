"""pytest plugin: what processes that test side by side share, and which tests one of them takes together."""

import os
from pathlib import Path
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

# One product serves all tests of such a folder.
FOLDERS = ("bigledger_crm/tests/chaos/", "bigledger_crm/tests/browser/", "bigledger_crm/tests/clients/")
# Files whose tests share companies with one of everything, many rows, or a product: each process would make its own.
FILES = "bigledger_crm/tests/"


class Together(LoadScopeScheduling):  # type: ignore[misc]  # xdist has no types
    """Gives out tests one by one, but those of a file or folder that share something costly to the same process.

    It begins with what has the most tests, so that no process is left alone with many in the end.
    """

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0] if nodeid.startswith(FILES) else nodeid
        return next((folder for folder in FOLDERS if nodeid.startswith(folder)), file)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Together:
    """By paths: of a test that runs elsewhere only the name is known here."""
    return Together(config, log)


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path | None:
    """A folder that all processes of this run see; None where there is one process."""
    return tmp_path_factory.getbasetemp().parent if "PYTEST_XDIST_WORKER" in os.environ else None
