"""The documented backup is closed to others, and the documented restore lets nothing out."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings


def _blocks(heading: str) -> Iterator[str]:
    """The shell blocks under a heading of docs/operations.md."""
    text = Path(settings.BASE_DIR, "docs", "operations.md").read_text()
    section = re.search(rf"^## {heading}\n(.*?)(?=^## )", text, re.MULTILINE | re.DOTALL)
    assert section is not None
    yield from re.findall(r"```sh\n(.*?)```", section[1], re.DOTALL)


BACKUPS = [block for block in _blocks("Backup") if "pg_dump" in block]


def test_a_restore_begins_with_the_switch() -> None:
    assert next(_blocks("Restore")).splitlines() == ["export OUTGOING=off", "umask 0077"]


def test_every_restore_gathers_statistics() -> None:
    """Without them the home page's queries took half a minute until autovacuum came by."""
    restores = [block for block in _blocks("Restore") if "pg_restore" in block]
    assert restores
    assert all(block.index("pg_restore") < block.index("--command=ANALYZE") for block in restores)


@pytest.mark.parametrize("block", BACKUPS, ids=range(len(BACKUPS)))
def test_what_is_backed_up_is_its_owners_only(block: str, tmp_path: Path) -> None:
    """The block as it is printed, in a shell whose programs are replaced by ones that write what they are told to."""
    programs, data, target = tmp_path / "bin", tmp_path / "data", tmp_path / "backups"
    programs.mkdir()
    (data / "files").mkdir(parents=True)
    (data / "secret_key").write_text("secret")
    dump = programs / "pg_dump"
    dump.write_text('#!/bin/sh\nfor word; do case $word in --file=*) echo dump > "${word#--file=}";; esac; done\n')
    dump.chmod(0o755)
    assert "/srv/backups/bigledger" in block, "outside of the checkout"
    script = block.replace("/srv/backups/bigledger", str(target)).replace("-C var", f"-C {data}")
    script = re.sub(r"^PGBIN=.*$", f"PGBIN={programs}", script, flags=re.MULTILINE)
    script = re.sub(r"^DB=.*$", "DB=postgresql:///books", script, flags=re.MULTILINE)
    environment = {
        "PATH": f"{programs}:/usr/bin:/bin",
        "DATABASE_URL": "postgresql:///books",
        "BIGLEDGER_DATA_DIR": str(data),
    }
    subprocess.run(["sh", "-euc", script], check=True, env=environment, umask=0o022)
    made = list(target.rglob("*"))
    assert {path.name for path in made if path.is_file()} == {"bigledger.dump", "files.tar"}
    assert {path.stat().st_mode & 0o077 for path in made} == {0}
