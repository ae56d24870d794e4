"""pytest plugin: what a test process counts goes to a folder of its own, not to that of the product beside it."""

import os
import shutil
import tempfile

import pytest

from bigledger_crm.metrics import process_files

_folder = pytest.StashKey[str]()


def pytest_configure(config: pytest.Config) -> None:
    """Products that tests start have their own data directory, and choose by it."""
    config.stash[_folder] = os.environ[process_files.VARIABLE] = tempfile.mkdtemp(prefix="bigledger-metrics-")


def pytest_unconfigure(config: pytest.Config) -> None:
    """Nothing is left."""
    shutil.rmtree(config.stash[_folder], ignore_errors=True)
