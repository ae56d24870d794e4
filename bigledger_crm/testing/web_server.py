"""The real web server over the test database, for tests that kill it, measure it or break HTTP."""

import contextlib
import http.client
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psutil
from django.conf import settings
from django.db import connection

from bigledger_crm.embedded.product_processes import CONFIGURATION
from bigledger_crm.testing.mail_server import free_port
from bigledger_crm.testing.product import wait_for


@dataclass(frozen=True)
class Reply:
    """What came back over the network."""

    status: int
    headers: dict[str, str]
    content: bytes

    @property
    def body(self) -> Any:
        """The decoded JSON."""
        return json.loads(self.content)


@dataclass(frozen=True)
class WebServer:
    """A web server with one worker, on loopback."""

    port: int
    process: psutil.Process

    def send(self, method: str, path: str, content: bytes, headers: dict[str, str]) -> Reply | None:
        """One request on a connection of its own; None when the connection broke before an answer."""
        client = http.client.HTTPConnection("127.0.0.1", self.port, timeout=300)
        try:
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # refused before all of it was sent
                client.request(method, path, content, {"Content-Type": "application/json", **headers})
            answer = client.getresponse()
            return Reply(answer.status, dict(answer.getheaders()), answer.read())
        except (http.client.RemoteDisconnected, http.client.ResponseNotReady, ConnectionResetError):
            return None
        finally:
            client.close()

    def memory(self) -> int:
        """What its worker holds resident, in bytes."""
        (worker,) = self.process.children()
        return int(worker.memory_info().rss)

    def at_work(self) -> float:
        """How many seconds its worker has used a processor, to a hundredth."""
        (worker,) = self.process.children()
        times = worker.cpu_times()
        return float(times.user + times.system)


@contextlib.contextmanager
def running_web_server(
    directory: Path, application: str = "bigledger_crm.wsgi", **environment: str
) -> Iterator[WebServer]:
    """Runs gunicorn; a worker that dies is replaced.  For tests with the `committed` fixture."""
    port, log = free_port(), directory / "web.log"
    own = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    program = [sys.executable, "-m", "gunicorn", "--config", CONFIGURATION, f"--bind=127.0.0.1:{port}"]
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*program, "--workers=1", application],
            cwd=settings.BASE_DIR,
            env={**os.environ, "DATABASE_URL": own, **environment},
            stdout=output,
            stderr=output,
        )
    server = WebServer(port, psutil.Process(process.pid))
    try:
        wait_for(lambda: _answers(server) or process.poll() is not None, 60)
        assert process.poll() is None, log.read_text()
        yield server
    finally:
        process.terminate()
        process.wait(300)


def _answers(server: WebServer) -> bool:
    try:
        reply = server.send("GET", "/healthz", b"", {})
    except ConnectionRefusedError:
        return False
    return reply is not None and reply.status == 200
