"""A data directory with the tables of the test database, made once for all the products of a test run."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bigledger_crm.backup import database
from bigledger_crm.embedded import lock
from bigledger_crm.testing.product import ROOT

_RESTORE = """
import os, pathlib
from bigledger_crm.backup import database
database.restore(pathlib.Path(os.environ["DUMP"]))
"""


@pytest.fixture(scope="session")
def seed(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory, shared_folder: Path | None) -> Path:
    """The directory; a `Product` takes a copy of it.  Processes that test side by side share one.

    Its database is that of the tests, which no test leaves a row in: applying all migrations again takes half a minute.
    """
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
    dump = directory.with_suffix(".dump")
    with database.snapshot() as of_the_tests:
        of_the_tests.dump(dump)
    command = [*prepare, sys.executable, "manage.py", "shell", "--no-imports", "-c", _RESTORE]
    environment = {**os.environ, "BIGLEDGER_DATA_DIR": str(directory), "DUMP": str(dump)}
    made = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert made.returncode == 0, made.stdout + made.stderr
