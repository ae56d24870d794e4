"""The whole product as its own processes: start, stop, and what a kill leaves."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from bigledger_crm.embedded.accounts import unprivileged_account
from bigledger_crm.embedded.processes import left_over
from bigledger_crm.testing.product import ROOT, Product, wait_for

pytestmark = [pytest.mark.processes, pytest.mark.timeout(1200)]


@pytest.fixture
def product(tmp_path: Path, seed: Path) -> Product:
    return Product(tmp_path / "books", seed)


def refusal(product: Product) -> str:
    """What one more start says that is refused."""
    command = [sys.executable, "manage.py", "up", "--no-demo"]
    done = subprocess.run(command, cwd=ROOT, env=product.environment, capture_output=True, text=True)
    assert done.returncode == 1
    return done.stdout + done.stderr


def test_a_life_with_every_way_to_end(product: Product) -> None:
    with product.running():
        wait_for(product.is_ready, 60)
        assert (product.layout.data / "secret_key").stat().st_mode & 0o777 == 0o600
        assert f"process {product.process.pid} holds" in refusal(product)
        product.execute("CREATE TABLE keepsake AS SELECT 42 AS number")

        product.restart_postgres(signal.SIGKILL)
        wait_for(product.is_ready, 60)

        everything = [psutil.Process(product.process.pid), *left_over(product.layout)]
        assert len(everything) > 8
        account = unprivileged_account(product.layout.postgres)  # nothing but the supervisor runs as root
        assert {one.uids().real for one in everything[1:]} == {account.user if account else os.geteuid()}
        for victim in everything:
            with contextlib.suppress(psutil.NoSuchProcess):
                victim.kill()
        product.process.wait(300)

        product.start()
        wait_for(product.is_ready, 60)
        assert product.query("SELECT number FROM keepsake") == [(42,)]

        os.kill(product.process.pid, signal.SIGKILL)  # its children are left alone
        product.process.wait(300)
        product.start()
        wait_for(product.is_ready, 60)
        assert product.stop() == (0, 0)


def test_a_taken_port_is_named(product: Product) -> None:
    with socket.create_server(("127.0.0.1", product.port)):
        assert f"127.0.0.1:{product.port} is taken" in refusal(product)
    assert left_over(product.layout) == []
