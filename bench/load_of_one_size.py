"""Measures one size for `bench.load`, in the database that the environment names: its last line is JSON."""

import contextlib
import json
import logging
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from http.client import HTTPConnection, HTTPException
from itertools import cycle
from typing import Any
from urllib.parse import urlencode

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bigledger_crm.settings")
os.environ["BIGLEDGER_MAILS_PER_HOUR"] = "0"
django.setup()

import psutil  # noqa: E402 needs nothing, and stands with the others
from django.conf import settings  # noqa: E402 needs Django
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.db.models import Count  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext, override_settings, setup_test_environment  # noqa: E402

from bigledger_crm.kernel import clock  # noqa: E402
from bigledger_crm.tenancy.models import Company, Membership, User  # noqa: E402
from bigledger_crm.tenancy.scope import company_scope  # noqa: E402
from bigledger_crm.tenancy.services import create_api_key  # noqa: E402
from bigledger_crm.testing.mail_server import free_port  # noqa: E402
from customers.models import Customer  # noqa: E402
from invoicing.analytics.sales_sums_job import keep_all_sales_sums  # noqa: E402
from invoicing.models import Invoice  # noqa: E402

ROUNDS, ALONE, AT_ONCE, EIGHT = 5, 12, 40, 8
DEEP = 45_000  # rows before the page in the middle; half of a smaller company
PATIENCE = 120.0
GUNICORN = [
    sys.executable,
    "-m",
    "gunicorn",
    "--log-level=critical",
    "--config=python:bigledger_crm.server.configuration",
]


@dataclass
class Server:
    """A server of two processes."""

    port: int
    process: psutil.Process
    headers: dict[str, str]

    def ask(self, method: str, path: str, body: Any = None) -> bytes:
        """One request on a connection of its own.  Raises RuntimeError for an error."""
        client = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        with contextlib.closing(client):
            data = None if body is None else json.dumps(body).encode()
            kind = {} if body is None else {"Content-Type": "application/json"}
            client.request(method, path, data, {**self.headers, **kind})
            answer = client.getresponse()
            content = answer.read()
            if answer.status >= 400:
                raise RuntimeError(f"{method} {path}: {answer.status} {content[:300]!r}")
            return content

    def memory(self) -> float:
        """MiB, what processes share counted once."""
        family = (self.process, *self.process.children(recursive=True))
        return sum(one.memory_full_info().pss for one in family) / 1024 / 1024


@dataclass
class Operation:
    """Something that is measured: what the product does, what the floor does for it, and the times of both."""

    do: Callable[[], object]
    floor: Callable[[], object] | None = None
    queries: int = 0
    times: list[float] = field(default_factory=list)
    times_of_eight: list[float] = field(default_factory=list)
    times_of_floor: list[float] = field(default_factory=list)
    rates: list[float] = field(default_factory=list)
    errors: int = 0

    def measure(self) -> None:
        """A round: alone, the floor alone, and eight at once."""
        self.times += [self._timed(self.do) for _ in range(ALONE)]
        if self.floor is not None:
            self.times_of_floor += [self._timed(self.floor) for _ in range(ALONE)]
        began = time.perf_counter()
        with ThreadPoolExecutor(EIGHT) as pool:
            self.times_of_eight += pool.map(self._timed, [self.do] * AT_ONCE)
        self.rates.append(AT_ONCE / (time.perf_counter() - began))

    def _timed(self, do: Callable[[], object]) -> float:
        began = time.perf_counter()
        try:
            do()
        except (RuntimeError, OSError, HTTPException) as error:
            self.errors += 1
            sys.stderr.write(f"{error}\n")
        return (time.perf_counter() - began) * 1000

    def figures(self) -> dict[str, float | int | None]:
        """What the table says."""
        return {
            "median": statistics.median(self.times),
            "p95": percentile(self.times, 0.95),
            "median8": statistics.median(self.times_of_eight),
            "p95_8": percentile(self.times_of_eight, 0.95),
            "rate8": statistics.median(self.rates),
            "queries": self.queries,
            "floor": statistics.median(self.times_of_floor) if self.times_of_floor else None,
            "errors": self.errors,
        }


def percentile(times: list[float], share: float) -> float:
    """The time that this share of requests needed at most."""
    return statistics.quantiles(times, n=100, method="inclusive")[round(share * 100) - 1]


def main() -> int:
    """Fills, serves, measures, and prints the figures as one line."""
    logging.disable(logging.WARNING)
    size = int(sys.argv[1])
    call_command("collectstatic", interactive=False, verbosity=0)
    call_command("migrate", verbosity=0)
    call_command("generate_data", customers=max(size // 50, 10), invoices=size, company="Measured", stdout=sys.stderr)
    keep_all_sales_sums()  # a worker does within a minute
    company = Company.objects.get(name="Measured")
    user = User.objects.create_user("bench@example.com", "correct horse battery", name="Bench")
    Membership.objects.create(company=company, user=user, role="owner")
    secret = create_api_key([company], name="Bench")[1]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database()) / 1e9")
        gigabytes = float(cursor.fetchone()[0])
    api = {"Authorization": f"Bearer {secret}", "X-Company-Id": company.public_id}
    with company_scope(company), _served("bigledger_crm.wsgi:application", api) as product:
        session = Client()
        session.force_login(user)
        cookie = f"{settings.SESSION_COOKIE_NAME}={session.cookies[settings.SESSION_COOKIE_NAME].value}"
        pages = Server(product.port, product.process, {"Cookie": cookie})
        with _served("bench.floor:application", {}) as floor:
            operations = _operations(company, product, pages, floor)
            _count_queries(operations, product, pages)
            connection.close()
            for one in operations.values():
                one.do()
            for _round in range(ROUNDS):
                for one in operations.values():
                    one.measure()
            memory = {"product": product.memory(), "floor": floor.memory()}
    found = {name: one.figures() for name, one in operations.items()}
    sys.stdout.write(json.dumps({"operations": found, "memory": memory, "gigabytes": gigabytes}) + "\n")
    return 0


@contextlib.contextmanager
def _served(application: str, headers: dict[str, str]) -> Iterator[Server]:
    port = free_port()
    environment = {**os.environ, "API_RATE_LIMIT": "off", "LOG_LEVEL": "ERROR"}
    command = [*GUNICORN, f"--bind=127.0.0.1:{port}", application]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    server = Server(port, psutil.Process(process.pid), headers)
    try:
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            with contextlib.suppress(OSError, HTTPException):
                HTTPConnection("127.0.0.1", port, timeout=5).connect()
                break
            time.sleep(0.2)
        yield server
    finally:
        process.terminate()
        process.wait(60)


def _operations(company: Company, product: Server, pages: Server, floor: Server) -> dict[str, Operation]:
    today = clock.today(company.time_zone)
    counted = Invoice.objects.values("customer").annotate(count=Count("pk")).order_by("-count")
    biggest = Customer.objects.get(pk=counted[0]["customer"])
    issued = Invoice.objects.filter(stage__in=("open", "paid")).order_by("-invoice_date", "-id")
    keys = [invoice.pk for invoice in issued[:2000]]
    one, printed = cycle(keys), cycle(keys)
    place, cursor = _deep(company, product)
    first, last = today - timedelta(days=60), today + timedelta(days=30)
    lines = [{"description": f"Line {n}", "quantity": n, "unitPrice": "12.50", "taxCode": "SST"} for n in range(1, 6)]
    sale = {"customerId": biggest.public_id, "items": lines}
    text = biggest.name.split()[0][:5].lower()

    def bare(name: str, **values: object) -> Callable[[], object]:
        query = urlencode({"company": company.pk, **values})
        return lambda: floor.ask("GET", f"/{name}?{query}")

    def get(path: str, server: Server = product) -> Callable[[], object]:
        return lambda: server.ask("GET", path)

    def public(pk: Any) -> str:
        return Invoice(pk=pk).public_id

    unpaid = urlencode(
        {"paymentStatus": "unpaid", "dueDateFrom": first, "dueDateTo": last, "sort": "dueDate", "order": "asc"}
    )
    year = urlencode({"dateFrom": today - timedelta(days=364), "dateTo": today})
    return {
        "list of 50 invoices": Operation(get("/api/v1/invoices?limit=50"), bare("first")),
        "a page in the middle": Operation(
            get(f"/api/v1/invoices?limit=50&cursor={cursor}"), bare("deep", day=place.invoice_date, id=place.pk)
        ),
        "unpaid by due date": Operation(
            get(f"/api/v1/invoices?limit=50&{unpaid}"), bare("unpaid", first=first, last=last)
        ),
        "customers by part of a name": Operation(
            get(f"/api/v1/customers?limit=50&sort=name&search={text}"), bare("search", text=f"%{text}%")
        ),
        "one invoice": Operation(
            lambda: product.ask("GET", f"/api/v1/invoices/{public(next(one))}"), bare("one", id=keys[0])
        ),
        "a new invoice": Operation(
            lambda: product.ask("POST", "/api/v1/invoices", sale),
            lambda: floor.ask("POST", f"/new?{urlencode({'company': company.pk, 'customer': biggest.pk})}", sale),
        ),
        "quote to payment": Operation(lambda: _sell(product, sale)),
        "customer summary": Operation(get(f"/api/v1/customers/{biggest.public_id}/summary")),
        "sales funnel of a year": Operation(get(f"/api/v1/analytics/sales-funnel?{year}")),
        "PDF of an invoice": Operation(lambda: product.ask("GET", f"/api/v1/invoices/{public(next(printed))}/pdf")),
        "Home": Operation(get("/", pages)),
        "page of an invoice": Operation(lambda: pages.ask("GET", f"/invoices/{public(next(one))}")),
    }


def _deep(company: Company, product: Server) -> tuple[Invoice, str]:
    """The row before a page in the middle, and the cursor that leads there."""
    rows, cursor = min(DEEP, Invoice.objects.count() // 2), ""
    for _page in range(max(rows // 100, 1)):
        query = urlencode({"limit": 100, "cursor": cursor} if cursor else {"limit": 100})
        answer = json.loads(product.ask("GET", f"/api/v1/invoices?{query}"))
        cursor = answer["pagination"]["nextCursor"]
    return Invoice.objects.get(invoice_number=answer["data"][-1]["invoiceNumber"]), cursor


def _sell(product: Server, sale: dict[str, Any]) -> None:
    """Six requests, from a quote to an invoice that is paid."""

    def post(path: str, body: Any = None) -> Any:
        return json.loads(product.ask("POST", f"/api/v1{path}", {} if body is None else body))["data"]

    quote = post("/quotes", sale)["id"]
    post(f"/quotes/{quote}/accept")
    order = post(f"/quotes/{quote}/convert-to-order")["id"]
    draft = post(f"/sales-orders/{order}/convert-to-invoice")
    post(f"/invoices/{draft['id']}/send", {"to": ["billing@example.com"]})
    post(f"/invoices/{draft['id']}/payments", {"amount": draft["total"]})


def _count_queries(operations: dict[str, Operation], *servers: Server) -> None:
    """Does each operation once in this process, through the same middleware, and counts."""
    setup_test_environment()
    client = Client()

    def ask(server: Server, method: str, path: str, body: Any = None) -> bytes:
        data = "" if body is None else json.dumps(body)
        response = client.generic(method, path, data, "application/json", headers=server.headers)
        return b"".join(response) if response.streaming else response.content

    served = Server.ask
    Server.ask = ask  # type: ignore[method-assign, assignment]  # for as long as it counts
    try:
        with override_settings(API_RATE_LIMIT=0):
            for one in operations.values():
                for _time in range(2):  # what is read once in a process is read
                    with CaptureQueriesContext(connection) as queries:
                        one.do()
                one.queries = len(queries)
    finally:
        Server.ask = served  # type: ignore[method-assign]


if __name__ == "__main__":
    sys.exit(main())
