"""Payments by customers: what they settle, what is left, and what can be reversed."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from bigledger_crm.audit.services import timeline_of
from bigledger_crm.kernel import clock
from bigledger_crm.kernel.errors import NotFound
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.testing.errors import invalid_fields
from bigledger_crm.testing.factories import line, make_customer, make_invoice
from customers.models import Customer, ReceivableEntry
from customers.services import merge_customers
from invoicing.errors import (
    AllocationAlreadyReversed,
    AllocationExceedsAmountDue,
    AllocationExceedsCredit,
    InvoiceNotIssued,
    NothingAllocated,
    PaymentAlreadyVoided,
    PaymentCreditSpent,
)
from invoicing.inputs import AllocationInput, CustomerPaymentInput, PaymentInput, RefundInput
from invoicing.integrity import check_integrity
from invoicing.models import Allocation, Invoice, Payment
from invoicing.services import (
    allocate_credit,
    record_customer_payment,
    record_payment,
    refund_credit,
    unallocate_credit,
    void_payment,
    void_refund,
)

pytestmark = pytest.mark.usefixtures("in_company", "time_in_2024")
D = Decimal


@pytest.fixture(autouse=True)
def _books_are_right(actor: Actor, in_company: object, time_in_2024: object) -> Iterator[None]:
    yield
    assert check_integrity(actor.company) == []


@pytest.fixture
def customer(actor: Actor, in_company: object, time_in_2024: object) -> Customer:
    return make_customer(actor)


def part(invoice: Invoice, amount: str) -> AllocationInput:
    return AllocationInput(invoice_id=invoice.public_id, amount=D(amount))


def pay(actor: Actor, customer: Customer, amount: str, *parts: AllocationInput, **more: object) -> Payment:
    values: dict[str, object] = {"customer_id": customer.public_id, "amount": D(amount), "allocations": parts, **more}
    return record_customer_payment(actor, CustomerPaymentInput(**values))  # type: ignore[arg-type]


def stored(invoice: Invoice) -> Invoice:
    return Invoice.objects.get(pk=invoice.pk)


def balance(customer: Customer) -> Decimal:
    return Customer.objects.get(pk=customer.pk).current_balance


def test_one_transfer_for_three_invoices_keeps_the_surplus(actor: Actor, customer: Customer) -> None:
    invoices = [make_invoice(actor, customer) for _ in range(3)]
    parts = [part(invoices[0], "100"), part(invoices[1], "100"), part(invoices[2], "40")]
    payment = pay(actor, customer, "250.00", *parts, reference="TT 7", payment_method="bank_transfer")
    assert [stored(invoice).stage for invoice in invoices] == ["paid", "paid", "open"]
    assert (payment.invoice, payment.amount_allocated) == (None, D(240))
    assert Payment.objects.get().unapplied == D(10)
    assert balance(customer) == D(50) == sum(stored(invoice).amount_due for invoice in invoices) - D(10)
    entry = ReceivableEntry.objects.get(kind="payment")
    assert (entry.amount, entry.document_number) == (D(-250), "TT 7")
    events = [entry.event for entry in timeline_of(invoices[0].pk)]
    assert {"payment.recorded", "invoice.paid"} <= set(events)
    assert all(row.is_initial for row in Allocation.objects.all())


def test_what_is_due_longest_is_settled_first(actor: Actor, customer: Customer) -> None:
    late = make_invoice(actor, customer, due_date=date(2024, 3, 1))
    early = make_invoice(actor, customer, due_date=date(2024, 1, 20))
    named = make_invoice(actor, customer, due_date=date(2024, 5, 1))
    pay(actor, customer, "180", part(named, "50"), auto_allocate="oldest")
    assert [stored(invoice).amount_paid for invoice in (named, early, late)] == [D(50), D(100), D(30)]
    rich = pay(actor, customer, "500", auto_allocate="oldest")
    assert [stored(invoice).stage for invoice in (named, early, late)] == ["paid"] * 3
    assert Payment.objects.get(pk=rich.pk).unapplied == D(380)


def test_credit_is_applied_later_on_the_day(actor: Actor, customer: Customer) -> None:
    payment = pay(actor, customer, "150")
    assert (balance(customer), Payment.objects.get().unapplied) == (D(-150), D(150))
    invoice = make_invoice(actor, customer)
    with clock.travelling(clock.now() + timedelta(days=3)):
        allocate_credit(actor, payment, [part(invoice, "100")])
        assert [entry.note for entry in timeline_of(invoice.pk).filter(event="payment.allocated")] == ["MYR 100.00"]
    allocation = Allocation.objects.get()
    assert (allocation.allocation_date, allocation.is_initial) == (date(2024, 1, 18), False)
    assert (stored(invoice).stage, stored(invoice).last_payment_date) == ("paid", date(2024, 1, 15))
    assert (balance(customer), Payment.objects.get().unapplied) == (D(-50), D(50))
    assert not ReceivableEntry.objects.filter(kind__in=("refund", "void")).exists()


def test_allocations_of_a_payment_have_its_date_or_the_invoices(actor: Actor, customer: Customer) -> None:
    old = make_invoice(actor, customer, invoice_date=date(2024, 1, 2))
    new = make_invoice(actor, customer, invoice_date=date(2024, 1, 12))
    pay(actor, customer, "20", part(old, "10"), part(new, "10"), payment_date=date(2024, 1, 8))
    days = {row.invoice_id: row.allocation_date for row in Allocation.objects.all()}
    assert days == {old.pk: date(2024, 1, 8), new.pk: date(2024, 1, 12)}


def test_an_earlier_day_needs_room_on_every_day_since(actor: Actor, customer: Customer) -> None:
    """What was paid until the tenth can't have been paid a second time on the fifth."""
    with clock.travelling(datetime(2024, 1, 2, tzinfo=UTC)):
        invoice = make_invoice(actor, customer)
    first = record_payment(actor, invoice, PaymentInput(amount=D(100), payment_date=date(2024, 1, 3)))
    with clock.travelling(datetime(2024, 1, 20, tzinfo=UTC)):
        void_payment(actor, first)
        second = record_payment(actor, invoice, PaymentInput(amount=D(100), payment_date=date(2024, 1, 5)))
    assert Allocation.objects.get(payment=second).allocation_date == date(2024, 1, 20)
    assert stored(invoice).last_payment_date == date(2024, 1, 5)


def test_what_is_taken_back_is_due_and_credit_again(actor: Actor, customer: Customer) -> None:
    invoices = [make_invoice(actor, customer) for _ in range(2)]
    payment = pay(actor, customer, "200", *(part(invoice, "100") for invoice in invoices))
    one = Allocation.objects.get(invoice=invoices[0])
    unallocate_credit(actor, payment, [one.public_id])
    assert [stored(invoice).stage for invoice in invoices] == ["open", "paid"]
    assert stored(invoices[0]).last_payment_date is None
    assert (Payment.objects.get().unapplied, balance(customer)) == (D(100), D(0))
    with pytest.raises(AllocationAlreadyReversed) as refused:
        unallocate_credit(actor, payment, [one.public_id])
    assert refused.value.details[0]["unappliedAmount"] == D(100)
    unallocate_credit(actor, payment)
    assert Payment.objects.get().unapplied == D(200)
    with pytest.raises(NothingAllocated):
        unallocate_credit(actor, payment)
    reversal = Allocation.objects.get(reverses=one)
    assert set(invalid_fields(lambda: unallocate_credit(actor, payment, []))) == {"allocationIds"}
    for public_id in ("alc_nonsense", reversal.public_id, payment.public_id):
        with pytest.raises(NotFound):
            unallocate_credit(actor, payment, [public_id])


def test_more_than_is_due_names_each_line(actor: Actor, customer: Customer) -> None:
    first, second, third = (make_invoice(actor, customer) for _ in range(3))
    with pytest.raises(AllocationExceedsAmountDue) as refused:
        pay(actor, customer, "400", part(first, "100.01"), part(second, "100"), part(third, "150"))
    assert [(row["field"], row["invoiceNumber"], row["amountDue"]) for row in refused.value.details] == [
        ("allocations[0].amount", first.invoice_number, D(100)),
        ("allocations[2].amount", third.invoice_number, D(100)),
    ]
    with pytest.raises(AllocationExceedsCredit) as too_much:
        pay(actor, customer, "150", part(first, "100"), part(second, "50.01"))
    assert too_much.value.details == [{"amount": D("150.01"), "unappliedAmount": D(150), "currency": "MYR"}]
    assert not Payment.objects.exists()
    assert not Allocation.objects.exists()


def test_only_issued_invoices_of_the_customer(actor: Actor, customer: Customer) -> None:
    draft, foreign = make_invoice(actor, customer, draft=True), make_invoice(actor)
    with pytest.raises(InvoiceNotIssued):
        pay(actor, customer, "10", part(draft, "10"))
    for attempt in (foreign.public_id, "inv_nonsense", customer.public_id):
        with pytest.raises(NotFound, match=attempt):
            pay(actor, customer, "10", AllocationInput(invoice_id=attempt, amount=D(10)))
    payment = pay(actor, customer, "10")
    with pytest.raises(NotFound):
        allocate_credit(actor, payment, [part(foreign, "1")])
    assert set(invalid_fields(lambda: allocate_credit(actor, payment))) == {"allocations"}


def test_every_failing_field_is_named(actor: Actor, customer: Customer) -> None:
    invoice = make_invoice(actor, customer)
    wrong = invalid_fields(
        lambda: pay(
            actor,
            customer,
            "-1",
            part(invoice, "0"),
            part(invoice, "1.005"),
            AllocationInput(),
            currency="USD",
            payment_date=date(2024, 1, 16),
            payment_method="barter",
            exchange_rate=D(2),
            auto_allocate="newest",
            reference="x" * 101,
        )
    )
    assert set(wrong) == {
        *("amount", "currency", "paymentDate", "paymentMethod", "exchangeRate", "autoAllocate", "reference"),
        *("allocations[0].amount", "allocations[1].amount", "allocations[1].invoiceId"),
        *("allocations[2].amount", "allocations[2].invoiceId"),
    }
    assert set(invalid_fields(lambda: record_customer_payment(actor, CustomerPaymentInput()))) == {"customerId"}
    merge_customers(actor, other := make_customer(actor), customer)
    assert set(invalid_fields(lambda: pay(actor, other, "1"))) == {"customerId"}


def test_a_payment_for_an_invoice_can_leave_credit(actor: Actor, customer: Customer) -> None:
    invoice = make_invoice(actor, customer)
    payment = record_payment(actor, invoice, PaymentInput(amount=D(130), excess="credit"))
    assert (payment.invoice, payment.amount_allocated, stored(invoice).stage) == (invoice, D(100), "paid")
    again = record_payment(actor, invoice, PaymentInput(amount=D(5), excess="credit"))
    assert Payment.objects.get(pk=again.pk).unapplied == D(5)
    assert balance(customer) == D(-35)
    assert set(invalid_fields(lambda: record_payment(actor, invoice, PaymentInput(amount=D(5), excess="keep")))) == {
        "excess"
    }


def test_voiding_takes_back_what_the_payment_settled(actor: Actor, customer: Customer) -> None:
    invoices = [make_invoice(actor, customer) for _ in range(2)]
    payment = pay(actor, customer, "250", *(part(invoice, "100") for invoice in invoices))
    void_payment(actor, payment, reason="Bounced")
    assert [stored(invoice).amount_due for invoice in invoices] == [D(100), D(100)]
    assert (Payment.objects.get().unapplied, balance(customer)) == (D(0), D(200))
    assert Allocation.objects.filter(reverses__isnull=False).count() == 2
    for refused in (
        lambda: void_payment(actor, payment),
        lambda: allocate_credit(actor, payment, [part(invoices[0], "1")]),
        lambda: unallocate_credit(actor, payment),
        lambda: refund_credit(actor, payment, RefundInput(amount=D(1))),
    ):
        with pytest.raises(PaymentAlreadyVoided):
            refused()


def test_a_payment_whose_credit_went_elsewhere_says_where(actor: Actor, customer: Customer) -> None:
    first, second = make_invoice(actor, customer), make_invoice(actor, customer)
    payment = pay(actor, customer, "190", part(first, "100"))
    allocate_credit(actor, payment, [part(second, "60")])
    refund = refund_credit(actor, payment, RefundInput(amount=D(20)))
    with pytest.raises(PaymentCreditSpent) as refused:
        void_payment(actor, payment)
    went = Allocation.objects.get(invoice=second)
    assert refused.value.details == [
        {
            "allocationId": went.public_id,
            "invoiceId": second.public_id,
            "invoiceNumber": second.invoice_number,
            "amount": D(60),
        },
        {"refundId": refund.public_id, "amount": D(20)},
    ]
    assert stored(first).stage == "paid"
    unallocate_credit(actor, payment, [went.public_id])
    void_refund(actor, refund)
    void_payment(actor, payment)
    assert balance(customer) == D(200)


def test_gain_and_loss_by_rate(actor: Actor) -> None:
    customer = make_customer(actor, currency="USD")
    first = make_invoice(actor, customer, [line(unit_price="333.33")], exchange_rate=D("4.6543"))
    second = make_invoice(actor, customer, [line(unit_price="666.67")], exchange_rate=D("4.7211"))
    parts = [part(first, "333.33"), part(second, "666.67")]
    assert set(invalid_fields(lambda: pay(actor, customer, "1000", *parts))) == {"exchangeRate"}
    pay(actor, customer, "1000", *parts, exchange_rate=D("4.70"))
    gains = [row.realized_gain_loss for row in Allocation.objects.order_by("amount")]
    assert gains == [D("15.23"), D("-14.07")]
    third = make_invoice(actor, customer, exchange_rate=D("4.8"))
    assert pay(actor, customer, "100", part(third, "100")).exchange_rate == D("4.8")
    assert Allocation.objects.get(invoice=third).realized_gain_loss == 0
    fourth = make_invoice(actor, customer, exchange_rate=D("4.8"))
    own_rate = record_payment(actor, fourth, PaymentInput(amount=D(100), exchange_rate=D("4.9")))
    assert Allocation.objects.get(payment=own_rate).realized_gain_loss == D(10)
    assert set(invalid_fields(lambda: pay(actor, customer, "1"))) == {"exchangeRate"}


def test_the_last_part_of_an_invoice_takes_the_remainder(actor: Actor) -> None:
    customer = make_customer(actor, currency="USD")
    invoice = make_invoice(actor, customer, exchange_rate=D("3.3333"))
    for amount in ("50.00", "50.00"):
        record_payment(actor, invoice, PaymentInput(amount=D(amount)))
    bases = [
        (row.source_base_amount, row.invoice_base_amount) for row in Allocation.objects.order_by("created_at", "pk")
    ]
    assert sorted(bases) == [(D("166.67"), D("166.66")), (D("166.67"), D("166.67"))]
    assert sum(base for _, base in bases) == D("333.33")
