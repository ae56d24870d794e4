"""The product as on several machines: web servers, workers and beats beside one database and one broker."""

import contextlib
import itertools
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path

from bigledger_crm.embedded.product_processes import CONFIGURATION, web_answers
from bigledger_crm.testing.mail_server import free_port
from bigledger_crm.testing.product import ROOT, Product, wait_for

_CELERY = ("-m", "celery", "--quiet", "--app", "bigledger_crm.celery")
_SIGN_IN = """
from django.conf import settings
from django.test import Client
from bigledger_crm.kernel import ids
from bigledger_crm.tenancy.models import Company, Membership, User
owner = User.objects.create_user("owner@cluster.test", "correct horse battery", name="Olive Owner")
Membership.objects.create(company=Company.objects.get(pk=ids.decode("comp", "{company}")), user=owner, role="owner")
client = Client()
client.force_login(owner)
print(settings.SESSION_COOKIE_NAME + "=" + client.cookies[settings.SESSION_COOKIE_NAME].value)
"""


class Cluster(Product):
    """`machines` of each kind; requests go to the web servers by turns, as a load balancer has them.

    Its environment can name a pooler, a replica or an object store; web servers take `of_web` besides.
    """

    def __init__(self, data: Path, seed: Path | None, machines: int = 2, **environment: str) -> None:
        super().__init__(data, seed, **environment)
        self.environment.setdefault("REDIS_URL", self.layout.redis_url())
        self.of_web: dict[str, str] = {}
        self.ports = [free_port() for _ in range(machines)]
        self.use(machines)
        self.processes: dict[str, subprocess.Popen[bytes]] = {}

    def use(self, webs: int) -> None:
        """Sends requests to the first web servers only."""
        self._turns = itertools.cycle(self.ports[:webs])

    def start_servers(self) -> None:
        """Starts PostgreSQL and Valkey, and waits for PostgreSQL."""
        self.log = self.layout.data.with_suffix(f".{time.monotonic_ns()}.log")
        servers = ("-m", "bigledger_crm.embedded", "exec", "--throwaway", "--data-dir", str(self.layout.data))
        self._run("servers", *servers, "--", "sleep", "86400")
        wait_for(self._has_database, 60)

    def start(self) -> None:
        """Starts everything and waits until requests are served."""
        if "servers" not in self.processes:
            self.start_servers()
        for number, port in enumerate(self.ports):
            self.start_web(number)
            self.start_worker(number)
            self.start_beat(number)
            wait_for(lambda port=port: web_answers("127.0.0.1", port), 60)  # type: ignore[misc]

    def start_web(self, number: int) -> None:
        """Starts a web server."""
        bind = f"127.0.0.1:{self.ports[number]}"
        program = ("-m", "gunicorn", "--config", CONFIGURATION, "--bind", bind, "bigledger_crm.wsgi")
        self._run(f"web-{number}", *program, **self.of_web)

    def start_worker(self, number: int) -> None:
        """Starts a worker for all queues."""
        options = ("--concurrency", "2", "--hostname", f"worker-{number}@%h", "--loglevel", "INFO")
        self._run(f"worker-{number}", *_CELERY, "worker", *options)

    def start_beat(self, number: int) -> None:
        """Starts a beat."""
        schedule = str(self.layout.run / f"beat-schedule-{number}")
        self._run(f"beat-{number}", *_CELERY, "beat", "--loglevel", "INFO", "--pidfile", "", "--schedule", schedule)

    def kill(self, name: str) -> None:
        """kill -9 for a process and all its children at once, as if its machine lost power."""
        process = self.processes.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(60)

    def stop(self) -> tuple[int, int]:
        """Ends everything; asks the processes before the servers.  No status is kept of what was killed."""
        for name in sorted(self.processes, key=lambda name: name == "servers"):
            process = self.processes.pop(name)
            process.send_signal(signal.SIGTERM)
            process.wait(120)
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        return 0, 0

    @contextlib.contextmanager
    def running(self) -> Iterator[None]:
        """Starts it and waits until it is ready; stops it."""
        try:
            self.start()
            yield
        finally:
            self.stop()

    def connect(self) -> HTTPConnection:
        """A connection to the next web server."""
        return HTTPConnection("127.0.0.1", next(self._turns), timeout=300)

    def sign_in(self) -> str:
        """The cookie of an owner of the company, who is made and signed in."""
        program = _SIGN_IN.format(company=self.headers["X-Company-Id"])
        return self.manage("shell", "-v", "0", "-c", program).strip()

    def page(self, path: str, cookie: str) -> str:
        """A page or a file of a list, for whoever has the cookie; fails the test when it isn't there."""
        connection = self.connect()
        with contextlib.closing(connection):
            connection.request("GET", path, headers={"Cookie": cookie})
            response = connection.getresponse()
            text = response.read().decode()
        assert response.status == 200, text
        return text

    def _run(self, name: str, *arguments: str, **environment: str) -> None:
        with self.log.open("ab") as output:
            self.processes[name] = subprocess.Popen(
                [sys.executable, *arguments],
                cwd=ROOT,
                env={**self.environment, **environment},
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
