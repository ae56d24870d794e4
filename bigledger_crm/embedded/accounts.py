"""PostgreSQL refuses to run as root: the unprivileged user that it runs as there."""

import os
import pwd
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bigledger_crm.embedded.errors import EmbeddedError

CANDIDATES = ("postgres", "nobody")
# Enough to pass a directory that is closed to others, such as /root; the weaker one first.
CAPABILITIES = ("dac_read_search", "dac_override")


@dataclass(frozen=True)
class Account:
    """A system user by its numbers."""

    name: str
    user: int
    group: int

    def own(self, path: Path) -> None:
        """Give a directory and all that is in it to this user, unless it is theirs already."""
        if path.stat().st_uid == self.user:
            return
        os.chown(path, self.user, self.group)
        for folder, folders, files in os.walk(path):
            for name in (*folders, *files):
                os.chown(Path(folder) / name, self.user, self.group, follow_symlinks=False)


def unprivileged_account(existing: Path) -> Account | None:
    """The user for PostgreSQL: None means oneself. As root: who owns the existing cluster, else a system user."""
    if os.geteuid() != 0:
        return None
    if existing.exists() and (owner := existing.stat().st_uid) != 0:
        try:
            return _account(pwd.getpwuid(owner))
        except KeyError:
            pass  # made on another machine: it is given to a user of this one
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    for name in CANDIDATES:
        if name in known:
            return _account(known[name])
    raise EmbeddedError(
        "PostgreSQL does not run as root and there is no user postgres or nobody: useradd --system postgres"
    )


def prefix_for(account: Account | None, must_work: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """A command prefix that runs a command as this user.

    `must_work` are commands that fail where the user can't reach a file; then one capability is passed along.
    Raises EmbeddedError when that doesn't help either.
    """
    if account is None:
        return ()
    program = shutil.which("setpriv")
    if program is None:
        raise EmbeddedError("PostgreSQL does not run as root, and setpriv (package util-linux) is missing")
    drop = (program, f"--reuid={account.user}", f"--regid={account.group}", "--clear-groups")
    # Without this bit, access(2), by which initdb looks for the server, ignores an ordinary user's capabilities.
    keep = (*drop, "--securebits=+no_setuid_fixup")
    choices = [drop, *((*keep, f"--inh-caps=+{name}", f"--ambient-caps=+{name}") for name in CAPABILITIES)]
    for choice in choices:
        # setpriv itself still has root's capabilities when it starts a program; env no longer does.
        if all(_works([*choice, "env", *command]) for command in must_work):
            return choice
    raise EmbeddedError(
        f"PostgreSQL does not run as root, and the user {account.name} can't reach its files: "
        "clone into a directory that others may enter (such as /srv) or run as an ordinary user"
    )


def _account(entry: pwd.struct_passwd) -> Account:
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def _works(command: Sequence[str]) -> bool:
    return subprocess.run(command, capture_output=True, check=False, cwd="/").returncode == 0
