"""The whole product as its own processes: start, stop, and what a kill leaves."""

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from bigledger_crm.embedded.paths import Layout
from bigledger_crm.embedded.processes import left_over
from bigledger_crm.embedded.services import ROOT

pytestmark = [pytest.mark.processes, pytest.mark.timeout(180)]


class Product:
    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        outside = ("DATABASE_URL", "REDIS_URL", "EMAIL_URL", "PUBLIC_URL")
        kept = {name: value for name, value in os.environ.items() if name not in outside}
        self.environment = {**kept, "BIGLEDGER_DATA_DIR": str(layout.data), "PORT": str(self.port)}

    def spawn(self) -> subprocess.Popen[str]:
        command = [sys.executable, "manage.py", "up", "--no-demo"]
        return subprocess.Popen(
            command, cwd=ROOT, env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )

    @contextlib.contextmanager
    def running(self) -> Iterator[subprocess.Popen[str]]:
        with self.spawn() as process:
            assert process.stdout is not None
            said = []
            for line in process.stdout:
                said.append(line)
                if "Ready." in line:
                    break
            else:
                pytest.fail("".join(said))
            try:
                yield process
            finally:
                process.send_signal(signal.SIGTERM)
                process.stdout.read()

    def ready(self) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        connection.request("GET", "/readyz")
        return connection.getresponse().status

    def query(self, statement: str) -> list[tuple[object, ...]]:
        with psycopg.connect(self.layout.database_url()) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []


@pytest.fixture
def product(tmp_path: Path) -> Iterator[Product]:
    product = Product(Layout(tmp_path / "books"))
    yield product
    for process in left_over(product.layout):
        process.kill()


def test_it_starts_answers_and_stops_with_nothing_left(product: Product) -> None:
    with product.running() as process:
        assert product.ready() == 200
        assert (product.layout.data / "secret_key").stat().st_mode & 0o777 == 0o600
        with product.spawn() as second:
            said, _ = second.communicate()
        assert second.returncode == 1
        assert f"process {process.pid} holds" in said
        process.send_signal(signal.SIGTERM)
        process.wait(60)
    assert process.returncode == 0
    assert left_over(product.layout) == []


def test_after_a_kill_of_everything_nothing_is_lost(product: Product) -> None:
    with product.running() as process:
        product.query("CREATE TABLE keepsake AS SELECT 42 AS number")
        everything = [psutil.Process(process.pid), *left_over(product.layout)]
        assert len(everything) > 8
        for victim in everything:
            with contextlib.suppress(psutil.NoSuchProcess):
                victim.kill()
        process.wait(10)
    with product.running():
        assert product.ready() == 200
        assert product.query("SELECT number FROM keepsake") == [(42,)]


def test_a_killed_supervisor_is_followed_by_a_clean_start(product: Product) -> None:
    with product.running() as process:
        process.kill()
        process.wait(10)
    with product.running():
        assert product.ready() == 200


def test_a_killed_database_comes_back(product: Product) -> None:
    with product.running() as process:
        assert process.stdout is not None
        first_line = (product.layout.postgres / "postmaster.pid").read_text().splitlines()[0]
        os.kill(int(first_line), signal.SIGKILL)
        for line in process.stdout:
            if "ready to accept connections" in line:
                break
        assert product.ready() == 200


def test_a_taken_port_is_named(product: Product) -> None:
    with socket.create_server(("127.0.0.1", product.port)), product.spawn() as process:
        said, _ = process.communicate()
    assert process.returncode == 1
    assert f"127.0.0.1:{product.port} is taken" in said
    assert left_over(product.layout) == []
