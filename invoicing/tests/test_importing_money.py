"""Payments, credit notes and opening balances from files."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any
from unittest.mock import patch

import pytest

from bigledger_crm.imports.services import slices
from bigledger_crm.imports.tests import support
from bigledger_crm.numbering.services import next_number
from bigledger_crm.outbox.models import OutboxEmail
from bigledger_crm.tenancy.actor import Actor, MissingRight
from bigledger_crm.testing.factories import line, make_invoice
from customers.models import Customer, ReceivableEntry
from invoicing.analytics.receivables_ageing import receivables_ageing
from invoicing.analytics.tax_summary import tax_summary
from invoicing.inputs import PaymentInput, RefundInput
from invoicing.models import CreditNote, EInvoice, Invoice, JournalEntry, Payment
from invoicing.services import record_payment, refund_credit
from invoicing.tests.importing import assert_books, prepared

pytestmark = pytest.mark.usefixtures("in_company")
INVOICES = (
    "Number,Customer number,Date,Due date,Total\n"
    "A-1,HB-1,2023-03-01,2023-03-31,100.00\n"
    "A-2,HB-1,2023-03-05,2023-04-04,50.00\n"
    "A-3,MH-2,2023-03-05,2023-04-04,70.00\n"
)


@pytest.fixture
def billed(actor: Actor) -> Actor:
    """Somebody whose company has three open invoices."""
    prepared(actor)
    support.run(actor, INVOICES, "invoices")
    return actor


def due() -> dict[str, Decimal]:
    """What is due of each invoice."""
    return dict(Invoice.objects.order_by("invoice_number").values_list("invoice_number", "amount_due"))


def test_payments_for_several_invoices(billed: Actor) -> None:
    rows = (
        "Payment number,Date,Customer number,Amount,Mode,Reference number,Invoice number,Amount applied\n"
        "P-1,2023-04-01,HB-1,130.00,Bank Transfer,TT 1,A-1,100.00\n"
        "P-1,2023-04-01,HB-1,130.00,Bank Transfer,TT 1,A-2,20.00\n"
        "P-2,2023-04-02,MH-2,30.00,Cash,,A-3,\n"
        "P-3,2023-04-03,MH-2,50.00,Cash,,A-3,\n"
        "P-4,2023-04-03,MH-2,5.00,Cash,,A-9,\n"
        "P-5,2023-04-03,MH-2,5.00,Cash,,A-1,\n"
    )
    job = support.run(billed, rows, "payments")
    assert (job.source, job.match_by, job.counts["new"]) == ("", "paymentNumber", 3)
    found = support.errors(job)
    assert found[6] == "items.invoiceNumber: There is no such invoice"
    assert found[7] == "items.invoiceNumber: The customer has no such invoice"
    assert "due" in found[5]
    assert due() == {"A-1": 0, "A-2": Decimal(30), "A-3": Decimal(40)}
    first = Payment.objects.get(amount=130)
    assert (first.reference, first.payment_method, first.unapplied) == ("P-1 TT 1", "bank_transfer", Decimal(10))
    assert (first.payment_date, first.is_imported) == (date(2023, 4, 1), True)
    again = support.run(billed, rows, "payments")
    assert support.outcomes(again) == ["same", "same", "same", "rejected", "rejected", "rejected"]
    assert not OutboxEmail.objects.exists()
    assert_books(billed)
    job = support.undone(billed, job)
    assert (job.counts["undone"], Payment.objects.filter(voided_at=None).count()) == (3, 0)
    assert due() == {"A-1": Decimal(100), "A-2": Decimal(50), "A-3": Decimal(70)}
    assert_books(billed)


def test_payments_without_numbers_are_told_by_what_they_say(billed: Actor) -> None:
    rows = "Date,Amount,Invoice\n2023-04-01,10.00,A-1\n2023-04-02,10.00,A-1\n2023-04-01,10.00,A-1\n"
    job = support.run(billed, rows, "payments")
    assert (support.outcomes(job), job.match_by) == (["new", "new", "rejected"], "paymentDate")
    assert due()["A-1"] == Decimal(80)
    assert support.outcomes(support.run(billed, rows, "payments")) == ["same", "same", "rejected"]
    assert_books(billed)


def test_payments_that_were_voided_are_left_out(billed: Actor) -> None:
    rows = (
        "Received on,Customer,Status,Invoices,Amount\n"
        "2023-04-01,Harbour Bakery,Recorded,A-1,10.00\n"
        "2023-04-02,Harbour Bakery,Voided,A-1,20.00\n"
        "2023-04-03,Harbour Bakery,Wibble,A-1,30.00\n"
    )
    job = support.run(billed, rows, "payments")
    assert support.outcomes(job) == ["new", "rejected", "rejected"]
    assert support.errors(job)[3] == "status: This payment is not in the books: leave it out"
    assert due()["A-1"] == Decimal(90)


def test_payments_can_be_without_the_number_that_others_have(billed: Actor) -> None:
    rows = (
        "Payment number,Date,Customer number,Amount,Invoice number,Amount applied\n"
        ",2023-04-01,HB-1,10.00,A-1,10.00\n"
        "P-1,2023-04-02,HB-1,40.00,A-1,30.00\n"
        ",2023-04-01,HB-1,10.00,A-1,10.00\n"
        "P-1,2023-04-02,HB-1,40.00,A-2,10.00\n"
        ",2023-04-03,HB-1,5.00,,\n"
    )
    with patch.object(slices, "SLICE", 1):
        job = support.run(billed, rows, "payments")
    assert (job.match_by, support.outcomes(job)) == ("paymentNumber", ["new", "new", "rejected", "new", "new"])
    assert support.errors(job) == {4: "Line 2 is about the same record"}
    assert (due()["A-1"], due()["A-2"], Payment.objects.count()) == (Decimal(60), Decimal(40), 3)
    again = support.run(billed, rows, "payments")
    assert support.outcomes(again) == ["same", "same", "rejected", "same", "same"]
    assert_books(billed)


def test_opening_balances_can_be_without_the_number_that_others_have(actor: Actor) -> None:
    prepared(actor)
    rows = (
        "Customer number,Date,Document number,Amount\n"
        "HB-1,2022-12-31,OLD-1,10.00\nHB-1,2022-12-31,,20.00\nhb-1,2022-12-31,,30.00\nMH-2,2022-12-31,,40.00\n"
        "ZZ-9,2022-12-31,,50.00\n,2022-12-31,,60.00\n"
    )
    job = support.run(actor, rows, "opening-balances")
    assert job.match_by == "number"
    assert support.errors(job) == {
        4: "Line 3 is about the same record",
        6: "customerNumber: There is no such customer",
        7: "customerNumber: A customer is required: its number, name or ID",
    }
    assert due() == {"OLD-1": Decimal(10), "OB-HB-1": Decimal(20), "OB-MH-2": Decimal(40)}
    assert support.outcomes(support.run(actor, rows, "opening-balances"))[:4] == ["same", "same", "rejected", "same"]
    assert_books(actor)


def test_credit_notes_have_their_numbers_and_settle_their_invoice(billed: Actor) -> None:
    rows = (
        "Credit note number,Customer number,Date,Invoice number,Description,Quantity,Unit price,Tax,Total\n"
        "CN-2023-0007,HB-1,2023-04-01,A-2,Rolls,2,10.00,S8,32.40\n"
        "CN-2023-0007,HB-1,2023-04-01,A-2,Bread,1,10.00,S8,32.40\n"
        "CN-2023-0008,MH-2,2023-04-01,A-1,Bread,1,10.00,,10.00\n"
        "CN-2023-0009,MH-2,2023-04-01,,Bread,1,10.00,,11.00\n"
        "CN-2023-0010,MH-2,2023-02-01,A-3,Bread,1,10.00,,10.00\n"
    )
    job = support.run(billed, rows, "credit-notes")
    assert support.outcomes(job) == ["new", "new", "rejected", "rejected", "rejected"]
    assert support.errors(job)[4] == "invoiceNumber: The customer has no such invoice"
    assert support.errors(job)[6] == "creditNoteDate: The credit note is dated before its invoice"
    note = CreditNote.objects.get()
    assert (note.is_imported, note.total_tax, note.unapplied) == (True, Decimal("2.4"), 0)
    assert due()["A-2"] == Decimal("17.6")
    assert next_number(billed.company, "credit_note", date(2023, 5, 1)) == "CN-2023-0008"
    assert support.outcomes(support.run(billed, rows, "credit-notes"))[:2] == ["same", "same"]


NOTES = (
    "Credit note number,Customer number,Date,Invoice number,Description,Quantity,Unit price,Tax,Total\n"
    "CN-7,HB-1,2023-04-01,A-2,Rolls,2,10.00,S8,32.40\n"
    "CN-7,HB-1,2023-04-01,A-2,Bread,1,10.00,S8,32.40\n"
    "CN-8,MH-2,2023-04-02,,Bread,1,5.00,S8,5.40\n"
)


def _figures(actor: Actor) -> list[Any]:
    """What customers owe and bought, what is due of each invoice, and what 2023 comes to in sales and tax."""
    balances = list(Customer.objects.order_by("pk").values_list("current_balance", "total_sales"))
    net = tax_summary(actor.company, date(2023, 1, 1), date(2023, 12, 31)).total.net
    return [balances, {number: left for number, left in due().items() if left}, net]


@pytest.mark.usefixtures("committed")
def test_undone_credit_notes_leave_every_figure_as_it_was(actor: Actor) -> None:
    prepared(actor)
    invoices = support.run(actor, INVOICES, "invoices")
    before = _figures(actor)
    job = support.run(actor, NOTES, "credit-notes")
    assert _figures(actor) != before
    job = support.undone(actor, job)
    assert (job.counts["undone"], job.counts["kept"]) == (3, 0)
    assert _figures(actor) == before
    assert_books(actor)
    reversal = Invoice.objects.get(invoice_number="CN-7-R")
    assert (reversal.invoice_date, reversal.stage, reversal.is_imported) == (date(2023, 4, 1), "paid", True)
    assert not OutboxEmail.objects.exists()
    assert not EInvoice.objects.exists()
    again = support.run(actor, NOTES, "credit-notes")
    assert support.outcomes(again) == ["rejected"] * 3
    assert "it was taken back" in support.errors(again)[2]
    assert support.undone(actor, invoices).counts["undone"] == 3
    assert_books(actor)


@pytest.mark.usefixtures("committed")
def test_taking_back_finds_a_free_number_whatever_its_case(actor: Actor) -> None:
    prepared(actor)
    taken = "Invoice number,Customer number,Date,Total\ncn-7-r,HB-1,2023-03-01,9.00\n"
    assert support.outcomes(support.run(actor, taken, "invoices")) == ["new"]
    long = "N" * 59
    notes = NOTES.replace("A-2", "").replace("CN-8", f"{long}1")
    notes += f"{long}2,MH-2,2023-04-02,,Bread,1,5.00,S8,5.40\n"
    job = support.undone(actor, support.run(actor, notes, "credit-notes"))
    assert (job.counts["undone"], job.counts["kept"]) == (4, 0)
    numbers = set(Invoice.objects.exclude(invoice_number="cn-7-r").values_list("invoice_number", flat=True))
    assert numbers == {"CN-7-R2", f"{'N' * 58}-R", f"{'N' * 57}-R2"}
    assert_books(actor)


def test_whoever_cannot_take_back_does_not_begin_to(actor: Actor) -> None:
    prepared(actor)
    job = support.run(actor, NOTES.replace("A-2", ""), "credit-notes")
    with pytest.raises(MissingRight):
        support.undone(replace(actor, permissions=actor.permissions - {"invoices:write"}), job)
    assert support.undone(actor, job).counts["undone"] == 3


@pytest.mark.usefixtures("committed")
def test_credit_notes_that_were_used_since_stay(actor: Actor) -> None:
    prepared(actor)
    support.run(actor, INVOICES, "invoices")
    job = support.run(actor, NOTES, "credit-notes")
    refund_credit(actor, CreditNote.objects.get(credit_note_number="CN-8"), RefundInput(amount=Decimal(1)))
    job = support.undone(actor, job)
    assert (job.counts["undone"], job.counts["kept"]) == (2, 1)
    assert_books(actor)


def test_opening_balances_age_and_can_be_paid(actor: Actor) -> None:
    prepared(actor)
    rows = (
        "Customer number,As of,Opening balance,Due date,Document number\n"
        "HB-1,2022-12-31,250.00,2023-01-15,\n"
        "MH-2,2022-12-31,80.00,,OLD-9\n"
        "MH-2,2022-12-31,-5.00,,OLD-10\n"
    )
    job = support.run(actor, rows, "opening-balances", match_by="customerNumber")
    assert support.outcomes(job) == ["new", "new", "rejected"]  # a customer has one, unless they have numbers
    numbered = support.run(actor, rows.replace("15,\n", "15,OLD-8\n"), "opening-balances", match_by="number")
    assert support.outcomes(numbered) == ["new", "same", "rejected"]
    assert support.errors(numbered) == {4: "total: An opening balance must be above 0"}
    opening = Invoice.objects.get(invoice_number="OB-HB-1")
    assert (opening.is_opening_balance, opening.due_date, opening.overdue_noted_at is not None) == (
        *(True, date(2023, 1, 15)),
        True,
    )
    entry = ReceivableEntry.objects.get(document_id=opening.pk)
    assert (entry.entry_date, entry.amount) == (date(2022, 12, 31), Decimal(250))
    record_payment(actor, opening, PaymentInput(amount=Decimal(250)))
    assert_books(actor)
    posted: list[Any] = JournalEntry.objects.get(document_id=opening.pk).lines
    assert [one["account"] for one in posted] == ["receivables", "opening_balances"]
    job = support.undone(actor, job)
    assert (job.counts["kept"], job.counts["undone"]) == (1, 1)
    assert support.undone(actor, numbered).counts["undone"] == 1
    assert_books(actor)


def test_what_an_import_brings_is_told_from_what_is_made_here(billed: Actor) -> None:
    made = make_invoice(billed, Customer.objects.get(customer_number="HB-1"), [line()])
    assert_books(billed)
    flags = dict(JournalEntry.objects.values_list("document_number", "is_imported"))
    assert flags == {"A-1": True, "A-2": True, "A-3": True, made.invoice_number: False}


@pytest.mark.usefixtures("committed")
def test_invoices_can_be_undone_after_their_payments_were(actor: Actor) -> None:
    prepared(actor)
    invoices = support.run(actor, INVOICES, "invoices")
    rows = "Number,Date,Customer number,Amount,Invoice\nP-1,2023-04-01,HB-1,100.00,A-1\n"
    payments = support.run(actor, rows, "payments")
    support.undone(actor, payments)
    assert support.undone(actor, invoices).counts["undone"] == 3
    assert set(Customer.objects.values_list("current_balance", flat=True)) == {0}
    assert_books(actor)


def test_too_many_rows_of_one_number_are_none(actor: Actor) -> None:
    prepared(actor)
    with patch("bigledger_crm.imports.services.grouped_rows.MOST_ROWS", 2), patch.object(slices, "SLICE", 2):
        job = support.run(actor, INVOICES.replace("A-2", "A-1").replace("A-3", "a-1"), "invoices")
    assert support.outcomes(job) == ["rejected"] * 3
    assert support.errors(job)[2] == "invoiceNumber: More than 2 rows have this"


def test_opening_balances_age_from_due_dates_before_their_own(actor: Actor) -> None:
    prepared(actor)
    rows = (
        "Customer Number,Date,Amount,Document,Due date\n"
        "HB-1,2025-12-31,1000.50,OLD-1,2025-11-30\nMH-2,2025-12-31,5.00,OLD-2,0025-11-30\n"
    )
    job = support.run(actor, rows, "opening-balances", columns={"Document": "number"}, match_by="number")
    assert support.errors(job) == {3: "dueDate: Dates before 1900 are not accepted"}
    opening = Invoice.objects.get()
    assert (opening.invoice_date, opening.due_date) == (date(2025, 12, 31), date(2025, 11, 30))
    entry = ReceivableEntry.objects.get()
    assert (entry.entry_date, entry.amount) == (date(2025, 12, 31), Decimal("1000.50"))
    (aged,) = receivables_ageing(actor.company, date(2025, 12, 31)).rows
    assert [place for place, amount in enumerate(aged.base.ages) if amount] == [2]
    assert_books(actor)
