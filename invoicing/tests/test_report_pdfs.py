"""The PDFs of reports: columns keep their distance and stay on the paper, however long their figures are."""

from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pypdfium2
import pytest

from bigledger_crm.documents.tests.test_long_amounts import POINTS_PER_MM, boxes, left_of, right_of
from bigledger_crm.tenancy.models import Company
from invoicing.reports.files import FORMATS
from invoicing.reports.receivables_ageing import AGE_LABELS, RECEIVABLES_AGEING
from invoicing.reports.report import ReportColumn, ReportRow, ReportTable

pytestmark = pytest.mark.usefixtures("in_company")
AMOUNTS = [*map(str, AGE_LABELS), "Overdue", "Amount due", "Unapplied credit", "Balance"]
AGEING = [
    ReportColumn("customer", "Customer"),
    ReportColumn("invoices", "Invoices", "count"),
    ReportColumn("oldest", "Oldest due date", "day"),
    *(ReportColumn(heading, heading, "amount") for heading in AMOUNTS),
]
NAME = "Perniagaan Sinar Jaya Sdn Bhd, Kota Kinabalu"


def printed(company: Company, amount: str, currencies: list[str], paper: str = "A4") -> pypdfium2.PdfPage:
    """The page of an ageing whose every amount is this one, with a row in each of the currencies."""
    company.paper_size = paper
    values: dict[str, Any] = {"invoices": 2, "oldest": date(2026, 10, 30), **dict.fromkeys(AMOUNTS, Decimal(amount))}
    rows = [ReportRow({"customer": NAME, **values}, currency=currency) for currency in currencies]
    totals = {"customer": "Total", **values} if len(currencies) == 1 else {}
    table = ReportTable(AGEING, rows, None, "MYR", totals, as_of=date(2026, 12, 8))
    return pypdfium2.PdfDocument(FORMATS["pdf"].write(RECEIVABLES_AGEING, table, company))[0]


def places_of(page: pypdfium2.PdfPage, wanted: str) -> list[tuple[float, float, float]]:
    """Where a text stands, each time: its left and right edge and its height."""
    text, found = page.get_textpage(), []
    search = text.search(wanted)
    while place := search.get_next():
        start, count = place
        left, bottom, _right, _top = text.get_charbox(start)
        found.append((left, text.get_charbox(start + count - 1)[2], round(bottom)))
    return found


@pytest.mark.parametrize("paper", ["A4", "Letter"])
@pytest.mark.parametrize("amount", ["1234.00", "-1234567.00", "-999999999999.99"])
@pytest.mark.parametrize("currencies", [["MYR"], ["MYR", "USD"]])
def test_columns_keep_their_distance(in_company: Company, paper: str, amount: str, currencies: list[str]) -> None:
    page = printed(in_company, amount, currencies, paper)
    assert max(right for _, _, _, right, _ in boxes(page)) < page.get_width() - 18 * POINTS_PER_MM + 1
    figures = places_of(page, f"{Decimal(amount):,.2f}".replace("-", "−"))
    assert len(figures) == 2 * len(AMOUNTS)  # two rows, or one and its total
    beside = [after[0] - before[1] for before, after in pairwise(figures) if before[2] == after[2]]
    assert min(beside) > 6
    assert len(beside) == 2 * (len(AMOUNTS) - 1)


def test_a_number_and_the_day_beside_it_are_told_apart(in_company: Company) -> None:
    page = printed(in_company, "1234.00", ["MYR"])
    assert left_of(page, "Oldest") - right_of(page, "Invoices") > 6
    text = "".join(letter for letter, *_ in boxes(page))
    number = boxes(page)[text.index("230Oct2026")]
    assert left_of(page, "30 Oct 2026") - number[3] > 6


def test_texts_get_the_room_that_figures_leave(in_company: Company) -> None:
    assert NAME in printed(in_company, "1234.00", ["MYR"]).get_textpage().get_text_range()


def test_the_currency_is_named_where_amounts_share_it(in_company: Company) -> None:
    for currencies, says in ((["MYR"], "As of 8 Dec 2026 · MYR"), (["MYR", "USD"], "As of 8 Dec 2026\r\n")):
        assert says in printed(in_company, "1.00", currencies).get_textpage().get_text_range()
