"""Writing off what nobody will pay, and taking that back."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from bigledger_crm.audit.services import timeline_of
from bigledger_crm.kernel.errors import PermissionDenied
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.models import Company
from bigledger_crm.testing.errors import invalid_fields
from bigledger_crm.testing.factories import make_customer, make_invoice
from customers.models import Customer, ReceivableEntry
from invoicing.errors import (
    InvoiceHasPayments,
    InvoiceNotIssued,
    PaymentExceedsAmountDue,
    WriteOffAlreadyReversed,
    WriteOffExceedsAmountDue,
    WriteOffExceedsTolerance,
)
from invoicing.inputs import PaymentInput, WriteOffInput
from invoicing.integrity import check_integrity
from invoicing.models import Invoice
from invoicing.services import cancel_invoice, record_payment, reverse_write_off, write_off_invoice

pytestmark = pytest.mark.usefixtures("in_company", "time_in_2024")
D = Decimal


@pytest.fixture(autouse=True)
def _books_are_right(actor: Actor, in_company: object, time_in_2024: object) -> Iterator[None]:
    yield
    assert check_integrity(actor.company) == []


def stored(invoice: Invoice) -> Invoice:
    return Invoice.objects.get(pk=invoice.pk)


def test_a_bad_debt_is_written_off_and_paid_after_all(actor: Actor) -> None:
    invoice = make_invoice(actor)
    record_payment(actor, invoice, PaymentInput(amount=D(30)))
    write_off = write_off_invoice(actor, invoice, WriteOffInput(kind="bad_debt", reason=" Insolvent "))
    assert (write_off.amount, write_off.reason, write_off.write_off_date) == (D(70), "Insolvent", date(2024, 1, 15))
    now = stored(invoice)
    assert (now.stage, now.amount_due, now.amount_paid, now.amount_written_off) == ("paid", D(0), D(30), D(70))
    customer = Customer.objects.get()
    assert (customer.current_balance, customer.total_sales) == (D(0), D(100))
    assert ReceivableEntry.objects.get(kind="write_off").amount == D(-70)
    assert {"invoice.written_off", "invoice.paid"} <= {entry.event for entry in timeline_of(invoice.pk)}
    with pytest.raises(PaymentExceedsAmountDue):
        record_payment(actor, invoice, PaymentInput(amount=D(1)))
    with pytest.raises(InvoiceHasPayments):
        cancel_invoice(actor, invoice)
    reverse_write_off(actor, write_off, reason="Paid")
    assert (stored(invoice).stage, stored(invoice).amount_due) == ("open", D(70))
    with pytest.raises(WriteOffAlreadyReversed):
        reverse_write_off(actor, write_off)
    record_payment(actor, invoice, PaymentInput(amount=D(70)))
    assert Customer.objects.get().current_balance == 0


def test_a_written_off_invoice_is_not_cancelled(actor: Actor) -> None:
    invoice = make_invoice(actor)
    write_off = write_off_invoice(actor, invoice, WriteOffInput(amount=D(1), kind="bank_charge"))
    with pytest.raises(InvoiceHasPayments):
        cancel_invoice(actor, invoice)
    reverse_write_off(actor, write_off)
    assert cancel_invoice(actor, invoice).status == "cancelled"


def test_a_small_difference_is_small_in_the_companys_currency(actor: Actor, company: Company) -> None:
    invoice = make_invoice(actor, make_customer(actor, currency="USD"), exchange_rate=D("4.70"))
    with pytest.raises(WriteOffExceedsTolerance) as refused:
        write_off_invoice(actor, invoice, WriteOffInput(amount=D("0.02"), kind="small_difference"))
    assert refused.value.details == [{"amount": D("0.09"), "tolerance": D("0.05"), "currency": "MYR"}]
    write_off_invoice(actor, invoice, WriteOffInput(amount=D("0.01"), kind="small_difference"))
    company.small_difference_tolerance = D(500)
    company.save()
    write_off_invoice(replace(actor, company=company), invoice, WriteOffInput(kind="small_difference"))
    assert stored(invoice).stage == "paid"


def test_what_is_refused(actor: Actor) -> None:
    invoice = make_invoice(actor)
    with pytest.raises(WriteOffExceedsAmountDue) as refused:
        write_off_invoice(actor, invoice, WriteOffInput(amount=D("100.01"), kind="bank_charge"))
    assert refused.value.details == [{"amount": D("100.01"), "amountDue": D(100), "currency": "MYR"}]
    wrong = WriteOffInput(amount=D("-1"), kind="mood", reason="x" * 501)
    assert set(invalid_fields(lambda: write_off_invoice(actor, invoice, wrong))) == {"amount", "kind", "reason"}
    unexplained = WriteOffInput(kind="bad_debt")
    assert set(invalid_fields(lambda: write_off_invoice(actor, invoice, unexplained))) == {"reason"}
    with pytest.raises(InvoiceNotIssued):
        write_off_invoice(actor, make_invoice(actor, draft=True), WriteOffInput(kind="bank_charge"))
    record_payment(actor, invoice, PaymentInput(amount=D(100)))
    with pytest.raises(WriteOffExceedsAmountDue):
        write_off_invoice(actor, invoice, WriteOffInput(kind="bank_charge"))


def test_a_right_of_its_own(actor: Actor) -> None:
    invoice = make_invoice(actor)
    write_off = write_off_invoice(actor, invoice, WriteOffInput(amount=D(1), kind="bank_charge"))
    clerk = replace(actor, permissions=actor.permissions - {"invoices:write-off"})
    attempts: list[Callable[[], object]] = [
        lambda: write_off_invoice(clerk, invoice, WriteOffInput(kind="bank_charge")),
        lambda: reverse_write_off(clerk, write_off),
    ]
    for attempt in attempts:
        with pytest.raises(PermissionDenied):
            attempt()
