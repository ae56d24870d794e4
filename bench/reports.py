"""How long each report takes in companies of 10,000, 100,000 and 1,000,000 invoices, one request after another.

    .venv/bin/python -m bigledger_crm.embedded exec --throwaway -- .venv/bin/python -m bench.reports
    … -m bench.reports --invoices 10000 100000 --json reports.json
    … -m bench.reports --company "Large Company"
    … -m bench.reports --company "Large Company" --member aisha@example.com

The first opens three companies in an empty database with `generate_data`; a million invoices take a while and 12 GB.
The last two measure companies that are there, by name; the last one the pages that a member gets, such as one who sees
own records only.  Else each report is asked for through the API, in process, over a year compared with the year before
where it has a period, and for as many rows as a page shows; a customer's summary and sales are those of the customer
with most invoices.  Printed are the least and the median time of several requests in milliseconds, the least processor
time of this process and its connection's in the database (on Linux, if the database is on the same machine), of which
nobody else takes anything, and the number of queries; the load of the machine says how much else it had to do.
"""

import argparse
import json
import logging
import os
import statistics
import sys
import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bigledger_crm.settings")
django.setup()

from django.core.management import call_command  # noqa: E402 needs Django
from django.db import connection  # noqa: E402
from django.test import Client, override_settings  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from bigledger_crm.kernel import clock  # noqa: E402
from bigledger_crm.tenancy.models import Company, Membership  # noqa: E402
from bigledger_crm.tenancy.scope import company_scope  # noqa: E402
from bigledger_crm.tenancy.services import create_api_key  # noqa: E402
from customers.models import Customer  # noqa: E402
from invoicing.analytics.sales_sums_job import keep_all_sales_sums  # noqa: E402
from invoicing.demo.bulk import generate_data, vacuum_tables  # noqa: E402
from invoicing.reports import REPORT_BY_SLUG  # noqa: E402
from sales.services import open_company  # noqa: E402

SIZES = (10_000, 100_000, 1_000_000)
ROWS = 100
_REPORTS = {f"/reports/{slug}" for slug in REPORT_BY_SLUG}
Figures = dict[str, dict[str, float]]


def main() -> int:
    """Fills, measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--invoices", type=int, nargs="+", default=SIZES, metavar="N", help="sizes of new companies")
    parser.add_argument("--company", nargs="+", metavar="NAME", help="measure these companies instead")
    parser.add_argument("--member", metavar="EMAIL", help="measure the pages of this member instead of the API")
    parser.add_argument("--times", type=int, default=5, metavar="N", help="how often each report is asked for")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    arguments = parser.parse_args()
    logging.disable(logging.WARNING)
    if arguments.company:
        companies = list(Company.objects.filter(name__in=arguments.company))
    else:
        call_command("migrate", verbosity=0)
        if Company.objects.exists():
            sys.stderr.write("This database has companies; give an empty one, or name companies.\n")
            return 1
        companies = [fill(size) for size in arguments.invoices]
    with override_settings(API_RATE_LIMIT=0, ALLOWED_HOSTS=["testserver"]):
        columns = {company.name: measure(company, arguments.times, arguments.member) for company in companies}
    report(columns)
    if arguments.json:
        arguments.json.write_text(json.dumps({"load": os.getloadavg()[0], "milliseconds": columns}, indent=2) + "\n")
    return 0


def fill(invoices: int) -> Company:
    """A company of so many invoices, with a customer for each hundred."""
    began = time.monotonic()
    company = open_company(f"{invoices:,} invoices")
    generate_data(company, customers=invoices // 100, invoices=invoices)
    keep_all_sales_sums()  # a worker does within a minute
    vacuum_tables()
    sys.stdout.write(f"{company.name}: filled in {time.monotonic() - began:.0f} s\n")
    return company


def requests(company: Company) -> Mapping[str, str]:
    """The paths below /api/v1, by what they are."""
    today = clock.today(company.time_zone)
    year = f"dateFrom={today - timedelta(days=364)}&dateTo={today}"
    with company_scope(company):
        best = Customer.objects.order_by("number_sort")[0].public_id
    groups = ("month", "day", "customer", "owner", "country", "tag", "item")
    found = {
        **{f"sales by {group}": f"/analytics/sales?groupBy={group}&{year}" for group in groups},
        "sales to the best customer": f"/analytics/sales?groupBy=month&{year}&customerId={best}",
        "products": f"/analytics/products?{year}",
        "products of a month": "/analytics/products?period=last_month",
        "quotes": f"/analytics/quotes?{year}",
        "quiet customers": "/analytics/quiet-customers",
        "receivables ageing": "/analytics/receivables-ageing",
        "receivables ageing by owner": "/analytics/receivables-ageing?groupBy=owner",
        "receivables 30 days ago": f"/analytics/receivables-ageing?asOf={today - timedelta(days=30)}",
        "receivables 200 days ago": f"/analytics/receivables-ageing?asOf={today - timedelta(days=200)}",
        "expected payments": "/analytics/expected-payments",
        "payment behaviour": f"/analytics/payment-behaviour?{year}",
        "tax summary of a month": "/analytics/tax-summary",
        "tax summary of a year": f"/analytics/tax-summary?{year}",
    }
    return {
        **{name: f"{path}{'&' if '?' in path else '?'}limit={ROWS}" for name, path in found.items()},
        "sales funnel of 90 days": "/analytics/sales-funnel",
        "sales funnel of a year": f"/analytics/sales-funnel?{year}",
        "customer summary": f"/customers/{best}/summary",
    }


def measure(company: Company, times: int, email: str | None) -> Figures:
    """The figures of each report in a company: of the API, or of the pages of the member with this email address."""
    asked, headers, client = requests(company), {}, Client()
    if email:
        member = Membership.objects.get(company=company, user__email=email)
        client.force_login(member.user)
        pages = {name: path.replace("/analytics/", "/reports/", 1) for name, path in asked.items()}
        # The best customer may be somebody else's.
        asked = {n: path for n, path in pages.items() if path.split("?")[0] in _REPORTS and "customerId" not in path}
    else:
        headers = {"Authorization": f"Bearer {create_api_key([company], name='Bench')[1]}"}
        headers["X-Company-Id"] = company.public_id
        asked = {name: f"/api/v1{path}" for name, path in asked.items()}
    return {
        name: timed(lambda path=path: client.get(path, headers=headers), times)  # type: ignore[misc]
        for name, path in asked.items()
    }


def timed(ask: Callable[[], Any], times: int) -> dict[str, float]:
    """The least and the median time of some requests, after one that isn't counted, and the queries of that."""
    with CaptureQueriesContext(connection) as captured:
        response = ask()
        queries = len(captured)
    if response.status_code != 200:
        raise RuntimeError(f"{response.status_code}: {response.content.decode()}")
    spent, worked = [], []
    for _ in range(times):
        began, before = time.perf_counter(), processor_time()
        ask()
        spent.append(1000 * (time.perf_counter() - began))
        worked.append(1000 * (processor_time() - before))
    figures = {"least": min(spent), "median": statistics.median(spent), "processor": min(worked)}
    return {**{name: round(value, 1) for name, value in figures.items()}, "queries": queries}


def processor_time() -> float:
    """Seconds for which this process has worked, and that of its connection in the database if it can be told."""
    connection.ensure_connection()
    database = Path(f"/proc/{connection.connection.info.backend_pid}/schedstat")
    nanoseconds = int(database.read_text().split()[0]) if database.exists() else 0
    return time.process_time() + nanoseconds / 1e9


def report(columns: Mapping[str, Figures]) -> None:
    """Prints the figures side by side."""
    sys.stdout.write(f"\nload of the machine {os.getloadavg()[0]:.1f}\n")
    sys.stdout.write(f"{'':28}" + "".join(f"{name[:34]:>38}" for name in columns) + "\n")
    sys.stdout.write(f"{'':28}" + f"{'least':>10}{'median':>10}{'processor':>10}{'queries':>8}" * len(columns) + "\n")
    for request in next(iter(columns.values()), {}):
        cells = [figures[request] for figures in columns.values()]
        numbers = "".join(
            "".join(f"{cell[name]:10.1f}" for name in ("least", "median", "processor")) + f"{cell['queries']:8.0f}"
            for cell in cells
        )
        sys.stdout.write(f"{request:28}{numbers}\n")


if __name__ == "__main__":
    sys.exit(main())
