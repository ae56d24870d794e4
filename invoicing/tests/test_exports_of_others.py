"""The exports of other programs, in files of our own in their shape, become books that are right."""

from decimal import Decimal
from pathlib import Path

import pytest

from bigledger_crm.imports.tests import support
from bigledger_crm.tenancy.actor import Actor
from invoicing.models import Invoice, Payment
from invoicing.tests.importing import assert_books, prepared

pytestmark = pytest.mark.usefixtures("in_company")
EXPORTS = Path(__file__).parent / "exports"
# The numbers of the two invoices of each, and the tax that it names otherwise than the company.
INVOICES = {
    "Invoice Ninja": ("2023-0007", "2023-0008", {"SST": "S8"}),
    "Odoo": ("INV/2023/00007", "INV/2023/00008", {}),
    "ERPNext": ("ACC-SINV-2023-00007", "ACC-SINV-2023-00008", {}),
    "Zoho Books": ("INV-000007", "INV-000008", {"SST": "S8"}),
    "Xero": ("INV-0007", "INV-0008", {}),
    "QuickBooks": ("1007", "1008", {}),
}


def export(source: str) -> bytes:
    """The file in the shape of a program's export."""
    return (EXPORTS / f"{source.lower().replace(' ', '_')}.csv").read_bytes()


@pytest.mark.parametrize("source", INVOICES)
def test_invoices(actor: Actor, source: str) -> None:
    prepared(actor)
    first, second, taxes = INVOICES[source]
    job = support.run(actor, export(source), "invoices", meanings={"items.taxCode": taxes})
    assert (job.source, support.errors(job), support.outcomes(job)) == (source, {}, ["new"] * 3)
    open_one, paid_one = Invoice.objects.get(invoice_number=first), Invoice.objects.get(invoice_number=second)
    assert (open_one.customer_name, f"{open_one.invoice_date}", f"{open_one.due_date}") == (
        *("Harbour Bakery", "2023-11-14"),
        "2023-12-14",
    )
    assert (open_one.total, open_one.total_tax, open_one.amount_due) == (Decimal(351), Decimal(26), Decimal(251))
    assert (open_one.lines.count(), paid_one.total, paid_one.stage) == (2, Decimal(90), "paid")
    assert [f"{payment.amount:.0f}" for payment in Payment.objects.order_by("amount")] == ["90", "100"]
    again = support.run(actor, export(source), "invoices")
    assert support.outcomes(again) == ["same"] * 3
    assert_books(actor)


# What of two invoices of 100 and 200 is due after the payments of each, and what the customer keeps as credit.
PAYMENTS = {
    "Invoice Ninja": (0, 19, 0),
    "Odoo": (100, 200, 300),
    "ERPNext": (0, 19, 19),
    "Zoho Books": (0, 19, 19),
    "QuickBooks": (0, 19, 0),
}


@pytest.mark.parametrize("source", PAYMENTS)
def test_payments(actor: Actor, source: str) -> None:
    prepared(actor)
    rows = "Number,Customer,Date,Total\nINV-1,Harbour Bakery,2023-11-14,100\nINV-2,Harbour Bakery,2023-11-15,200\n"
    support.run(actor, rows, "invoices")
    file = (EXPORTS / "payments" / f"{source.lower().replace(' ', '_')}.csv").read_bytes()
    methods = {"paymentMethod": {"Manual": "bank_transfer"}}
    job = support.run(actor, file, "payments", meanings=methods if source == "Odoo" else {})
    assert (job.source, support.errors(job)) == (source, {})
    due = [invoice.amount_due for invoice in Invoice.objects.order_by("invoice_number")]
    credit = sum(payment.unapplied for payment in Payment.objects.all())
    assert (*due, credit) == PAYMENTS[source]
    assert set(support.outcomes(support.run(actor, file, "payments"))) == {"same"}
    assert_books(actor)
