"""Makes the directories of the one-machine default; what is in them is closed to other users."""

import os
from pathlib import Path

from bigledger_crm.embedded.accounts import Account, unprivileged_account
from bigledger_crm.embedded.errors import EmbeddedError
from bigledger_crm.embedded.paths import Layout

# PostgreSQL's own user, where there is one, passes through but can't look around.
PASSAGE = 0o711
CLOSED = 0o700


def make(layout: Layout) -> None:
    """Make what is missing. Raises EmbeddedError when a directory can't be made or belongs to somebody else."""
    try:
        layout.data.mkdir(parents=True, exist_ok=True)
        for path in (layout.run, layout.sockets):
            _make(path, PASSAGE)
        for path in closed(layout):
            _make(path, CLOSED, unprivileged_account(layout.postgres))
    except OSError as error:
        raise EmbeddedError(
            f"Can't write to {error.filename}: set BIGLEDGER_DATA_DIR to a directory that you can write to"
        ) from error


def closed(layout: Layout) -> tuple[Path, ...]:
    """The directories that the product's processes write to, and nobody else may enter."""
    return (
        layout.mail,
        layout.myinvois_simulator,
        layout.files,
        layout.backups,
        layout.valkey,
        layout.valkey_socket.parent,
        layout.schedule,
        layout.home,
        layout.metrics,
    )


def _make(path: Path, mode: int, account: Account | None = None) -> None:
    path.mkdir(mode=mode, exist_ok=True)
    path.chmod(mode)
    owners = {os.geteuid(), account.user if account else os.geteuid()}
    if path.is_symlink() or path.stat().st_uid not in owners:
        raise EmbeddedError(f"{path} belongs to another user: remove it, or set BIGLEDGER_DATA_DIR to another place")
