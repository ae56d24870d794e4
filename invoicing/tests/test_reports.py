"""All reports: page, API, CSV, XLSX and PDF tell the same figures, and every link leads to the rows that make one."""

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

import pypdfium2
import pytest
from django.test import Client
from lxml import html
from lxml.etree import fromstring

from bigledger_crm.kernel.clock import travelling
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.models import Company, User
from bigledger_crm.testing.client import ApiClient
from invoicing.models import CreditNote, Invoice
from invoicing.reports import REPORT_BY_SLUG
from invoicing.reports.sales import GROUPS
from invoicing.tests.list_pages import file_of
from invoicing.tests.report_history import ReportHistory

pytestmark = pytest.mark.usefixtures("in_company", "no_broker")
NOW = datetime(2024, 4, 10, 4, tzinfo=UTC)
QUARTER = {"dateFrom": "2024-01-01", "dateTo": "2024-03-31"}
# What each report is asked for here.
ASKED: dict[str, list[dict[str, str]]] = {
    "sales": [{"groupBy": group, **QUARTER} for group in GROUPS if group != "day"]
    + [{"groupBy": "day", "period": "last_30_days", "compare": "none"}],
    "products": [QUARTER, {"orderBy": "customers", "compare": "previous_year"}],
}
CASES = [(slug, asked) for slug in REPORT_BY_SLUG for asked in ASKED[slug]]
SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
Line = list[Any]


@pytest.fixture
def history(in_company: Company, actor: Actor, bob: User) -> Iterator[ReportHistory]:
    """A company with sales of a year and a quarter, in whose last month everything happens."""
    with travelling(NOW):
        history = ReportHistory(actor, 11, ["", bob.public_id])
        history.live(14)
        yield history


@pytest.mark.long
@pytest.mark.usefixtures("history")
def test_every_surface_tells_the_same(alices: Client, api: ApiClient) -> None:
    for slug, asked in CASES:
        data = api.get(f"/analytics/{slug}?{urlencode(asked)}").data
        columns, names = data["columns"], [column["name"] for column in data["columns"]]
        kinds = [column["kind"] for column in columns]
        rows = [*data["rows"], *([{"values": data["totals"], "currency": data["currency"]}] if data["totals"] else [])]
        values = [[row["values"][name] for name in names] for row in rows]
        assert values, slug
        money = [row["currency"] for row in rows] if "amount" in kinds else None
        for of_lines in (_csv_lines, _xlsx_lines):
            head, *lines = of_lines(alices, f"/reports/{slug}/file?{urlencode(asked)}", kinds)
            assert head == [*(column["heading"] for column in columns), *(["Currency"] if money else [])]
            assert lines == [[*line, *([money[place]] if money else [])] for place, line in enumerate(values)]
        texts = [[_read(kind, value) for kind, value in zip(kinds, line, strict=True)] for line in values]
        page = alices.get(f"/reports/{slug}?{urlencode(asked)}")
        assert _page_lines(page.content.decode()) == texts
        _has_a_chart(page.content.decode(), len(data["rows"]))
        _is_printed(alices.get(f"/reports/{slug}/file?{urlencode({**asked, 'format': 'pdf'})}").content, texts)


def _read(kind: str, value: Any) -> str:
    """A value as people read it, written here once more."""
    if value is None:
        return "—"
    if kind == "day" and value[:1].isdigit():
        day = date.fromisoformat(value)
        return f"{day.day} {day:%b %Y}".replace("Sep ", "Sept ")
    if isinstance(value, str):
        return value
    number = f"{Decimal(value):,f}".replace("-", "−")
    if kind != "amount" and "." in number:
        number = number.rstrip("0").rstrip(".")
    return f"{number} %" if kind == "percent" else number


def _exact(kind: str, text: str) -> Any:
    return None if text == "" and kind != "text" else text if kind in ("text", "day") else Decimal(text)


def _csv_lines(client: Client, url: str, kinds: list[str]) -> list[Line]:
    head, *lines = file_of(client, f"{url}&format=csv")
    return [head, *([*map(_exact, kinds, line), *line[len(kinds) :]] for line in lines)]


def _xlsx_lines(client: Client, url: str, kinds: list[str]) -> list[Line]:
    """The first sheet; numbers are such, not texts."""
    with zipfile.ZipFile(io.BytesIO(client.get(f"{url}&format=xlsx").content)) as book:
        sheet = fromstring(book.read("xl/worksheets/sheet1.xml"))
        shared = ["".join(one.itertext()) for one in fromstring(book.read("xl/sharedStrings.xml"))]
    lines: list[Line] = []
    for row in sheet.iter(f"{SHEET}row"):
        cells = {re.sub(r"\d", "", cell.get("r", "")): cell for cell in row}
        width = len(lines[0]) if lines else len(cells)
        found = [cells.get(chr(ord("A") + place)) for place in range(width)]
        line = [_cell(cell, shared, [*kinds, "text"][place] if lines else "text") for place, cell in enumerate(found)]
        lines.append(line)
    return lines


def _cell(cell: Any, shared: list[str], kind: str) -> Any:
    if cell is None or cell.find(f"{SHEET}v") is None:
        return "" if kind == "text" else None
    text = cell.find(f"{SHEET}v").text
    if cell.get("t") == "s":
        return shared[int(text)]
    assert kind != "text"
    if kind == "day":
        return (date(1899, 12, 30) + timedelta(days=int(text))).isoformat()
    return Decimal(text)


def _page_lines(page: str) -> list[list[str]]:
    (table,) = html.fromstring(page).xpath("//table[contains(@class, 'report-table')]")
    rows = table.xpath("./tbody/tr | ./tfoot/tr")
    return [[" ".join(cell.text_content().split()) for cell in row.xpath("./td")] for row in rows]


def _has_a_chart(page: str, rows: int) -> None:
    """The chart draws the rows, or the first ten of a ranking, whose values are words beside it."""
    drawn = html.fromstring(page).xpath("//main//*[local-name() = 'rect']")
    assert len(drawn) in (rows, min(rows, 10))
    assert html.fromstring(page).xpath("//h2[@id = 'report-chart']")


def _is_printed(content: bytes, lines: list[list[str]]) -> None:
    """The PDF has a line for each row, with all of its cells in their order, and is tagged."""
    document = pypdfium2.PdfDocument(content)
    assert pypdfium2.raw.FPDFCatalog_IsTagged(document)
    pages = [document[number].get_textpage().get_text_range() for number in range(len(document))]
    printed = _without_spaces("".join(pages))
    for line in lines:
        assert _without_spaces("".join(line)) in printed, line


def _without_spaces(text: str) -> str:
    return "".join(text.split()).replace("\ufffe", "-")


@pytest.mark.long
@pytest.mark.usefixtures("history")
def test_every_link_leads_to_the_rows_that_make_its_figure(actor: Actor, alices: Client) -> None:
    followed = 0
    for slug, asked in CASES:
        report = REPORT_BY_SLUG[slug]
        given = report.filters(asked, company=actor.company, today=actor.today())
        assert given.problems() == {}
        table = report.compute(actor, given)
        page = html.fromstring(alices.get(f"/reports/{slug}?{urlencode(asked)}").content.decode())
        rows = page.xpath("//table[contains(@class, 'report-table')]/tbody/tr")
        by_item = slug == "products" or asked["groupBy"] == "item"
        for row, drawn in zip(table.rows, rows, strict=True):
            cells = dict(zip((column.name for column in table.columns), drawn.xpath("./td"), strict=True))
            for name in row.links:
                (href,) = cells[name].xpath("./a/@href")
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


@pytest.mark.usefixtures("history")
def test_the_api_gives_files(alices: Client, api: ApiClient) -> None:
    url = f"/analytics/sales?{urlencode({'groupBy': 'country', **QUARTER})}"
    answer = api.get(url, Accept="text/csv")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="sales-2024-04-10.csv"'
    page = alices.get(f"/reports/sales/file?{urlencode({'groupBy': 'country', **QUARTER})}").content
    assert list(csv.reader(answer.text.splitlines())) == list(csv.reader(page.decode().splitlines()))
    assert api.get(url, Accept="application/pdf").content.startswith(b"%PDF-")
    assert api.get(url, Accept="text/html").data["report"] == "sales"
