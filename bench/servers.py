"""Which web server is quick, and which one holds when clients are slow: the figures of decision 9.

    pip install granian  # where it is to be compared too
    .venv/bin/python -m bigledger_crm.embedded exec --throwaway -- .venv/bin/python -m bench.servers

fills an empty database with a company of 300 customers and invoices and starts every server with two processes.  Their
rounds take turns, for the machine may be busy with other things: what counts is the time at work, of all processes of
the server, for each request; beside it the median from outside.  Then each is held: by 200 heads that never end, and
by 50 bodies.  `health` and `sale` are the seconds until `/healthz` answered, and until an invoice was made, while all
of them were open; 10 are too many.
"""

import contextlib
import importlib.util
import json
import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bigledger_crm.settings")
django.setup()

import psutil  # noqa: E402 needs nothing, and stands with the others
from django.conf import settings  # noqa: E402 needs Django
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402

from bigledger_crm.tenancy.actor import actor_for_member  # noqa: E402
from bigledger_crm.tenancy.models import Membership, User  # noqa: E402
from bigledger_crm.tenancy.scope import company_scope  # noqa: E402
from bigledger_crm.tenancy.services import create_api_key  # noqa: E402
from bigledger_crm.testing.factories import line, make_customer, make_invoice  # noqa: E402
from bigledger_crm.testing.mail_server import free_port  # noqa: E402
from sales.services import open_company  # noqa: E402

ROUNDS, REQUESTS, ROWS = 4, 40, 300
HALF_HEADS, SLOW_BODIES, PATIENCE = 200, 50, 10.0
GUNICORN = [sys.executable, "-m", "gunicorn", "--log-level=critical"]
SERVERS = {
    "gthread": [*GUNICORN, "--worker-class=gthread", "--workers=2", "--threads=4", "--preload", "--bind=127.0.0.1:{}"],
    "waitress": [*GUNICORN, "--config=python:bigledger_crm.server.configuration", "--bind=127.0.0.1:{}"],
}
if importlib.util.find_spec("granian"):
    granian = "--interface=wsgi --workers=2 --blocking-threads=4 --log-level=critical --host=127.0.0.1"
    SERVERS["granian"] = [sys.executable, "-m", "granian", *granian.split(), "--port={}"]


@dataclass
class Running:
    """A server with its figures: milliseconds at work and outside, by what was asked."""

    name: str
    port: int
    process: psutil.Process
    work: dict[str, list[float]] = field(default_factory=dict)
    outside: dict[str, list[float]] = field(default_factory=dict)

    def at_work(self) -> float:
        """Seconds of processors used by all of its processes."""
        times = [one.cpu_times() for one in (self.process, *self.process.children(recursive=True))]
        return sum(time.user + time.system for time in times)

    def memory(self) -> float:
        """MiB of its own, what processes share counted once."""
        family = (self.process, *self.process.children(recursive=True))
        return sum(one.memory_full_info().pss for one in family) / 1024 / 1024

    def ask(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
        """One request on a connection of its own."""
        client = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        with contextlib.closing(client):
            client.request(method, path, body, headers)
            answer = client.getresponse()
            return answer.status, answer.read()


Question = tuple[str, str, bytes, dict[str, str]]


def main() -> int:
    """Fills, measures and prints."""
    call_command("collectstatic", interactive=False, verbosity=0)
    call_command("migrate", verbosity=0)
    questions = _fill()
    connection.close()
    with contextlib.ExitStack() as stack:
        servers = [stack.enter_context(_started(name)) for name in SERVERS]
        for _round in range(ROUNDS):
            for server in servers:
                for many in (1, 8):
                    for name, question in questions.items():
                        _measure(server, f"{name}, {many} at once", question, many)
        for server in servers:
            sys.stdout.write(f"{server.name}: {server.memory():.0f} MiB\n")
            for what, work in server.work.items():
                outside = statistics.median(server.outside[what])
                sys.stdout.write(f"  {what:24} {statistics.median(work):6.1f} ms at work {outside:7.1f} ms outside\n")
            for what, sockets in (("half heads", _half_heads), ("slow bodies", _slow_bodies)):
                _hold(server, what, sockets(server.port), questions["sale"])
            sys.stdout.flush()
    return 0


def _fill() -> dict[str, Question]:
    company = open_company("Bench")
    user = User.objects.create_user("bench@example.com", "correct horse battery", name="Bench")
    actor = actor_for_member(Membership.objects.create(company=company, user=user, role="owner"))
    with company_scope(company):
        for number in range(ROWS):
            customer = make_customer(actor, name=f"Customer {number}", email=f"{number}@example.com")
            invoice = make_invoice(actor, customer, [line() for _line in range(10)])
    client = Client()
    client.force_login(user)
    page = {"Cookie": f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"}
    key = {"Authorization": f"Bearer {create_api_key([company], name='Bench')[1]}", "X-Company-Id": company.public_id}
    sale = {"customerId": customer.public_id, "items": [{"description": "Work", "quantity": 1, "unitPrice": 10}] * 3}
    return {
        "list of 50": ("GET", "/api/v1/invoices?limit=50", b"", key),
        "one invoice": ("GET", f"/api/v1/invoices/{invoice.public_id}", b"", key),
        "sale": ("POST", "/api/v1/invoices", json.dumps(sale).encode(), {**key, "Content-Type": "application/json"}),
        "page": ("GET", "/invoices", b"", page),
        "health": ("GET", "/healthz", b"", {}),
    }


@contextlib.contextmanager
def _started(name: str) -> Iterator[Running]:
    port = free_port()
    application = "bigledger_crm.wsgi:application"
    command = [part.format(port) for part in SERVERS[name]] + [application]
    process = subprocess.Popen(
        command, env={**os.environ, "API_RATE_LIMIT": "off", "LOG_LEVEL": "ERROR"}, stdout=subprocess.DEVNULL
    )
    server = Running(name, port, psutil.Process(process.pid))
    try:
        end = time.monotonic() + 120
        while time.monotonic() < end:
            with contextlib.suppress(OSError, HTTPException):
                server.ask("GET", "/healthz", b"", {})
                break
            time.sleep(0.2)
        yield server
    finally:
        process.terminate()
        process.wait(60)


def _measure(server: Running, what: str, question: Question, many: int) -> None:
    def ask(_number: int) -> float:
        began = time.perf_counter()
        status, answer = server.ask(*question)
        if status >= 400:
            raise RuntimeError(f"{server.name}: {what}: {status} {answer[:300]!r}")
        return (time.perf_counter() - began) * 1000

    ask(0)
    before = server.at_work()
    with ThreadPoolExecutor(many) as pool:
        outside = list(pool.map(ask, range(REQUESTS)))
    server.work.setdefault(what, []).append((server.at_work() - before) * 1000 / REQUESTS)
    server.outside.setdefault(what, []).extend(outside)


def _half_heads(port: int) -> list[socket.socket]:
    return [_sent(port, b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-a: ") for _number in range(HALF_HEADS)]


def _slow_bodies(port: int) -> list[socket.socket]:
    head = b"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 50\r\n"
    head += b"Content-Type: application/x-www-form-urlencoded\r\n\r\nusername=a"
    return [_sent(port, head) for _number in range(SLOW_BODIES)]


def _sent(port: int, begun: bytes) -> socket.socket:
    opened = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
    opened.sendall(begun)
    return opened


def _hold(server: Running, what: str, sockets: list[socket.socket], sale: Question) -> None:
    time.sleep(0.5)
    seconds = {name: _seconds(server, question) for name, question in (("health", HEALTH), ("sale", sale))}
    for opened in sockets:
        opened.close()
    said = ", ".join(f"{name} {f'{took:.2f} s' if took < PATIENCE else 'no answer'}" for name, took in seconds.items())
    sys.stdout.write(f"  {len(sockets)} {what}: {said}\n")


HEALTH: Question = ("GET", "/healthz", b"", {})


def _seconds(server: Running, question: Question) -> float:
    began = time.perf_counter()
    with contextlib.suppress(OSError, HTTPException):
        server.ask(*question)
        return time.perf_counter() - began
    return PATIENCE


if __name__ == "__main__":
    sys.exit(main())
