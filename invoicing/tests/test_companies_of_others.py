"""All that another program exports, in files of our own in its shape, becomes a company whose books are right."""

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bigledger_crm.imports.models import Import
from bigledger_crm.imports.tests import support
from bigledger_crm.outbox.models import OutboxEmail
from bigledger_crm.tenancy.actor import Actor
from customers.models import Customer
from invoicing.models import CreditNote, Invoice, Payment
from invoicing.tests.importing import assert_books, prepared
from sales.catalogue_inputs import TaxCodeInput
from sales.models import Item, Quote, SalesOrder
from sales.services import create_tax_code

pytestmark = pytest.mark.usefixtures("in_company")
COMPANIES = Path(__file__).parent / "exports" / "companies"
SST: Mapping[str, Any] = {"meanings": {"items.taxCode": {"SST": "S8"}}}
# Payments come from a file of their own: what the invoices say of them is left out.
INVOICES: Mapping[str, Mapping[str, Any]] = {
    "Invoice Ninja": {
        "columns": dict.fromkeys(("Invoice Paid to Date", "Invoice Balance", "Invoice Status"), ""),
        **SST,
    },
    "Odoo": {"columns": {"Amount Due": ""}},
    "ERPNext": {"columns": {"Outstanding Amount": "", "Status": ""}},
    "Zoho Books": {"columns": dict.fromkeys(("Balance", "Invoice Status", "Last Payment Date"), ""), **SST},
    "Xero": {},
    "QuickBooks": {"columns": {"Open Balance": ""}},
}
# What is due of the two invoices in the end, and what is left of payments and credit notes.
LEFT = {
    "Invoice Ninja": (251, 0, 27),
    "Odoo": (324, 90, 190),
    "ERPNext": (224, 0, 0),
    "Zoho Books": (224, 0, 0),
    "Xero": (251, 0, 27),
    "QuickBooks": (251, 0, 0),
}
KINDS = ("customers", "items", "quotes", "sales-orders", "invoices", "payments", "credit-notes")


def _file(source: str, kind: str) -> Path:
    return COMPANIES / source.lower().replace(" ", "_") / f"{kind}.csv"


def _run_all(actor: Actor, source: str) -> list[Import]:
    """Every file that a program exports, the one after the other."""
    found = []
    for kind in KINDS:
        how = INVOICES[source] if kind == "invoices" else {}
        # Its credit notes have no lines, and so no taxes.
        if kind in ("quotes", "sales-orders", "credit-notes") and (source, kind) != ("Invoice Ninja", "credit-notes"):
            how = SST
        # Xero has invoices and credit notes in one file.
        path = _file(source, "invoices" if (source, kind) == ("Xero", "credit-notes") else kind)
        if path.exists():
            found.append(support.run(actor, path.read_bytes(), kind, **how))
    return found


@pytest.mark.parametrize("source", INVOICES)
def test_whole_company(actor: Actor, source: str) -> None:
    create_tax_code(actor, TaxCodeInput(code="S8", name="SST on Sales", rate=Decimal(8)))
    for job in _run_all(actor, source):
        wrong = [text for text in support.errors(job).values() if "by themselves" not in text and "line 2" not in text]
        assert (job.source, wrong) == (source, []), job.kind
    notes = CreditNote.objects.all()
    open_one, paid_one = Invoice.objects.order_by("invoice_date")
    assert (open_one.total, open_one.total_tax, paid_one.total) == (Decimal(351), Decimal(26), Decimal(90))
    assert {payment.amount for payment in Payment.objects.all()} == {Decimal(100), Decimal(90)}
    assert [note.total for note in notes] == [Decimal(27)] * (source != "QuickBooks")
    rest = sum(one.unapplied for rows in (Payment.objects.all(), notes) for one in rows)
    assert (open_one.amount_due, paid_one.amount_due, rest) == LEFT[source]
    assert [quote.total for quote in Quote.objects.all()] == [Decimal(54)] * _file(source, "quotes").exists()
    assert [order.total for order in SalesOrder.objects.all()] == [Decimal(162)] * _file(
        source, "sales-orders"
    ).exists()
    balances = sum(customer.current_balance for customer in Customer.objects.all())
    assert balances == 441 - 190 - sum(note.total for note in notes)
    assert Item.objects.count() == 2
    assert not OutboxEmail.objects.exists()
    assert_books(actor)
    for job in _run_all(actor, source):
        assert set(support.outcomes(job)) <= {"same", "rejected"}, job.kind
        assert job.counts["same"], job.kind
    assert_books(actor)


def test_payments_that_came_with_their_invoice_are_not_counted_twice(actor: Actor) -> None:
    prepared(actor)
    support.run(actor, _file("QuickBooks", "invoices").read_bytes(), "invoices")
    job = support.run(actor, _file("QuickBooks", "payments").read_bytes(), "payments")
    assert support.outcomes(job) == ["rejected"] * 2
    assert "recorded what was paid" in support.errors(job)[2]
    assert_books(actor)


def test_invoices_and_credit_notes_of_one_file_are_told_apart(actor: Actor) -> None:
    prepared(actor)
    both = _file("Xero", "invoices").read_bytes()
    assert support.outcomes(support.run(actor, both, "invoices")) == ["new", "new", "new", "rejected"]
    assert support.outcomes(support.run(actor, both, "credit-notes")) == ["rejected", "rejected", "rejected", "new"]
    apart = support.run(actor, _file("Xero", "credit-notes").read_bytes(), "credit-notes")
    assert (apart.source, support.errors(apart), support.outcomes(apart)) == ("Xero", {}, ["new"])
    assert sorted(CreditNote.objects.values_list("credit_note_number", flat=True)) == ["CN-0002", "CN-0003"]
    assert_books(actor)


@pytest.mark.parametrize("source", [source for source in INVOICES if source != "Xero"])
def test_opening_balances(actor: Actor, source: str) -> None:
    prepared(actor)
    file = _file(source, "opening-balances").read_bytes()
    day = {} if source == "ERPNext" else {"defaults": {"invoiceDate": "2023-12-31"}}
    job = support.run(actor, file, "opening-balances", **day)
    assert (job.source, support.errors(job), support.outcomes(job)) == (source, {}, ["new"])
    (opening,) = Invoice.objects.all()
    assert (opening.amount_due, opening.is_opening_balance) == (Decimal(224), True)
    assert support.outcomes(support.run(actor, file, "opening-balances", **day)) == ["same"]
    assert_books(actor)
