"""Backups of the one-machine default: its own database, started for the command where the product isn't running."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bigledger_crm.backup import archive
from bigledger_crm.embedded.paths import Layout
from bigledger_crm.embedded.postgres import find_binaries
from bigledger_crm.testing.product import ROOT, Product, wait_for

pytestmark = pytest.mark.processes
DROPPED = "DROP TABLE backup_backup; DELETE FROM django_migrations WHERE app = 'backup'"


def _manage(data: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=_environment(data),
        capture_output=True,
        text=True,
        check=False,
    )


def _environment(data: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
    return {**kept, "BIGLEDGER_DATA_DIR": str(data)}


def _programs(folder: Path, begun: Path) -> Path:
    """PostgreSQL's programs, with a pg_restore that writes its number into `begun`, and then takes its time."""
    folder.mkdir()
    for program in find_binaries(os.environ).directory.iterdir():
        (folder / program.name).symlink_to(program)
    (folder / "pg_restore").unlink()
    (folder / "pg_restore").write_text(f"#!/bin/sh\necho $$ > '{begun}'\nexec sleep 600\n")
    (folder / "pg_restore").chmod(0o755)
    return folder


def test_a_restore_that_is_killed_begins_anew(tmp_path: Path, seed: Path) -> None:
    product = Product(tmp_path / "books", seed)
    made = _manage(product.layout.data, "backup")
    assert made.returncode == 0, made.stderr
    (path,) = product.layout.backups.iterdir()
    again = _manage(product.layout.data, "restore", "latest")
    assert "holds data already: set BIGLEDGER_DATA_DIR to an empty directory" in again.stderr

    target, begun = Layout(tmp_path / "restored"), tmp_path / "begun"
    with subprocess.Popen(
        [sys.executable, "manage.py", "restore", str(path)],
        cwd=ROOT,
        env=_environment(target.data) | {"BIGLEDGER_POSTGRES_BIN": str(_programs(tmp_path / "bin", begun))},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as killed:
        wait_for(lambda: begun.exists() and begun.read_text().endswith("\n"), 60)
        killed.send_signal(signal.SIGKILL)
    os.kill(int(begun.read_text()), signal.SIGKILL)
    refused = _manage(target.data, "up", "--no-demo")
    assert refused.returncode == 1
    assert "has begun and not finished: run manage.py restore again" in refused.stderr
    done = _manage(target.data, "restore", str(path))
    assert done.returncode == 0, done.stderr
    assert "Restored: every table has its rows" in done.stdout
    assert "The books are correct" in done.stdout
    assert not target.restoring.exists()
    assert target.secret_key.read_text() == product.layout.secret_key.read_text()


def test_an_upgrade_begins_with_a_backup(tmp_path: Path, seed: Path) -> None:
    product = Product(tmp_path / "books", seed)
    program = f"import psycopg, os; psycopg.connect(os.environ['DATABASE_URL'], autocommit=True).execute({DROPPED!r})"
    command = ["-m", "bigledger_crm.embedded", "exec", "--data-dir", str(product.layout.data), "--", sys.executable]
    subprocess.run(
        [sys.executable, *command, "-c", program], cwd=ROOT, env=_environment(product.layout.data), check=True
    )
    with product.running():
        log = product.log.read_text()
    assert log.index("a backup is made first") < log.index("To go back to the version before") < log.index("Ready.")
    (path,) = product.layout.backups.iterdir()
    assert "backup" not in archive.verify(path).migrations
