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

ROOT = Path(__file__).resolve().parent.parent.parent
_OUTSIDE = ("DATABASE_URL", "REDIS_URL", "EMAIL_URL", "PUBLIC_URL")


class Product:
    """`manage.py up` with a data directory and a port of its own."""

    def __init__(self, data: Path, **environment: str) -> None:
        self.layout = Layout(data)
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port: int = free.getsockname()[1]
        kept = {name: value for name, value in os.environ.items() if name not in _OUTSIDE}
        self.environment = {**kept, "BIGLEDGER_DATA_DIR": str(data), "PORT": str(self.port), **environment}
        self.headers: dict[str, str] = {}

    @contextlib.contextmanager
    def running(self) -> Iterator[None]:
        """Starts it and waits until it is ready; stops it and kills what is left."""
        log = self.layout.data.with_suffix(".log")
        with log.open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, "manage.py", "up", "--no-demo"],
                cwd=ROOT,
                env=self.environment,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        try:
            wait_for(lambda: "Ready." in log.read_text() or process.poll() is not None, 90)
            if process.poll() is not None:
                pytest.fail(log.read_text())
            yield
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(60)
            for child in left_over(self.layout):
                child.kill()

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
        made = json.loads(self.manage("create_api_key", "--company", name, "--json"))
        self.headers = {
            "Authorization": f"Bearer {made['apiKey']}",
            "X-Company-Id": made["companyId"],
            "Content-Type": "application/json",
        }

    def post(self, path: str, body: Any = None) -> Any:
        """POST to the API; the `data` of a success, with exact numbers."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request("POST", f"/api/v1{path}", json.dumps(body or {}), self.headers)
        response = connection.getresponse()
        answer = json.loads(response.read(), parse_float=Decimal)
        assert response.status < 300, answer
        return answer["data"]

    def query(self, statement: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Rows straight from its database."""
        with psycopg.connect(self.layout.database_url()) as connection:
            return connection.execute(statement.encode(), parameters).fetchall()

    def kill_workers(self) -> None:
        """kill -9 for the Celery worker and all its children at once."""
        victims = [process for process in left_over(self.layout) if _is_worker(process)]
        assert victims, "no worker runs"
        for process in victims:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()


def wait_for(condition: Callable[[], Any], seconds: float) -> None:
    """Waits until something is true; fails the test after so many seconds."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"not within {seconds} s"
        time.sleep(0.05)


def _is_worker(process: psutil.Process) -> bool:
    try:
        line = process.cmdline()
    except psutil.NoSuchProcess:
        return False
    return "celery" in " ".join(line) and "worker" in line
