"""Makes the directories of the one-machine default, closed to other users."""

import os
from pathlib import Path

from bigledger_crm.embedded.errors import EmbeddedError
from bigledger_crm.embedded.paths import Layout


def make(layout: Layout) -> None:
    """Make what is missing. Raises EmbeddedError when a directory can't be made or belongs to somebody else."""
    # As root, PostgreSQL runs as another user, who must be able to pass through but not to look around.
    passage = 0o711 if os.geteuid() == 0 else 0o700
    try:
        if not layout.data.exists():
            layout.data.mkdir(parents=True)
            layout.data.chmod(passage)
        _make(layout.run, passage)
        _make(layout.sockets, passage)
        _make(layout.mail, 0o700)
        _make(layout.files, 0o700)
    except PermissionError as error:
        raise EmbeddedError(
            f"Can't write to {error.filename}: set BIGLEDGER_DATA_DIR to a directory of yours"
        ) from error


def _make(path: Path, mode: int) -> None:
    path.mkdir(mode=mode, exist_ok=True)
    path.chmod(mode)
    if path.is_symlink() or path.stat().st_uid != os.geteuid():
        raise EmbeddedError(f"{path} belongs to another user: remove it, or set BIGLEDGER_DATA_DIR to another place")
