"""A data directory in which every migration is applied, made once for all the products of a test run."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bigledger_crm.embedded import lock
from bigledger_crm.testing.product import ROOT


@pytest.fixture(scope="session")
def seed(tmp_path_factory: pytest.TempPathFactory, shared_folder: Path | None) -> Path:
    """The directory; a `Product` takes a copy of it.  Processes that test side by side share one."""
    shared = shared_folder or tmp_path_factory.getbasetemp()
    directory, done = shared / "seed", shared / "seed.done"
    with lock.wait_for(shared / "seed.lock"):
        if not done.exists():
            _make(directory)
            done.touch()
    return directory


def _make(directory: Path) -> None:
    prepare = [
        sys.executable,
        "-m",
        "bigledger_crm.embedded",
        "exec",
        "--throwaway",
        "--data-dir",
        str(directory),
        "--",
    ]
    command = [*prepare, sys.executable, "manage.py", "migrate", "--no-input"]
    environment = {**os.environ, "BIGLEDGER_DATA_DIR": str(directory)}
    made = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert made.returncode == 0, made.stdout + made.stderr
