"""As root, the product's processes run as the user of PostgreSQL, and what they read and write is theirs."""

import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bigledger_crm.embedded import directories
from bigledger_crm.embedded.accounts import prefix_for, unprivileged_account
from bigledger_crm.embedded.errors import EmbeddedError
from bigledger_crm.embedded.logs import Printer
from bigledger_crm.embedded.paths import Layout

ROOT = Path(__file__).resolve().parent.parent.parent
LOWEST_FREE_PORT = 1024


@dataclass(frozen=True)
class Processes:
    """How processes are started: by which prefix of their commands, and in which environment."""

    account: Sequence[str]
    environment: Mapping[str, str]

    def may_listen(self, port: int) -> bool:
        """Whether they may listen on a port."""
        return not self.account or port >= LOWEST_FREE_PORT


def processes(layout: Layout, environment: Mapping[str, str], printer: Printer) -> Processes:
    """How the product's processes are started.  Where root can't give up its rights, says so and goes on as root."""
    account = unprivileged_account(layout.postgres)
    if account is None:
        return Processes((), environment)
    reach = [[sys.executable, "-c", "import django"], ["ls", str(ROOT / "manage.py"), f"{layout.files}/."]]
    try:
        prefix = prefix_for(account, reach)
    except EmbeddedError as error:
        printer.plain(f"Web server and workers run as root: {error}")
        return Processes((), environment)
    give_away(layout)
    # Without a home of one's own, fontconfig looks for its fonts again and again.
    return Processes(prefix, {**environment, "HOME": str(layout.home), "USER": account.name})


def give_away(layout: Layout) -> None:
    """Gives what the processes read and write to their user, also what a command of root has left among it."""
    account = unprivileged_account(layout.postgres)
    if account is None:
        return
    for folder in directories.closed(layout):
        for path in (folder, *folder.rglob("*")):
            if path.lstat().st_uid != account.user:
                os.chown(path, account.user, account.group, follow_symlinks=False)
    if layout.secret_key.exists():
        os.chown(layout.secret_key, account.user, account.group)
