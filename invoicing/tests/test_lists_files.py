"""Lists as files: CSV and workbooks."""

import io
import re
import zipfile
from collections.abc import Iterator

import pytest
from django.test import Client

from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.testing.factories import make_customer, make_invoice, make_order
from bigledger_crm.web.components import Column
from bigledger_crm.web.lists.export import _plain, csv_lines, values_of
from invoicing.tests.list_pages import file_of

pytestmark = pytest.mark.usefixtures("time_in_2024", "in_company")
LIST = "/invoices"


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("foo;=1+1", "foo;'=1+1"),
        ("foo\t=1+1", "foo\t'=1+1"),
        ("foo\n@SUM(A1)", "foo\n'@SUM(A1)"),
        ("foo\r-1", "foo\r'-1"),
        ('foo;"=1+1"', 'foo;\'"=1+1"'),
        ("foo; =1+1;+2", "foo;' =1+1;'+2"),
        ("foo;＝1", "foo;'＝1"),
        ("=1;=2", "'=1;'=2"),
        ("a; b = c - d; e", "a; b = c - d; e"),
        ("foo, =1+1", "foo, =1+1"),  # quoted where commas part the cells
    ],
)
def test_no_cell_begins_a_formula_wherever_cells_are_parted(text: str, written: str) -> None:
    column = Column("Name", lambda row: row)
    assert _plain(values_of([column], text)[0]) == written
    for separator in ";\t":
        for row in csv_lines([[values_of([column], text)[0]]]).splitlines():
            assert not any(cell.strip(' "').startswith(("=", "+", "-", "@", "＝")) for cell in row.split(separator))


def test_a_workbook_has_numbers_and_days_and_no_formulas(alices: Client, actor: Actor) -> None:
    make_invoice(actor, make_customer(actor, name="=1+1", email="one@example.com"))
    response = alices.get(f"{LIST}?export=xlsx")
    assert response["Content-Disposition"] == 'attachment; filename="invoices-2024-01-15.xlsx"'
    with zipfile.ZipFile(io.BytesIO(b"".join(response))) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "<t>=1+1</t>" in sheet, sheet
    assert re.search(r"<v>100(\.0+)?</v>", sheet)
    assert "<v>45306</v>" in sheet  # 15 January 2024, in days since 1900


def test_every_list_opens_with_a_row_and_as_a_file(alices: Client, actor: Actor) -> None:
    make_order(actor)
    for url in _lists():
        assert alices.get(url).status_code == 200
        assert len(file_of(alices, f"{url}?export=csv")) >= 1


def _lists() -> Iterator[str]:
    yield from ("/customers", "/contacts", "/items", "/quotes", "/sales-orders", "/shipments")
    yield from ("/invoices", "/credit-notes", "/payments", "/outbox", "/settings/webhooks")
