"""Giving credit back as money, and taking that back."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from bigledger_crm.kernel import clock
from bigledger_crm.kernel.errors import PermissionDenied
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.testing.errors import invalid_fields
from bigledger_crm.testing.factories import make_customer, make_invoice
from customers.models import Customer, ReceivableEntry
from invoicing.errors import RefundAlreadyVoided, RefundExceedsCredit
from invoicing.inputs import AllocationInput, CreditNoteInput, CustomerPaymentInput, PaymentInput, RefundInput
from invoicing.integrity import check_integrity
from invoicing.models import CreditNote, Payment
from invoicing.services import (
    allocate_credit,
    create_credit_note,
    record_customer_payment,
    record_payment,
    refund_credit,
    unallocate_credit,
    void_refund,
)

pytestmark = pytest.mark.usefixtures("in_company", "time_in_2024")
D = Decimal


@pytest.fixture(autouse=True)
def _books_are_right(actor: Actor, in_company: object, time_in_2024: object) -> Iterator[None]:
    yield
    assert check_integrity(actor.company) == []


@pytest.fixture
def payment(actor: Actor, in_company: object, time_in_2024: object) -> Payment:
    """MYR 150.00 on 10 January, for nothing yet."""
    customer = make_customer(actor)
    inputs = CustomerPaymentInput(
        customer_id=customer.public_id, amount=D(150), payment_date=date(2024, 1, 10), reference="TT 1"
    )
    return record_customer_payment(actor, inputs)


def balance(source: Payment | CreditNote) -> Decimal:
    return Customer.objects.get(pk=source.customer_id).current_balance


def test_credit_goes_back(actor: Actor, payment: Payment) -> None:
    refund = refund_credit(
        actor, payment, RefundInput(amount=D(50), payment_method="bank_transfer", reference=" R 1 ", notes="Sorry")
    )
    assert (refund.refund_date, refund.reference, refund.base_amount) == (date(2024, 1, 15), "R 1", D(50))
    assert (Payment.objects.get().unapplied, balance(payment)) == (D(100), D(-100))
    entry = ReceivableEntry.objects.get(kind="refund")
    assert (entry.amount, entry.sales_amount, entry.document_number) == (D(50), D(0), "TT 1")
    with pytest.raises(RefundExceedsCredit) as refused:
        refund_credit(actor, payment, RefundInput(amount=D("100.01")))
    assert refused.value.details == [{"amount": D("100.01"), "unappliedAmount": D(100), "currency": "MYR"}]
    void_refund(actor, refund, reason="Returned by the bank")
    assert (Payment.objects.get().unapplied, balance(payment)) == (D(150), D(-150))
    with pytest.raises(RefundAlreadyVoided):
        void_refund(actor, refund)


def test_what_was_not_left_on_a_day_is_not_refunded_on_it(actor: Actor, payment: Payment) -> None:
    """From the eleventh to the fourteenth it settled an invoice."""
    with clock.travelling(clock.now() - timedelta(days=4)):
        invoice = make_invoice(actor, payment.customer)
        allocate_credit(actor, payment, [AllocationInput(invoice_id=invoice.public_id, amount=D(100))])
    with clock.travelling(clock.now() - timedelta(days=1)):
        unallocate_credit(actor, payment)
    with pytest.raises(RefundExceedsCredit) as refused:
        refund_credit(actor, payment, RefundInput(amount=D(51), refund_date=date(2024, 1, 12)))
    assert refused.value.details[0]["unappliedAmount"] == D(50)
    assert refund_credit(actor, payment, RefundInput(amount=D(51))).refund_date == date(2024, 1, 15)


def test_every_failing_field_is_named(actor: Actor, payment: Payment) -> None:
    wrong = RefundInput(
        amount=D("1.005"),
        refund_date=date(2024, 1, 9),
        payment_method="barter",
        reference="x" * 101,
        notes="x" * 10_001,
    )
    named = invalid_fields(lambda: refund_credit(actor, payment, wrong))
    assert set(named) == {"amount", "refundDate", "paymentMethod", "reference", "notes"}
    later = RefundInput(refund_date=date(2024, 1, 16))
    assert set(invalid_fields(lambda: refund_credit(actor, payment, later))) == {"amount", "refundDate"}


def test_a_right_of_its_own(actor: Actor, payment: Payment) -> None:
    refund = refund_credit(actor, payment, RefundInput(amount=D(1)))
    clerk = replace(actor, permissions=actor.permissions - {"payments:refund"})
    attempts: list[Callable[[], object]] = [
        lambda: refund_credit(clerk, payment, RefundInput(amount=D(1))),
        lambda: void_refund(clerk, refund),
    ]
    for attempt in attempts:
        with pytest.raises(PermissionDenied):
            attempt()


def test_a_paid_invoice_is_credited_and_the_money_goes_back(actor: Actor) -> None:
    customer = make_customer(actor)
    invoice = make_invoice(actor, customer)
    record_payment(actor, invoice, PaymentInput(amount=D(60)))
    note = create_credit_note(actor, CreditNoteInput(invoice_id=invoice.public_id, excess="credit"))
    stored = CreditNote.objects.get(pk=note.pk)
    assert (stored.amount_allocated, stored.unapplied) == (D(40), D(60))
    invoice.refresh_from_db()
    assert (invoice.stage, invoice.amount_paid, invoice.amount_credited) == ("paid", D(60), D(40))
    assert Customer.objects.get().total_sales == 0
    assert balance(note) == D(-60)
    other = make_invoice(actor, customer)
    allocate_credit(actor, note, [AllocationInput(invoice_id=other.public_id, amount=D(25))])
    refund = refund_credit(actor, note, RefundInput(amount=D(35)))
    assert ReceivableEntry.objects.get(kind="refund").document_number == note.credit_note_number
    other.refresh_from_db()
    assert (other.amount_credited, other.amount_due, balance(note)) == (D(25), D(75), D(75))
    void_refund(actor, refund)
    unallocate_credit(actor, note)
    invoice.refresh_from_db()
    assert (CreditNote.objects.get().unapplied, invoice.stage) == (D(100), "open")
