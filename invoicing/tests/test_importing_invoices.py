"""Invoices from files: their numbers, dates and amounts, what is rejected, and what an undo leaves."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from django.core.management import CommandError, call_command

from bigledger_crm.imports.models import ImportRow
from bigledger_crm.imports.services import slices, steps, working
from bigledger_crm.imports.tests import support
from bigledger_crm.kernel.errors import InvalidData
from bigledger_crm.numbering.models import DocumentSequence
from bigledger_crm.outbox.models import OutboxEmail, WebhookDelivery
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.testing.factories import line, make_invoice
from customers.models import Customer, ReceivableEntry
from invoicing.inputs import PaymentInput
from invoicing.models import EInvoice, Invoice, JournalEntry, Payment
from invoicing.services import record_payment
from invoicing.tests.importing import assert_books, prepared

pytestmark = pytest.mark.usefixtures("in_company")
HEAD = "Number,Customer number,Date,Due date,Description,Quantity,Unit price,Tax,Total,Amount paid\n"
ROWS = (
    "INV-2023-0041,HB-1,2023-03-01,2023-03-31,Bread,10,2.50,S8,37.80,\n"
    "INV-2023-0041,HB-1,2023-03-01,2023-03-31,Cake,1,10.00,S8,37.80,\n"
    "INV-2023-0042,MH-2,2023-03-02,2023-04-01,Rolls,100,1.00,,100.00,40.00\n"
)


@pytest.fixture
def ready(actor: Actor) -> Actor:
    """Somebody whose company has the customers of the files."""
    prepared(actor)
    return actor


def test_invoices_are_issued_as_they_were(ready: Actor) -> None:
    job = support.run(ready, HEAD + ROWS, "invoices")
    assert (support.errors(job), job.counts["new"]) == ({}, 3)
    first, second = Invoice.objects.order_by("invoice_number")
    assert (first.status, first.is_imported, first.send_reminders, first.total) == (
        "sent",
        True,
        False,
        Decimal("37.8"),
    )
    assert (second.amount_paid, second.last_payment_date) == (Decimal(40), date(2023, 4, 1))
    assert ImportRow.objects.filter(job=job, object_id=first.pk).count() == 2
    days = ReceivableEntry.objects.order_by("entry_date").values_list("entry_date", "kind")
    assert [kind for _day, kind in days] == ["invoice", "invoice", "payment"]
    assert days[0][0] == date(2023, 3, 1)
    assert not OutboxEmail.objects.exists()
    assert not EInvoice.objects.exists()
    assert not WebhookDelivery.objects.exclude(event_type__startswith="import.").exists()
    assert_books(ready)
    assert set(JournalEntry.objects.values_list("is_imported", flat=True)) == {True}
    assert support.outcomes(support.run(ready, HEAD + ROWS, "invoices")) == ["same"] * 3


def test_new_numbers_go_on_after_the_highest(ready: Actor) -> None:
    support.run(ready, HEAD + ROWS.replace("0042", "0107"), "invoices")
    made = make_invoice(ready, invoice_date=date(2023, 5, 5), due_date=date(2023, 6, 5), items=[line()])
    assert made.invoice_number == "INV-2023-0108"
    assert DocumentSequence.objects.get(kind="invoice").last_value == 108
    assert_books(ready)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("A-1,ZZ-9,2023-03-01,,Bread,1,1.00,,1.00,", "customerNumber: There is no such customer"),
        ("A-1,HB-1,2023-03-01,,Bread,1,1.00,,2.00,", "total: The file says 2.00, and the lines come to 1.00 MYR"),
        ("A-1,HB-1,0001-12-31,,Bread,1,1.00,,1.00,", "invoiceDate: Dates before 1900 are not accepted"),
        ("A-1,HB-1,,,Bread,1,1.00,,1.00,", "invoiceDate: Invoice date is required"),
        ("A-1,HB-1,2023-03-01,2023-02-01,Bread,1,1.00,,1.00,", "dueDate: Due date cannot be before the invoice date"),
        ("A-1,HB-1,2023-03-01,,Bread,-1,1.00,,,", "items.quantity: Quantity must be above 0, with at most 6 decimals"),
        ("A-1,HB-1,2023-03-01,,Bread,1,1.00,GST 7%,,", "items.taxCode: No tax code of the company is 7% on 2023-03-01"),
        ("A-1,HB-1,2023-03-01,,Bread,1,1.00,,1.00,2.00", "amountPaid: What was paid must be between 0 and 1"),
        ("A-1,HB-1,2023-03-01,,,,,,10.005,0.00", "total: The file says 10.005, and the lines come to 10.01 MYR"),
        (",HB-1,2023-03-01,,Bread,1,1.00,,1.00,", "invoiceNumber: This is empty, but rows are matched by it"),
    ],
)
def test_what_is_wrong_is_named_with_its_field(ready: Actor, row: str, message: str) -> None:
    job = support.run(ready, f"{HEAD}{row}\n", "invoices")
    assert support.errors(job) == {2: message}
    assert not Invoice.objects.exists()


def test_numbers_are_unique_whatever_their_case(ready: Actor) -> None:
    support.run(ready, HEAD + ROWS, "invoices")
    other = HEAD + ROWS.replace("INV-2023-0041", "inv-2023-0041").replace("MH-2", "HB-1")
    assert support.errors(support.run(ready, other, "invoices")) == {
        2: "INV-2023-0041 is there already, which differs in case only",
        3: "INV-2023-0041 is there already, which differs in case only",
        4: "INV-2023-0042 is there already: it is of another customer, Marina Hotel",
    }
    mixed = HEAD + ROWS.replace("INV-2023-0041", "X-1", 1).replace("INV-2023-0041", "x-1", 1)
    found = support.errors(support.run(ready, mixed, "invoices"))
    assert found[3] == "invoiceNumber: Differs from line 2"


def test_a_total_alone_is_one_line(ready: Actor) -> None:
    rows = (
        "Number,Customer,Date,Total,Balance\nT-1,Marina Hotel,2023-03-02,99.95,99.95\nT-2,Marina Hotel,2023-03-02,1,1\n"
    )
    support.run(ready, rows, "invoices", defaults={"sendReminders": "yes"})
    invoice = Invoice.objects.get(invoice_number="T-1")
    assert (invoice.total, invoice.lines.count(), invoice.send_reminders) == (Decimal("99.95"), 1, True)
    twice = rows.replace("T-1", "D-1").replace("T-2", "D-1").replace("99.95", "1")
    assert support.errors(support.run(ready, twice, "invoices"))[3].endswith("Line 2 is about the same record")
    assert_books(ready)


def test_rows_of_an_invoice_can_be_anywhere(ready: Actor) -> None:
    first, second, third = ROWS.splitlines(keepends=True)
    with patch.object(slices, "SLICE", 1):
        job = support.run(ready, HEAD + first + third + second, "invoices")
    assert (support.outcomes(job), Invoice.objects.count()) == (["new"] * 3, 2)
    assert_books(ready)


def test_days_and_months_are_never_guessed(ready: Actor) -> None:
    rows = "Number,Customer,Date,Total\nT-1,Marina Hotel,03/04/2023,5.00\n"
    job = support.kept(ready, rows, "invoices")
    with pytest.raises(InvalidData) as caught:
        steps.rehearse_import(ready, job)
    assert "two ways" in caught.value.errors[0].message
    support.run(ready, rows, "invoices", date_order="mdy")
    assert Invoice.objects.get().invoice_date == date(2023, 3, 4)
    known = support.kept(ready, rows + "T-2,Marina Hotel,31/12/2023,5.00\n", "invoices")
    assert known.date_order == "dmy"


@pytest.mark.parametrize(("separator", "total"), [(",", 1250), (".", Decimal("1.25"))])
def test_decimals_are_never_guessed(ready: Actor, separator: str, total: Decimal) -> None:
    rows = "Number;Customer;Date;Total\nT-1;Marina Hotel;2023-04-03;1.250\n"
    if separator == ",":
        rows = rows.replace("2023-04-03", "03.04.2023")
    job = support.kept(ready, rows, "invoices", date_order="dmy")
    with pytest.raises(InvalidData) as caught:
        steps.rehearse_import(ready, job)
    assert caught.value.errors[0].path == ("decimal_separator",)
    support.run(ready, rows, "invoices", date_order="dmy", decimal_separator=separator)
    assert Invoice.objects.get().total == total
    again = support.kept(ready, rows, "invoices")
    assert steps.rehearse_import(ready, again).decimal_separator == separator
    clear = support.kept(ready, rows + "T-2;Marina Hotel;2023-04-03;2,50\n", "invoices")
    assert steps.rehearse_import(ready, clear).decimal_separator == ","


def test_taxes_of_others_are_given_a_meaning(ready: Actor) -> None:
    rows = HEAD + ROWS.replace("S8,", "Output tax,")
    assert len(support.errors(support.run(ready, rows, "invoices"))) == 2
    job = support.run(ready, rows, "invoices", meanings={"items.taxCode": {"output TAX": "S8"}})
    assert (support.errors(job), Invoice.objects.count()) == ({}, 2)


def test_an_import_that_breaks_goes_on_where_it_was(ready: Actor) -> None:
    lines = ("K-{n},HB-1,2023-03-01,,Bread,1,1.00,,,\n", "K-{n},HB-1,2023-03-01,,Jam,1,1.00,,,\n")
    rows = HEAD + "".join(one.format(n=n) for n in range(4) for one in lines)
    job = steps.run_import(ready, support.rehearsed(ready, support.kept(ready, rows, "invoices")))
    kept, calls = slices._keep, []

    def broken(*arguments: Any, **options: Any) -> None:
        calls.append(1)
        kept(*arguments, **options)
        if len(calls) == 2:
            raise RuntimeError("killed")

    with patch.object(slices, "SLICE", 3), patch.object(slices, "_keep", broken), pytest.raises(RuntimeError):
        working.work(job.pk)
    assert Invoice.objects.count() == 2
    job = support.worked(job)
    assert (job.counts["new"], Invoice.objects.count()) == (8, 4)
    assert_books(ready)


def test_an_undo_cancels_and_keeps_what_people_touched(ready: Actor) -> None:
    job = support.run(ready, HEAD + ROWS + "INV-2023-0043,HB-1,2023-03-03,,Bread,1,1.00,,1.00,\n", "invoices")
    touched = Invoice.objects.get(invoice_number="INV-2023-0043")
    record_payment(ready, touched, PaymentInput(amount=Decimal(1)))
    job = support.undone(ready, job)
    assert (job.status, job.counts["undone"], job.counts["kept"]) == ("undone", 3, 1)
    assert ImportRow.objects.get(job=job, undo="kept").undo_reason == f"Payment recorded by {ready.name}"
    assert sorted(Invoice.objects.values_list("status", flat=True)) == ["cancelled", "cancelled", "sent"]
    assert Payment.objects.filter(voided_at=None).count() == 1
    assert set(Customer.objects.values_list("current_balance", flat=True)) == {0}
    assert_books(ready)
    again = support.run(ready, HEAD + ROWS, "invoices")
    assert set(support.outcomes(again)) == {"rejected"}
    assert "not used again" in support.errors(again)[2]


def test_currencies_without_and_with_three_decimals(ready: Actor) -> None:
    Customer.objects.filter(customer_number="HB-1").update(currency="JPY")
    Customer.objects.filter(customer_number="MH-2").update(currency="KWD")
    head = "Number,Customer number,Date,Currency,Exchange rate,Description,Quantity,Unit price,Total\n"
    rows = "J-1,HB-1,2023-03-01,JPY,0.031,Bread,3,100,300\nW-1,MH-2,2023-03-01,KWD,14.5,Rolls,3,0.125,0.375\n"
    job = support.run(ready, head + rows + "W-2,MH-2,2023-03-01,MYR,14.5,Rolls,3,0.125,0.375\n", "invoices")
    assert support.errors(job) == {4: "currency: The customer's currency is KWD"}
    assert sorted(Invoice.objects.values_list("total", flat=True)) == [Decimal("0.375"), Decimal(300)]
    assert_books(ready)


def test_paid_invoices_need_the_right_to_record_payments(ready: Actor) -> None:
    limited = replace(ready, permissions=ready.permissions - {"payments:write"})
    with patch("bigledger_crm.imports.services.slices.actor_of", return_value=limited):
        job = support.run(ready, HEAD + ROWS, "invoices")
    assert support.errors(job) == {4: "This needs the permission 'payments:write'"}
    assert not Payment.objects.exists()


def test_the_command_says_what_a_file_leaves_open(ready: Actor, tmp_path: Path) -> None:
    file = tmp_path / "invoices.csv"
    file.write_text(HEAD + "A-1,HB-1,02/03/2023,03/04/2023,Bread,1,10,GST,10.80,\n")
    command = ["import_file", str(file), "--as", ready.email, "--kind", "invoices", "--run"]
    with pytest.raises(CommandError, match="can be read in two ways"):
        call_command(*command)
    with pytest.raises(CommandError, match="write NAME=VALUE"):
        call_command(*command, "--default", "sendReminders")
    said = ["--date-order", "dmy", "--meaning", "items.taxCode:GST=S8", "--default", "sendReminders=yes"]
    call_command(*command, *said)
    (invoice,) = Invoice.objects.all()
    assert (invoice.invoice_date, invoice.due_date) == (date(2023, 3, 2), date(2023, 4, 3))
    assert (invoice.total, invoice.send_reminders) == (Decimal("10.8"), True)


def test_only_known_statuses_are_issued(ready: Actor) -> None:
    words = "Dibatalkan", "Draf", "已取消", "Entwurf", "Expired", "Lost", "Wibble", "Partially paid", "Overdue", "Draft"
    rows = "Number,Customer number,Date,Total,Status\n" + "".join(
        f"A-{place},HB-1,2023-03-01,10.00,{word}\n" for place, word in enumerate(words)
    )
    job = support.run(ready, rows, "invoices")
    assert support.outcomes(job) == [*["rejected"] * 7, "new", "new", "rejected"]
    assert support.errors(job)[8] == (
        "status: “Wibble” is not understood. Write Issued, Paid, Draft or Cancelled, say in the import which of these "
        "it stands for, or leave the column out"
    )
    assert support.errors(job)[11] == "status: Only issued invoices are imported, and this one is a draft"
    with pytest.raises(InvalidData) as raised:
        support.kept(ready, HEAD + ROWS, "invoices", defaults={"status": "wibble"})
    assert raised.value.errors[0].message.startswith("“wibble” is not understood")
