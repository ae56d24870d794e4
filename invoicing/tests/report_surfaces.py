"""The surfaces of a report: API, page, CSV, XLSX and PDF, which have to tell the same."""

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

import pypdfium2
from django.test import Client
from lxml import html
from lxml.etree import fromstring

from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.testing.client import ApiClient
from invoicing.reports import REPORT_BY_SLUG
from invoicing.reports.report import ReportRow, ReportTable
from invoicing.tests.list_pages import file_of

SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
Line = list[Any]
LISTINGS = {"tax-by-document"}  # documents one by one, which no chart shows better


def surfaces_agree(client: Client, api: ApiClient, slug: str, asked: dict[str, str]) -> None:
    """The page, the files and the API have the same headings and figures, and the page has a chart."""
    data = api.get(f"/analytics/{slug}?{urlencode(asked)}").data
    columns, names = data["columns"], [column["name"] for column in data["columns"]]
    kinds = [column["kind"] for column in columns]
    rows = [*data["rows"], *([{"values": data["totals"], "currency": data["currency"]}] if data["totals"] else [])]
    values = [[row["values"][name] for name in names] for row in rows]
    assert values, slug
    money = [row["currency"] for row in rows] if "amount" in kinds else None
    for of_lines in (_csv_lines, _xlsx_lines):
        head, *lines = of_lines(client, f"/reports/{slug}/file?{urlencode(asked)}", kinds)
        assert head == [*(column["heading"] for column in columns), *(["Currency"] if money else [])]
        assert lines == [[*line, *([money[place]] if money else [])] for place, line in enumerate(values)]
    named = [row["currency"] if len({row["currency"] for row in rows}) > 1 else "" for row in rows]
    texts = [
        [_read(kind, value, currency) for kind, value in zip(kinds, line, strict=True)]
        for line, currency in zip(values, named, strict=True)
    ]
    page = client.get(f"/reports/{slug}?{urlencode(asked)}")
    assert _page_lines(page.content.decode()) == texts
    if slug not in LISTINGS:
        _has_a_chart(page.content.decode(), len(data["rows"]))
    _is_printed(client.get(f"/reports/{slug}/file?{urlencode({**asked, 'format': 'pdf'})}").content, texts)


def links_of(
    actor: Actor, client: Client, slug: str, asked: dict[str, str]
) -> Iterator[tuple[ReportTable, ReportRow, str, str]]:
    """The links of a report's page: its table, the row, the column's name, and where it leads."""
    report = REPORT_BY_SLUG[slug]
    given = report.filters(asked, company=actor.company, today=actor.today())
    assert given.problems() == {}
    table = report.compute(actor, given)
    page = html.fromstring(client.get(f"/reports/{slug}?{urlencode(asked)}").content.decode())
    rows = page.xpath("//table[contains(@class, 'report-table')]/tbody/tr")
    for row, drawn in zip(table.rows, rows, strict=True):
        cells = dict(zip((column.name for column in table.columns), drawn.xpath("./td"), strict=True))
        for name in row.links:
            (href,) = cells[name].xpath("./a/@href")
            yield table, row, name, href


def _read(kind: str, value: Any, currency: str = "") -> str:
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
    if kind == "amount" and currency:
        return f"{currency} {number}"
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
