"""All reports: page, API, CSV, XLSX and PDF tell the same figures, and every link leads to the rows that make one."""

import csv
import io
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from lxml import html

from bigledger_crm.kernel.clock import travelling
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.models import Company, SecurityEvent, User
from bigledger_crm.testing.client import ApiClient
from invoicing.models import CreditNote, Invoice
from invoicing.reports.sales import GROUPS
from invoicing.tests.list_pages import file_of
from invoicing.tests.report_history import ReportHistory
from invoicing.tests.report_surfaces import links_of, surfaces_agree

pytestmark = pytest.mark.usefixtures("in_company", "no_broker")
NOW = datetime(2024, 4, 10, 4, tzinfo=UTC)
QUARTER = {"dateFrom": "2024-01-01", "dateTo": "2024-03-31"}
# What each report is asked for here.
ASKED: dict[str, list[dict[str, str]]] = {
    "sales": [{"groupBy": group, **QUARTER} for group in GROUPS if group != "day"]
    + [{"groupBy": "day", "period": "last_30_days", "compare": "none"}],
    "products": [QUARTER, {"orderBy": "customers", "compare": "previous_year"}],
}
CASES = [(slug, asked) for slug, several in ASKED.items() for asked in several]


@pytest.fixture
def history(in_company: Company, actor: Actor, bob: User) -> Iterator[ReportHistory]:
    """A company with sales of a year and a quarter, in whose last month everything happens."""
    with travelling(NOW):
        history = ReportHistory(actor, 11, ["", bob.public_id])
        history.live(14)
        yield history


@pytest.mark.usefixtures("history")
def test_every_surface_tells_the_same(alices: Client, api: ApiClient) -> None:
    for slug, asked in CASES:
        surfaces_agree(alices, api, slug, asked)


@pytest.mark.usefixtures("history")
def test_every_link_leads_to_the_rows_that_make_its_figure(actor: Actor, alices: Client) -> None:
    followed = 0
    for slug, asked in CASES:
        by_item = slug == "products" or asked["groupBy"] == "item"
        for table, row, name, href in links_of(actor, alices, slug, asked):
            shown = table.column(name).exact(row.values[name], table.currency)
            assert _sum_of(alices, href, name, row.key if by_item else None) == shown, (asked, row.key, name, href)
            followed += 1
    assert followed > 50


def _sum_of(client: Client, href: str, name: str, item: str | None) -> Decimal:
    """The figure once more from the documents of a list, which it says in full in its file."""
    (_head, *lines), (_numbered, model) = file_of(client, f"{href}&export=csv"), _listed(href)
    found: Any = model.objects.filter(**{f"{_numbered}__in": [line[0] for line in lines]})
    assert len(found) == len(lines)
    if name == "invoices":
        return Decimal(len(lines))
    parts = (_net(document, item) * document.exchange_rate for document in found)
    return sum(parts, Decimal(0)).quantize(Decimal("0.01"), "ROUND_HALF_UP")


def _listed(href: str) -> tuple[str, Any]:
    return ("invoice_number", Invoice) if href.startswith("/invoices") else ("credit_note_number", CreditNote)


def _net(document: Any, item: str | None) -> Decimal:
    if item is None:
        return Decimal(document.total - document.total_tax)
    if item == "shipping":
        return Decimal(document.shipping_cost)
    lines = document.lines.filter(item=None) if not item else document.lines.filter(item__in=_items(document, item))
    return sum((line.line_total for line in lines), Decimal(0))


def _items(document: Any, item: str) -> list[Any]:
    return [line.item_id for line in document.lines.all() if line.item and line.item.public_id == item]


@pytest.mark.parametrize(
    ("query", "field", "says"),
    [
        ("dateFrom=2024-02-30x&dateTo=2024-01-01", "dateFrom", "Enter a date"),
        ("dateFrom=2024-02-02&dateTo=2024-01-01", "dateTo", "Must not be before dateFrom"),
        ("period=this_week", "dateFrom", "Choose one from the list"),
        ("groupBy=moon", "groupBy", "Choose one from the list"),
        ("groupBy=day&dateFrom=2000-01-01&dateTo=2024-01-01", "groupBy", "choose longer ones"),
        ("customerId=Nobody", "customerId", "No match"),
    ],
)
def test_what_is_wrong_is_told_at_its_field(alices: Client, query: str, field: str, says: str) -> None:
    response = alices.get(f"/reports/sales?{query}")
    page = html.fromstring(response.content.decode())
    (error,) = page.xpath(f"//*[@id = 'wrong-{field}']")
    assert response.status_code == 400
    assert says in error.text_content()
    assert page.xpath("//details[@open]")
    assert not page.xpath("//table[contains(@class, 'report-table')]")
    assert alices.get(f"/reports/sales/file?{query}").status_code == 302


def test_the_api_names_what_is_wrong(api: ApiClient) -> None:
    answer = api.get("/analytics/sales?groupBy=moon&dateFrom=2024-01-01&week=1")
    assert answer.field_errors == {
        "week": "Unknown parameter",
        "groupBy": f"Must be one of: {', '.join(GROUPS)}",
        "dateTo": "Must be given with dateFrom",
    }
    assert api.get("/analytics/sales?customerId=cust_0").status == 404


@pytest.mark.parametrize("slug", ["sales", "payment-behaviour"])
def test_a_period_has_no_more_rows_than_people_read(api: ApiClient, slug: str) -> None:
    url = f"/analytics/{slug}?groupBy=month&dateFrom=1950-01-01"
    assert len(api.get(f"{url}&dateTo=2033-04-30").data["rows"]) in (0, 1000)
    answer = api.get(f"{url}&dateTo=2033-05-01")
    assert answer.field_errors == {"groupBy": "The period has more than 1000 of these; choose longer ones"}


@pytest.mark.usefixtures("history")
def test_the_first_rows_and_the_totals_of_all(api: ApiClient) -> None:
    url = f"/analytics/sales?{urlencode({'groupBy': 'customer', **QUARTER})}"
    whole, first = api.get(url).data, api.get(f"{url}&limit=2").data
    assert len(whole["rows"]) > 2
    assert first == {**whole, "rows": whole["rows"][:2]}
    *lines, total = list(csv.reader(api.get(f"{url}&limit=2", Accept="text/csv").text.splitlines()))
    assert (len(lines), total) == (3, list(csv.reader(api.get(url, Accept="text/csv").text.splitlines()))[-1])
    assert api.get(f"{url}&limit=0002").data == first
    for wrong in ("0", "10001", "two", "-1", "²", f"{'0' * 8}1999999999999"):
        assert api.get(f"{url}&limit={wrong}").field_errors == {"limit": "Must be a whole number from 1 to 10000"}


def test_nothing_is_said_of_days_that_the_year_before_lacks(alices: Client, api: ApiClient) -> None:
    leap_day = "compare=previous_year&dateFrom=2024-02-29&dateTo=2024-02-29"
    assert api.get(f"/analytics/sales?{leap_day}").data["comparison"] is None
    page = html.fromstring(alices.get(f"/reports/sales?{leap_day}").content.decode())
    assert page.find_class("page-lead")[0].text_content() == "29 Feb 2024 · MYR"


@pytest.mark.parametrize("query", ["limit=%00", "foo=a%00b"])
def test_what_cannot_be_stored_is_not_noted(alices: Client, query: str) -> None:
    assert alices.get(f"/reports/sales/file?{query}").status_code == 200
    assert alices.get(f"/invoices?export=csv&{query}").status_code == 200
    assert SecurityEvent.objects.filter(event="security.exported").count() == 2


@pytest.mark.usefixtures("history")
def test_the_api_gives_files(alices: Client, api: ApiClient) -> None:
    url = f"/analytics/sales?{urlencode({'groupBy': 'country', **QUARTER})}"
    answer = api.get(url, Accept="text/csv")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="sales-2024-01-01-to-2024-03-31.csv"'
    page = alices.get(f"/reports/sales/file?{urlencode({'groupBy': 'country', **QUARTER})}").content
    assert list(csv.reader(answer.text.splitlines())) == list(csv.reader(page.decode().splitlines()))
    assert api.get(url, Accept="application/pdf").content.startswith(b"%PDF-")
    assert api.get(url, Accept="text/html").data["report"] == "sales"


def test_files_are_named_by_what_they_cover(alices: Client) -> None:
    with travelling(NOW):
        for url, name, of in (
            ("tax-summary/file?period=last_month", "tax-summary-2024-03-01-to-2024-03-31", "2024-03-01 to 2024-03-31"),
            ("receivables-ageing/file?asOf=2024-02-29", "receivables-ageing-2024-02-29", "2024-02-29"),
            ("expected-payments/file?", "expected-payments-2024-04-10", "2024-04-10"),
        ):
            response = alices.get(f"/reports/{url}&format=xlsx")
            assert response["Content-Disposition"] == f'attachment; filename="{name}.xlsx"'
            with zipfile.ZipFile(io.BytesIO(response.content)) as book:
                assert f'<sheet name="{of}"' in book.read("xl/workbook.xml").decode()


@pytest.mark.usefixtures("history")
def test_the_first_cell_names_its_row(alices: Client) -> None:
    url = f"/reports/sales?{urlencode({'groupBy': 'country', **QUARTER})}"
    page = html.fromstring(alices.get(url).content.decode())
    named = [cell.text_content().strip() for cell in page.xpath("//tbody/tr/*[@role='rowheader']")]
    assert "Malaysia" in named
    assert len(named) == len(page.xpath("//table[contains(@class, 'report-table')]/tbody/tr"))
