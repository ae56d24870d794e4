"""Posting the journal."""

from datetime import date
from decimal import Decimal
from threading import Barrier, Thread

import pytest
from django.db import DatabaseError, connection, connections, transaction

from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.scope import company_scope
from bigledger_crm.testing.factories import line, make_customer, make_invoice
from customers.models import ReceivableEntry
from customers.queries import customer_by_public_id
from invoicing.inputs import CreditNoteInput, CustomerPaymentInput, PaymentInput, RefundInput, WriteOffInput
from invoicing.integrity import check_integrity
from invoicing.models import JournalEntry, Payment
from invoicing.rules.journal import DEFAULT_ACCOUNTS
from invoicing.services import (
    allocate_credit,
    cancel_invoice,
    create_credit_note,
    post_journal,
    record_customer_payment,
    record_payment,
    refund_credit,
    reverse_write_off,
    update_journal_accounts,
    void_payment,
    write_off_invoice,
)
from invoicing.tests.tampering import found, tamper

pytestmark = pytest.mark.usefixtures("in_company", "time_in_2024")
D = Decimal


def sides(entry: JournalEntry) -> dict[str, str]:
    """Its lines: debit above zero, credit below."""
    return {line["account"]: f"{D(line['debit']) - D(line['credit'])}" for line in entry.lines}


def posted(kind: str) -> JournalEntry:
    return JournalEntry.objects.get(kind=kind)


def test_a_sale_in_the_companys_currency(actor: Actor) -> None:
    customer = make_customer(actor)
    invoice = make_invoice(actor, customer, [line("10", "100.00", tax_code="SST")], shipping_cost=D("15.00"))
    record_payment(actor, invoice, PaymentInput(amount=D("1000.00"), payment_method="cash"))
    write_off_invoice(actor, invoice, WriteOffInput(amount=D("5.00"), kind="bank_charge"))
    assert post_journal(actor) == 3
    assert sides(posted("invoice")) == {
        "receivables": "1075.00",
        "sales": "-1000.00",
        "tax": "-60.00",
        "shipping": "-15.00",
    }
    assert sides(posted("payment")) == {"cash": "1000.00", "receivables": "-1000.00"}
    assert sides(posted("write_off")) == {"bank_charge": "5.00", "receivables": "-5.00"}
    entry = posted("invoice")
    assert (entry.debit, entry.credit, entry.entry_date, entry.document_number) == (
        D("1075.00"),
        D("1075.00"),
        invoice.invoice_date,
        invoice.invoice_number,
    )
    assert post_journal(actor) == 0
    assert check_integrity(actor.company) == []


def test_a_foreign_sale_with_everything_that_can_happen(actor: Actor) -> None:
    customer = make_customer(actor, currency="USD")
    invoice, _ = (
        make_invoice(actor, customer, [line("1", "100.01")], exchange_rate=rate) for rate in (D("4.7"), D("4.5"))
    )
    record_customer_payment(
        actor,
        CustomerPaymentInput(
            customer_id=customer.public_id, amount=D("150.00"), exchange_rate=D("4.8"), auto_allocate="oldest"
        ),
    )
    note = create_credit_note(actor, CreditNoteInput(invoice_id=invoice.public_id, excess="credit"))
    allocate_credit(actor, note, auto_allocate="oldest")
    refund_credit(actor, note, RefundInput(amount=D("49.99")))
    post_journal(actor)
    assert check_integrity(actor.company) == []
    customer = customer_by_public_id(customer.public_id)
    owed = sum(
        (
            D(line["debit"]) - D(line["credit"])
            for entry in JournalEntry.objects.all()
            for line in entry.lines
            if line["account"] == "receivables"
        ),
        D(0),
    )
    assert (customer.current_balance, owed) == (D(0), D(0))
    assert JournalEntry.objects.filter(kind="exchange_difference").count() == 3


def test_what_is_taken_back_is_an_entry_of_its_own(actor: Actor) -> None:
    customer = make_customer(actor)
    invoice = make_invoice(actor, customer)
    payment = record_payment(actor, invoice, PaymentInput(amount=D("40.00"), payment_method="cheque"))
    write_off = write_off_invoice(actor, invoice, WriteOffInput(kind="bad_debt", reason="Bankrupt"))
    post_journal(actor)
    reverse_write_off(actor, write_off)
    void_payment(actor, payment)
    invoice.refresh_from_db()
    cancel_invoice(actor, invoice)
    assert post_journal(actor) == 3
    by_account: dict[str, Decimal] = {}
    for entry in JournalEntry.objects.all():
        for account, amount in sides(entry).items():
            by_account[account] = by_account.get(account, D(0)) + D(amount)
    assert by_account == {"receivables": D(0), "sales": D(0), "bank": D(0), "bad_debt": D(0)}
    assert check_integrity(actor.company) == []


def test_accounts_are_those_of_the_day_of_posting(actor: Actor) -> None:
    make_invoice(actor)
    post_journal(actor)
    update_journal_accounts(actor, {**DEFAULT_ACCOUNTS, "sales": ("500-000", "Jualan")})
    make_invoice(actor)
    post_journal(actor)
    names = [
        (line["code"], line["name"])
        for entry in JournalEntry.objects.order_by("pk")
        for line in entry.lines
        if line["account"] == "sales"
    ]
    assert names == [DEFAULT_ACCOUNTS["sales"], ("500-000", "Jualan")]


def test_what_was_left_out_is_found_by_the_complete_run(actor: Actor) -> None:
    """Such as an entry whose transaction took longer than a day."""
    invoice = make_invoice(actor)
    late = ReceivableEntry.objects.get(document_id=invoice.pk)
    tamper(f"UPDATE customers_receivableentry SET id = '00000000-0000-7000-8000-000000000001' WHERE id = '{late.pk}'")
    record_payment(actor, invoice, PaymentInput(amount=D(1)))
    tamper("UPDATE customers_receivableentry SET id = id")
    JournalEntry.objects.bulk_create(
        [
            JournalEntry(
                company=actor.company,
                kind="void",
                document_id=Payment.objects.get().pk,
                document_number="1",
                customer_id=invoice.customer_id,
                entry_date=date(2024, 1, 1),
                currency="MYR",
                debit=0,
                credit=0,
                lines=[],
            )
        ]
    )
    assert post_journal(actor) == 1
    assert post_journal(actor, everything=True) == 1


def test_eight_at_once_post_everything_once(committed: None, actor: Actor) -> None:
    for _ in range(4):
        make_invoice(actor)
    barrier, added = Barrier(8), []

    def post() -> None:
        barrier.wait()
        with company_scope(actor.company):
            added.append(post_journal(actor))
        connections.close_all()

    threads = [Thread(target=post) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (sorted(added), JournalEntry.objects.count()) == ([0] * 7 + [4], 4)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE invoicing_journalentry SET entry_date = '2020-01-01'",
        "DELETE FROM invoicing_journalentry",
        "TRUNCATE invoicing_journalentry",
    ],
)
def test_the_database_refuses_changes(actor: Actor, change: str) -> None:
    make_invoice(actor)
    post_journal(actor)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            cursor.execute(change)


@pytest.mark.parametrize(("debit", "credit"), [("2", "1"), ("2", "2")])
def test_the_database_refuses_what_does_not_balance(actor: Actor, debit: str, credit: str) -> None:
    make_invoice(actor)
    post_journal(actor)
    entry = JournalEntry.objects.get()
    entry.pk, entry.kind, entry.debit, entry.credit = None, "void", D(debit), D(credit)
    with pytest.raises(DatabaseError, match="journalentry_"), transaction.atomic():
        JournalEntry.objects.bulk_create([entry])


def test_tampering_is_found(actor: Actor) -> None:
    invoice = make_invoice(actor)
    record_payment(actor, invoice, PaymentInput(amount=D("100.00")))
    post_journal(actor)
    tamper(
        "UPDATE invoicing_journalentry SET entry_date = '2023-12-31', currency = 'USD' WHERE kind = 'invoice'",
        "UPDATE invoicing_journalentry SET document_number = 'X', "
        "lines = jsonb_set(lines, '{1,currencyAmount}', '-99') WHERE kind = 'payment'",
    )
    name, number = actor.company.name, invoice.invoice_number
    assert found(actor.company).splitlines() == [
        f"{name}: journal entry invoice for {number}: currency is USD, should be MYR",
        f"{name}: journal entry invoice for {number}: date is 2023-12-31, should be {invoice.invoice_date}",
        f"{name}: journal entry payment for X: what is owed by it is -99, should be -100",
    ]
