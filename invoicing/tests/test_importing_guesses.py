"""What the columns of files about money are guessed to be."""

from datetime import date
from decimal import Decimal

import pytest

from bigledger_crm.imports.tests import support
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.testing.factories import make_item
from invoicing.models import Invoice, Payment
from invoicing.tests.importing import prepared
from sales.models import Item

pytestmark = pytest.mark.usefixtures("in_company")


@pytest.mark.parametrize("kind", ["invoices", "credit-notes"])
def test_tax_of_a_file_without_lines_is_an_amount(actor: Actor, kind: str) -> None:
    prepared(actor)
    rows = "Number,Customer,Date,Net,Tax,Total\nTT-1,Harbour Bakery,2023-03-01,100.00,6.00,106.00\n"
    job = support.run(actor, rows, kind)
    assert job.mapping == [job.match_by, "customerName", job.mapping[2], "", "totalTax", "total"]
    assert support.errors(job) == {}


def test_tax_of_lines_is_their_code_or_percentage(actor: Actor) -> None:
    prepared(actor)
    rows = "Number,Customer,Date,Description,Unit price,Tax,Total\nT-1,Harbour Bakery,2023-03-01,Bread,10,8,10.80\n"
    job = support.run(actor, rows, "invoices")
    assert (job.mapping[5], support.errors(job)) == ("items.taxCode", {})
    assert Invoice.objects.get().total_tax == Decimal("0.8")
    named = support.kept(actor, "Number,Customer,Date,Tax,Total\nT-1,Harbour Bakery,2023-03-01,S8,10.80\n", "invoices")
    assert named.mapping[3] == "items.taxCode"


def test_amounts_that_differ_in_one_payment_are_those_of_its_invoices(actor: Actor) -> None:
    prepared(actor)
    invoices = "Number,Customer number,Date,Total\nA-1,HB-1,2023-03-01,500.00\nA-2,HB-1,2023-03-01,300.00\n"
    support.run(actor, invoices, "invoices")
    rows = (
        "Payment Number,Date,Customer Number,Invoice,Amount,Method,Reference\n"
        "P1,2023-04-01,HB-1,A-1,500.00,Cash,R\nP1,2023-04-01,HB-1,A-2,300.00,Cash,R\n"
    )
    alike = support.kept(actor, rows.replace("500.00", "300.00"), "payments")
    assert alike.mapping[4] == "amount"
    job = support.run(actor, rows, "payments")
    assert (job.mapping[4], support.errors(job)) == ("items.amount", {})
    assert Payment.objects.get().amount == 800
    assert set(Invoice.objects.values_list("amount_due", flat=True)) == {Decimal(0)}


def test_what_was_exported_here_comes_back(actor: Actor) -> None:
    prepared(actor)
    make_item(actor, item_code="FLOUR", name="Flour", unit_price=Decimal("12.50"))
    job = support.run(actor, "Code,Name,Status,Unit price MYR\nFLOUR,Flour,Archived,13.75\n", "items")
    assert support.errors(job) == {}
    item = Item.objects.get(item_code="FLOUR")
    assert (item.unit_price, item.is_active) == (Decimal("13.75"), False)
    both = support.kept(actor, "Code,Unit price (MYR),Unit price\nFLOUR,1,2\n", "items")
    assert both.mapping == ["itemCode", "", "unitPrice"]
    support.run(actor, "Number,Customer number,Date,Total\nA-1,HB-1,2023-03-01,500.00\n", "invoices")
    rows = "Invoices,Customer,Received on,Payment method,Amount\nA-1,Harbour Bakery,2023-04-01,Cash,500.00\n"
    job = support.run(actor, rows, "payments")
    assert (job.match_by, support.errors(job)) == ("paymentDate", {})
    assert Payment.objects.get().payment_date == date(2023, 4, 1)
