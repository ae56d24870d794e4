"""PgBouncer with the configuration that the documentation gives, in front of a test's own database."""

import contextlib
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg

from bigledger_crm.embedded.accounts import prefix_for, unprivileged_account
from bigledger_crm.embedded.paths import Layout
from bigledger_crm.testing.mail_server import free_port
from bigledger_crm.testing.product import ROOT, wait_for

CONFIGURATION = ROOT / "docs" / "deployment" / "pgbouncer" / "pgbouncer.ini"
# Fewer than there are clients, so that one connection serves several of them by turns.
POOL_SIZE = 3


class Pooler:
    """One pooler: `url` leads to the pool of a name."""

    def __init__(self, port: int) -> None:
        self.port = port

    def url(self, pool: str) -> str:
        """The URL of a pool: `bigledger` or `bigledger_background`."""
        return f"postgresql://bigledger@127.0.0.1:{self.port}/{pool}"

    def answers(self) -> bool:
        """Whether it passes on to the database."""
        try:
            with psycopg.connect(self.url("bigledger"), prepare_threshold=None) as connection:
                return connection.execute("SELECT 1").fetchone() is not None
        except psycopg.OperationalError:
            return False


@contextlib.contextmanager
def running_pooler(layout: Layout, folder: Path) -> Iterator[Pooler]:
    """Runs until the context ends; the database of the layout runs already."""
    program = shutil.which("pgbouncer", path=f"{os.environ['PATH']}:/usr/sbin")
    assert program, "PgBouncer is missing: apt-get install pgbouncer (brew install pgbouncer)"
    pooler = Pooler(free_port())
    folder.mkdir()
    users = folder / "userlist.txt"
    users.write_text('"bigledger" ""\n')
    text = CONFIGURATION.read_text()
    for pattern, value in (
        ("host=127.0.0.1 port=5432", f"host={layout.postgres_sockets} port=5432"),
        ("pool_size=[0-9]+", f"pool_size={POOL_SIZE}"),
        ("listen_port = 6432", f"listen_port = {pooler.port}"),
        ("auth_type = .*", "auth_type = trust"),
        ("auth_file = .*", f"auth_file = {users}\nunix_socket_dir ="),
    ):
        text, count = re.subn(pattern, value, text)
        assert count, pattern
    (folder / "pgbouncer.ini").write_text(text)
    account = unprivileged_account(layout.postgres)  # like PostgreSQL, it doesn't run as root
    if account is not None:
        account.own(folder)
    prefix = prefix_for(account, [["ls", f"{place}/."] for place in (folder, layout.postgres_sockets)])
    with (folder / "pgbouncer.log").open("wb") as log:
        process = subprocess.Popen(
            [*prefix, program, str(folder / "pgbouncer.ini")], stdout=log, stderr=subprocess.STDOUT, cwd="/"
        )
    try:
        wait_for(lambda: pooler.answers() or process.poll() is not None, 30)
        assert process.poll() is None, (folder / "pgbouncer.log").read_text()
        yield pooler
    finally:
        process.kill()
        process.wait(60)
