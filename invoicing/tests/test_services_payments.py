"""Recording payments."""

from datetime import date
from decimal import Decimal

import pytest

from bigledger_crm.audit.services import timeline_of
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.testing.errors import invalid_fields
from bigledger_crm.testing.factories import line, make_customer, make_invoice
from customers.models import ReceivableEntry
from customers.queries import customer_by_public_id
from invoicing.errors import InvoiceNotIssued, PaymentExceedsAmountDue
from invoicing.inputs import PaymentInput
from invoicing.integrity import check_integrity
from invoicing.models import Invoice, Payment
from invoicing.services import record_payment

pytestmark = pytest.mark.usefixtures("in_company", "time_in_2024")
D = Decimal


def test_payments_until_nothing_is_due(actor: Actor) -> None:
    customer = make_customer(actor)
    invoice = make_invoice(actor, customer, [line("100", "25.00", discount_percent=D(5), tax_code="SST")])
    first = record_payment(
        actor,
        invoice,
        PaymentInput(
            amount=D("1000.00"),
            payment_date=date(2024, 1, 10),
            payment_method="bank_transfer",
            reference=" TT  1 ",
            account_id="acc_1",
            notes="First",
        ),
    )
    assert (first.currency, first.status, first.reference, first.account_id) == ("MYR", "recorded", "TT 1", "acc_1")
    second = record_payment(actor, invoice, PaymentInput(amount=D("1517.50")))
    assert (second.payment_date, second.payment_method) == (date(2024, 1, 15), "other")
    invoice.refresh_from_db()
    assert (invoice.amount_paid, invoice.last_payment_date) == (invoice.total, date(2024, 1, 15))
    customer = customer_by_public_id(customer.public_id)
    assert (customer.current_balance, customer.total_sales) == (D(0), D("2517.50"))
    entries = ReceivableEntry.objects.filter(kind="payment").order_by("entry_date")
    assert [(entry.amount, entry.document_id) for entry in entries] == [
        (D("-1000.00"), first.pk),
        (D("-1517.50"), second.pk),
    ]
    recorded = [entry.note for entry in timeline_of(invoice.pk).filter(event="payment.recorded")]
    assert sorted(recorded) == ["MYR 1000.00", "MYR 1517.50"]
    assert check_integrity(actor.company) == []


def test_the_last_payment_date_does_not_move_back(actor: Actor) -> None:
    invoice = make_invoice(actor)
    for day in (date(2024, 1, 12), date(2024, 1, 3)):
        record_payment(actor, invoice, PaymentInput(amount=D(1), payment_date=day))
    invoice.refresh_from_db()
    assert invoice.last_payment_date == date(2024, 1, 12)


@pytest.mark.parametrize("amount", ["100.01", "1000000", "1" + "0" * 35])
def test_an_overpayment_is_rejected_with_the_amount_due(actor: Actor, amount: str) -> None:
    invoice = make_invoice(actor)
    record_payment(actor, invoice, PaymentInput(amount=D("0.50")))
    with pytest.raises(PaymentExceedsAmountDue) as refusal:
        record_payment(actor, invoice, PaymentInput(amount=D(amount)))
    assert (refusal.value.status, refusal.value.code) == (422, "PAYMENT_EXCEEDS_AMOUNT_DUE")
    (detail,) = refusal.value.details
    assert (str(detail["amountDue"]), detail["currency"]) == ("99.50", "MYR")
    assert "exceeds the amount due of MYR 99.50" in refusal.value.message
    assert Payment.objects.count() == 1
    record_payment(actor, invoice, PaymentInput(amount=D("99.50")))
    with pytest.raises(PaymentExceedsAmountDue):
        record_payment(actor, invoice, PaymentInput(amount=D("0.01")))


@pytest.mark.parametrize("status", ["draft", "cancelled"])
def test_only_an_issued_invoice_is_paid(actor: Actor, status: str) -> None:
    invoice = make_invoice(actor, draft=True)
    Invoice.objects.filter(pk=invoice.pk).update(status=status)
    with pytest.raises(InvoiceNotIssued) as refusal:
        record_payment(actor, invoice, PaymentInput(amount=D(1)))
    assert refusal.value.code == "INVOICE_NOT_ISSUED"
    assert refusal.value.details == [{"invoiceId": invoice.public_id, "status": status}]
    assert not Payment.objects.exists()


def test_every_failing_field_is_named(actor: Actor) -> None:
    invoice = make_invoice(actor)
    bad = PaymentInput(
        amount=D("-1"),
        payment_date=date(2024, 1, 16),
        payment_method="barter",
        reference="x" * 101,
        account_id="x" * 101,
        notes="x" * 10_001,
    )
    named = invalid_fields(lambda: record_payment(actor, invoice, bad))
    assert set(named) == {"amount", "paymentDate", "paymentMethod", "reference", "accountId", "notes"}
    assert set(invalid_fields(lambda: record_payment(actor, invoice, PaymentInput()))) == {"amount"}


@pytest.mark.parametrize(
    ("currency", "refused", "taken"), [("JPY", "1.5", "2"), ("MYR", "1.005", "1.05"), ("KWD", "1.0005", "1.005")]
)
def test_decimals_follow_the_currency(actor: Actor, currency: str, refused: str, taken: str) -> None:
    customer = make_customer(actor, currency=currency)
    rate = None if currency == "MYR" else D("2.5")
    invoice = make_invoice(actor, customer, exchange_rate=rate)
    assert set(invalid_fields(lambda: record_payment(actor, invoice, PaymentInput(amount=D(refused))))) == {"amount"}
    assert record_payment(actor, invoice, PaymentInput(amount=D(taken))).currency == currency
    assert customer_by_public_id(customer.public_id).current_balance == 100 - D(taken)
