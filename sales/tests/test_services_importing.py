"""Tax codes, quotes and orders from files."""

import io
from datetime import date
from decimal import Decimal

import pytest
import xlsxwriter
from django.test import Client

from bigledger_crm.imports.tests import support
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.models import User
from bigledger_crm.testing.client import Answer
from bigledger_crm.testing.factories import make_customer
from sales.importing.taxes import Taxes
from sales.models import Item, Quote, SalesOrder, TaxCode
from sales.services import accept_quote

pytestmark = pytest.mark.usefixtures("in_company")
HEAD = "Number,Customer number,Date,Description,Quantity,Unit price,Total,Status\n"
ROWS = (
    "D-2023-7,HB-1,2023-03-01,Bread,10,2.50,35.00,open\n"
    "D-2023-7,HB-1,2023-03-01,Cake,1,10.00,35.00,open\n"
    "D-2023-8,HB-1,2023-03-02,Rolls,1,1.00,1.00,cancelled\n"
)


@pytest.fixture
def ready(actor: Actor) -> Actor:
    """Somebody whose company has a customer."""
    make_customer(actor, name="Harbour Bakery", customer_number="HB-1")
    return actor


def test_tax_codes_come_go_and_get_their_rates_back(actor: Actor) -> None:
    rows = "Code,Name,Rate,Valid from\nGST,Goods and services tax,6,2015-04-01\nSST,,10,2024-01-01\n"
    job = support.run(actor, rows, "tax-codes")
    assert (support.errors(job), support.outcomes(job)) == ({}, ["new", "changed"])
    assert TaxCode.objects.get(code="GST").rates.get().rate == 6
    assert support.outcomes(support.run(actor, rows, "tax-codes")) == ["same", "same"]
    before = TaxCode.objects.get(code="SST").rates.count()
    assert support.undone(actor, job).counts["undone"] == 2
    assert not TaxCode.objects.filter(code="GST").exists()
    assert TaxCode.objects.get(code="SST").rates.count() == before - 1


def test_the_rate_of_a_workbook_can_be_a_percentage(actor: Actor) -> None:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Code", "Name", "Rate", "Valid from"])
        sheet.write_row(1, 0, ["W6", "Six percent", 0.06, "2024-03-01"])
        sheet.write(1, 2, 0.06, book.add_format({"num_format": "0.00%"}))
    assert support.errors(support.run(actor, file.getvalue(), "tax-codes")) == {}
    assert TaxCode.objects.get(code="W6").rates.get().rate == 6


def test_quotes_keep_their_numbers(ready: Actor) -> None:
    rows = HEAD + ROWS + "D-2023-9,HB-1,2023-03-02,Rolls,1,1.00,1.00,\n"
    job = support.run(ready, rows, "quotes")
    assert (support.outcomes(job), support.errors(job)) == (
        *(["new", "new", "rejected", "new"],),
        {4: "status: Only open quotes are imported"},
    )
    quote = Quote.objects.get(quote_number="D-2023-7")
    assert (quote.status, quote.total, quote.quote_date) == ("draft", Decimal(35), date(2023, 3, 1))
    assert support.outcomes(support.run(ready, rows, "quotes")) == ["same", "same", "rejected", "same"]
    accept_quote(ready, quote, accepted_at=date(2023, 3, 2))
    job = support.undone(ready, job)
    assert (job.counts["undone"], job.counts["kept"]) == (1, 2)
    assert dict(Quote.objects.values_list("quote_number", "status")) == {
        "D-2023-7": "accepted",
        "D-2023-9": "cancelled",
    }


def test_orders_are_confirmed_and_cancelled_by_an_undo(ready: Actor) -> None:
    job = support.run(ready, HEAD + ROWS, "sales-orders")
    assert support.outcomes(job) == ["new", "new", "rejected"]
    order = SalesOrder.objects.get()
    assert (order.order_number, order.status, order.is_imported) == ("D-2023-7", "confirmed", True)
    support.undone(ready, job)
    assert SalesOrder.objects.get().status == "cancelled"


def test_taxes_are_found_by_name_or_percentage(actor: Actor) -> None:
    taxes, day = Taxes(), date(2023, 6, 1)
    assert taxes.code_for("sst", None, day) == "SST"
    assert taxes.code_for("Tax Exempt", None, day) == ""
    assert taxes.code_for("", Decimal(0), day) == ""
    for text, rate in (("GST 6%", None), ("Output tax", None), ("SST", Decimal(7)), ("5.5%", None)):
        with pytest.raises(ValueError, match=r"%|stands for"):
            taxes.code_for(text, rate, day)


@pytest.mark.parametrize(("separator", "price"), [(",", "12,50"), (".", "12.50")])
def test_the_file_of_rejected_rows_has_the_same_numbers(
    actor: Actor, alice: User, client: Client, separator: str, price: str
) -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        rows = [("RK-1", "Kilo", 1.234), ("RK-2", "Text", price), ("RK-3", "Half", 1234.5), (45, "Whole", 1234)]
        for line, row in enumerate([("Code", "Name", "Unit price", "Tax code"), *((*row, "NOPE") for row in rows)]):
            sheet.write_row(line, 0, row)
    job = support.run(actor, out.getvalue(), "items")
    assert (job.decimal_separator, support.outcomes(job)) == (separator, ["rejected"] * 4)
    client.force_login(alice)
    file = Answer(client.get(f"/imports/{job.public_id}/rejected")).text
    assert f"1{separator}2340" in file
    support.run(actor, file.replace("NOPE", ""), "items")
    assert dict(Item.objects.values_list("item_code", "unit_price")) == {
        "RK-1": Decimal("1.234"),
        "RK-2": Decimal("12.5"),
        "RK-3": Decimal("1234.5"),
        "45": Decimal(1234),
    }


def test_a_status_that_nobody_knows_is_asked_about(ready: Actor) -> None:
    words = "Fulfilled", "Delivered", "On hold", "Wibble", "To Deliver and Bill"
    rows = HEAD + "".join(
        f"D-2023-{place},HB-1,2023-03-01,Bread,10,2.50,25.00,{word}\n" for place, word in enumerate(words)
    )
    closed = "status: Only open sales orders are imported"
    unknown = (
        "status: “{}” is not understood. Write Open, Draft or Closed, say in the import which of these it stands for, "
        "or leave the column out"
    )
    job = support.rehearsed(ready, support.kept(ready, rows, "sales-orders"))
    assert support.errors(job) == {2: closed, 3: closed, 4: unknown.format("On hold"), 5: unknown.format("Wibble")}
    meanings = {"status": {"On hold": "draft", "Wibble": "open"}}
    job = support.run(ready, rows, "sales-orders", meanings=meanings)
    assert dict(SalesOrder.objects.values_list("order_number", "status")) == {
        "D-2023-2": "draft",
        "D-2023-3": "confirmed",
        "D-2023-4": "confirmed",
    }
    assert "Open or Closed" in support.errors(support.run(ready, rows, "quotes"))[5]
