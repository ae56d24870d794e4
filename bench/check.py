"""What requests of the API cost, for CI: queries, and calls of functions beside those of the bare floor.

    .venv/bin/python -m bigledger_crm.embedded exec --throwaway -- .venv/bin/python -m bench.check

fills an empty database with 400 invoices and sends each request to the product and to the floor (bench/floor.py), both
in this process.  It judges no time: on a busy machine one request can take longer than another for no reason of its
own, also by the processor's clock.  What it counts is the same on every machine: queries, and the functions that Python
calls.  A request that compiles its queries anew, or makes objects that it doesn't need, calls thousands more.
"""

import cProfile
import gc
import json
import logging
import os
import sys
from collections.abc import Callable
from io import BytesIO
from typing import Any, NamedTuple
from urllib.parse import urlencode

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bigledger_crm.settings")
os.environ["API_RATE_LIMIT"] = "off"
django.setup()

from django.core.management import call_command  # noqa: E402 needs Django
from django.db import connection  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from bench import floor  # noqa: E402
from bigledger_crm.tenancy.models import Company  # noqa: E402
from bigledger_crm.tenancy.scope import company_scope  # noqa: E402
from bigledger_crm.tenancy.services import create_api_key  # noqa: E402
from bigledger_crm.wsgi import application  # noqa: E402
from invoicing.models import Invoice  # noqa: E402

INVOICES, ROUNDS = 400, 5


class Bound(NamedTuple):
    """At most so many queries, and at most so many times as many calls as the floor's: a third more than there are."""

    queries: int
    ratio: float


BOUNDS = {
    "list of 50 invoices": Bound(3, 17.5),
    "a page in the middle": Bound(2, 17.5),
    "one invoice": Bound(6, 10),
    "customers by part of a name": Bound(2, 21),
    "a new invoice of five lines": Bound(15, 40),
}


def main() -> int:
    """Prints the table; returns 1 when a request costs more than it may."""
    logging.disable(logging.WARNING)
    call_command("migrate", verbosity=0)
    call_command("generate_data", customers=10, invoices=INVOICES, company="Measured", stdout=sys.stderr)
    company = Company.objects.get(name="Measured")
    secret = create_api_key([company], name="Bench")[1]
    headers = {"HTTP_AUTHORIZATION": f"Bearer {secret}", "HTTP_X_COMPANY_ID": company.public_id}
    with company_scope(company):
        invoice = Invoice.objects.filter(stage__in=("open", "paid")).order_by("-invoice_date", "-id")[50]
    failed = False
    sys.stdout.write(f"{'':30}{'queries':>9}{'calls':>9}{'floor':>9}{'ratio':>7}\n")
    for name, (ask, bare) in _requests(company, invoice, headers).items():
        queries, calls, beside = _queries(ask), _calls(ask), _calls(bare)
        bound, ratio = BOUNDS[name], calls / beside
        failed |= (too_much := queries > bound.queries or ratio > bound.ratio)
        told = f"  more than {bound.queries} queries or {bound.ratio} times the floor" if too_much else ""
        sys.stdout.write(f"{name:30}{queries:9}{calls:9}{beside:9}{ratio:7.1f}{told}\n")
    return int(failed)


Request = Callable[[], Any]


def _requests(company: Company, invoice: Invoice, headers: dict[str, str]) -> dict[str, tuple[Request, Request]]:
    def ask(method: str, path: str, body: Any = None) -> Any:
        return json.loads(_serve(application, method, f"/api/v1{path}", headers, body))

    def bare(name: str, **values: object) -> Request:
        query = urlencode({"company": company.pk, **values})
        return lambda: json.loads(_serve(floor.application, "GET", f"/{name}?{query}", {}, None))

    customer = ask("GET", "/customers?limit=1")["data"][0]
    text = customer["name"].split()[0][:5].lower()
    cursor = ask("GET", "/invoices?limit=50")["pagination"]["nextCursor"]
    lines = [{"description": f"Line {n}", "quantity": n, "unitPrice": "12.50"} for n in range(1, 6)]
    sale = {"customerId": customer["id"], "items": lines}
    deep = bare("deep", day=invoice.invoice_date, id=invoice.pk)
    one = bare("one", id=invoice.pk)
    return {
        "list of 50 invoices": (lambda: ask("GET", "/invoices?limit=50"), bare("first")),
        "a page in the middle": (lambda: ask("GET", f"/invoices?limit=50&cursor={cursor}"), deep),
        "one invoice": (lambda: ask("GET", f"/invoices/{invoice.public_id}"), one),
        "customers by part of a name": (
            lambda: ask("GET", f"/customers?limit=50&sort=name&search={text}"),
            bare("search", text=f"%{text}%"),
        ),
        "a new invoice of five lines": (lambda: ask("POST", "/invoices", sale), one),
    }


def _serve(served: Callable[..., Any], method: str, url: str, headers: dict[str, str], body: Any) -> bytes:
    path, _, query = url.partition("?")
    content = b"" if body is None else json.dumps(body).encode()
    environ = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "REMOTE_ADDR": "127.0.0.1",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "SCRIPT_NAME": "",
        "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": str(len(content)),
        "HTTP_HOST": "localhost",
        "wsgi.input": BytesIO(content),
        "wsgi.url_scheme": "http",
        "wsgi.errors": sys.stderr,
        **headers,
    }
    statuses: list[str] = []
    response = served(environ, lambda status, _headers: statuses.append(status))
    answer = b"".join(response)
    if hasattr(response, "close"):
        response.close()
    if not statuses[0].startswith("2"):
        raise RuntimeError(f"{method} {url}: {statuses[0]} {answer[:300]!r}")
    return answer


def _queries(ask: Request) -> int:
    for _ in range(2):  # what is read once in a process is read
        with CaptureQueriesContext(connection) as queries:
            ask()
    return len(queries)


def _calls(ask: Request) -> int:
    """The fewest calls of several times: some of them do more, such as to note that a key was used."""
    counts = []
    gc.disable()  # whatever it finalises would be called too
    for _ in range(ROUNDS):
        profile = cProfile.Profile()
        profile.runcall(ask)
        counts.append(sum(entry.callcount for entry in profile.getstats()))
    gc.enable()
    return min(counts)


if __name__ == "__main__":
    sys.exit(main())
