"""The whole product as its own processes, for tests that kill some of them."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest

from bigledger_crm.embedded.paths import Layout
from bigledger_crm.embedded.processes import left_over
from bigledger_crm.testing.client import EVERYTHING

ROOT = Path(__file__).resolve().parent.parent.parent
# How much slower than a quiet machine one may be before a test gives up waiting.
PATIENCE = 5
_OUTSIDE = ("DATABASE_URL", "DATABASE_DIRECT_URL", "DATABASE_REPLICA_URL", "REDIS_URL", "EMAIL_URL", "PUBLIC_URL")


class Product:
    """`manage.py up` with a data directory and a port of its own.

    With a `seed` it begins with a copy of that data directory, which saves the time of all migrations.  There is no
    simulator of MyInvois, unless `environment` says so.
    """

    def __init__(self, data: Path, seed: Path | None = None, **environment: str) -> None:
        self.layout = Layout(data)
        if seed is not None:
            subprocess.run(["cp", "-a", str(seed), str(data)], check=True)  # PostgreSQL's files keep their owner
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port: int = free.getsockname()[1]
        kept = {name: value for name, value in os.environ.items() if name not in _OUTSIDE}
        own = {"BIGLEDGER_DATA_DIR": str(data), "PORT": str(self.port), "MYINVOIS_SIMULATOR_PORT": "off"}
        self.environment = {**kept, **own, **environment}
        self.headers: dict[str, str] = {}
        self.log: Path
        self.process: subprocess.Popen[bytes]

    @contextlib.contextmanager
    def running(self) -> Iterator[None]:
        """Starts it and waits until it is ready; stops it and kills what is left."""
        self.start()
        try:
            yield
        finally:
            self.stop()

    def start(self) -> None:
        """Starts it and waits until it is ready; fails the test when it isn't."""
        self.log = self.layout.data.with_suffix(f".{time.monotonic_ns()}.log")
        with self.log.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "up", "--no-demo"],
                cwd=ROOT,
                env=self.environment,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        wait_for(lambda: "Ready." in self.log.read_text() or self.process.poll() is not None, 180)
        if self.process.poll() is not None:
            pytest.fail(self.log.read_text())

    def stop(self) -> tuple[int, int]:
        """Asks it to stop; returns its exit status and how many of its processes were left, which are killed."""
        self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(300)
        left = left_over(self.layout)
        for child in left:
            child.kill()
        return status, len(left)

    def manage(self, *arguments: str) -> str:
        """Runs a management command beside it and returns what it prints; fails the test when it fails."""
        # As in a terminal of its own, which knows nothing of a rehearsal's clock.
        environment = {name: value for name, value in self.environment.items() if name != "BIGLEDGER_CLOCK"}
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments], cwd=ROOT, env=environment, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def open_company(self, name: str) -> None:
        """Makes a company and an API key, and speaks for it from now on."""
        self.manage("create_company", name)
        made = json.loads(self.manage("create_api_key", "--company", name, "--scopes", ",".join(EVERYTHING), "--json"))
        self.speak_for(made["companyId"], made["apiKey"])

    def speak_for(self, company: str, key: str) -> None:
        """From now on requests are for this company, with this key."""
        self.headers = {
            "Authorization": f"Bearer {key}",
            "X-Company-Id": company,
            "Content-Type": "application/json",
        }

    def request(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        """A request to the API: the status and the whole answer, with exact numbers."""
        connection = self.connect()
        sent = self.headers | {name.replace("_", "-"): value for name, value in headers.items()}
        with contextlib.closing(connection):
            connection.request(method, f"/api/v1{path}", None if body is None else json.dumps(body), sent)
            response = connection.getresponse()
            return response.status, json.loads(response.read(), parse_float=Decimal)

    def connect(self) -> HTTPConnection:
        """A connection to the web server."""
        return HTTPConnection("127.0.0.1", self.port, timeout=300)

    def is_ready(self) -> bool:
        """Whether the web server says that it has all it needs."""
        connection = self.connect()
        with contextlib.closing(connection):
            connection.request("GET", "/readyz")
            return connection.getresponse().status == 200

    def post(self, path: str, body: Any = None) -> Any:
        """POST to the API; the `data` of a success."""
        status, answer = self.request("POST", path, body or {})
        assert status < 300, answer
        return answer["data"]

    def query(self, statement: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Rows straight from its database."""
        with psycopg.connect(self.layout.database_url()) as connection:
            return connection.execute(statement.encode(), parameters).fetchall()

    def execute(self, statement: str, parameters: Sequence[Any] = ()) -> None:
        """A change of its database, behind its back."""
        with psycopg.connect(self.layout.database_url()) as connection:
            connection.execute(statement.encode(), parameters)

    def kill_workers(self) -> None:
        """kill -9 for the Celery worker and all its children at once."""
        _kill(self._workers())

    def kill_worker_children(self) -> None:
        """kill -9 for the processes in which the Celery worker lets its tasks run."""
        _kill(self._worker_children())

    def work_of_worker_children(self) -> float:
        """The seconds at a processor of those of these processes that run now."""
        seconds = 0.0
        for process in self._worker_children():
            with contextlib.suppress(psutil.NoSuchProcess):
                seconds += process.cpu_times().user
        return seconds

    def _worker_children(self) -> list[psutil.Process]:
        workers = self._workers()
        return [process for process in workers if process.ppid() in {other.pid for other in workers}]

    @contextlib.contextmanager
    def worker_held(self) -> Iterator[None]:
        """The Celery workers are there and do nothing meanwhile."""
        workers = self._workers()
        assert workers, "no worker runs"
        for process in workers:
            process.suspend()
        try:
            yield
        finally:
            for process in workers:
                with contextlib.suppress(psutil.NoSuchProcess):
                    process.resume()

    def restart_postgres(self, number: signal.Signals) -> None:
        """Ends PostgreSQL by a signal, and waits until its supervisor has started it again."""
        pid_file = self.layout.postgres / "postmaster.pid"
        before = pid_file.read_text().splitlines()[0]
        os.kill(int(before), number)
        wait_for(lambda: pid_file.exists() and pid_file.read_text().splitlines()[:1] not in ([], [before]), 30)
        wait_for(self._has_database, 30)

    def _has_database(self) -> bool:
        try:
            return bool(self.query("SELECT 1"))
        except psycopg.OperationalError:
            return False

    def _workers(self) -> list[psutil.Process]:
        return [process for process in left_over(self.layout) if _is_worker(process)]


def wait_for(condition: Callable[[], Any], seconds: float) -> None:
    """Waits until something is true.  `seconds` are those of a quiet machine: a busy one has PATIENCE times as long."""
    end = time.monotonic() + PATIENCE * seconds
    while not condition():
        assert time.monotonic() < end, f"not within {PATIENCE} times {seconds} s"
        time.sleep(0.05)


def _is_worker(process: psutil.Process) -> bool:
    try:
        line = process.cmdline()
    except psutil.NoSuchProcess:
        return False
    return "celery" in " ".join(line) and "worker" in line


def _kill(victims: Sequence[psutil.Process]) -> None:
    assert victims, "no worker runs"
    for process in victims:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
