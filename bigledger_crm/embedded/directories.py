"""Makes the directories of the one-machine default; what is in them is closed to other users."""

import os
from pathlib import Path

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
        for path in (layout.mail, layout.files, layout.valkey):
            _make(path, CLOSED)
    except OSError as error:
        raise EmbeddedError(
            f"Can't write to {error.filename}: set BIGLEDGER_DATA_DIR to a directory of yours"
        ) from error


def _make(path: Path, mode: int) -> None:
    path.mkdir(mode=mode, exist_ok=True)
    path.chmod(mode)
    if path.is_symlink() or path.stat().st_uid != os.geteuid():
        raise EmbeddedError(f"{path} belongs to another user: remove it, or set BIGLEDGER_DATA_DIR to another place")
