"""What the migration makes of payments and credit notes from before there were allocations."""

from datetime import UTC, date, datetime
from decimal import Decimal
from importlib import import_module

import pytest
from django.db import connection

from bigledger_crm.kernel import clock
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.testing.factories import line, make_customer, make_invoice
from invoicing.inputs import CreditNoteInput, PaymentInput
from invoicing.integrity import check_integrity
from invoicing.models import Allocation, CreditNote, Payment
from invoicing.services import create_credit_note, record_payment, void_payment
from invoicing.tests.tampering import tamper
from sales.inputs import QuantityInput

pytestmark = pytest.mark.usefixtures("in_company")
D = Decimal
MIGRATION = import_module("invoicing.migrations.0010_allocate_payments")
FACTS = ("payment_id", "credit_note_id", "invoice_id", "amount", "source_base_amount", "is_initial", "created_at")


def forget_allocations() -> None:
    """The tables as they were before: payments and credit notes alone."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE invoicing_payment ALTER COLUMN exchange_rate DROP NOT NULL")
    tamper(
        "DELETE FROM invoicing_allocation WHERE reverses_id IS NOT NULL",
        "DELETE FROM invoicing_allocation",
        "UPDATE invoicing_payment SET amount_allocated = 0, exchange_rate = NULL",
        "UPDATE invoicing_creditnote SET amount_allocated = 0",
    )
    with connection.cursor() as cursor:
        for table in ("allocation", "payment", "creditnote"):
            cursor.execute(f"ALTER TABLE invoicing_{table} ENABLE TRIGGER USER")


def migrate() -> None:
    """As the migration does, with every guard on."""
    with connection.cursor() as cursor:
        for statement in (MIGRATION.ALLOCATE, MIGRATION.REVERSE, MIGRATION.PAYMENTS, MIGRATION.CREDIT_NOTES):
            cursor.execute(statement)


def test_every_payment_settles_its_invoice_again(actor: Actor) -> None:
    with clock.travelling(datetime(2024, 1, 2, tzinfo=UTC)):
        customer = make_customer(actor, currency="USD")
        invoice = make_invoice(actor, customer, [line("3", "33.33")], exchange_rate=D("3.3333"))
        bounced = record_payment(actor, invoice, PaymentInput(amount=invoice.total, payment_date=date(2024, 1, 2)))
        free = make_invoice(actor, customer, [line(discount_percent=D(100))], exchange_rate=D("3.3333"))
        create_credit_note(actor, CreditNoteInput(invoice_id=free.public_id))
    with clock.travelling(datetime(2024, 1, 10, 20, tzinfo=UTC)):  # the eleventh in Kuala Lumpur
        void_payment(actor, bounced)
        part = [QuantityInput(item_id=invoice.lines.get().public_id, quantity=D(1))]
        create_credit_note(actor, CreditNoteInput(invoice_id=invoice.public_id, items=part))
        for amount in ("33.33", "33.33"):
            record_payment(actor, invoice, PaymentInput(amount=D(amount), payment_date=date(2024, 1, 4)))
    before = set(Allocation.objects.filter(payment__voided_at=None).values_list(*FACTS))
    rates = dict(Payment.objects.values_list("pk", "exchange_rate"))
    forget_allocations()
    assert check_integrity(actor.company) != []
    migrate()
    assert check_integrity(actor.company) == []
    assert set(Allocation.objects.filter(payment__voided_at=None).values_list(*FACTS)) == before
    assert dict(Payment.objects.values_list("pk", "exchange_rate")) == rates
    made, taken_back = Allocation.objects.filter(payment=bounced).order_by("allocation_date")
    assert (made.allocation_date, taken_back.allocation_date) == (date(2024, 1, 2), date(2024, 1, 11))
    assert (taken_back.reverses, taken_back.amount) == (made, -made.amount)
    later = Allocation.objects.filter(payment__in=Payment.objects.filter(voided_at=None))
    assert set(later.values_list("allocation_date", flat=True)) == {date(2024, 1, 11)}
    assert CreditNote.objects.filter(total=0, allocations=None).count() == 1
    void_payment(actor, Payment.objects.filter(voided_at=None).earliest("pk"))
    assert check_integrity(actor.company) == []
