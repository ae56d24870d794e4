"""One credit spent by many at once, and everything that moves money at the same moment: the books prove themselves."""

from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING

import pytest

from bigledger_crm.kernel.errors import InvalidData
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.scope import company_scope
from bigledger_crm.testing.factories import line, make_customer, make_invoice
from bigledger_crm.testing.threads import at_once
from customers.models import Customer
from customers.services import merge_customers
from invoicing import errors
from invoicing.inputs import (
    AllocationInput,
    CreditNoteInput,
    CustomerPaymentInput,
    PaymentInput,
    RefundInput,
    WriteOffInput,
)
from invoicing.integrity import check_integrity
from invoicing.models import Allocation, Invoice, Payment, Refund
from invoicing.services import (
    allocate_credit,
    create_credit_note,
    record_customer_payment,
    record_payment,
    refund_credit,
    unallocate_credit,
    void_payment,
    write_off_invoice,
)
from sales.inputs import QuantityInput

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.usefixtures("committed")
D = Decimal
MANY = 16


def kinds(failures: list[BaseException]) -> set[type[BaseException]]:
    return {type(failure) for failure in failures}


def credit_of(actor: Actor, customer: Customer, amount: int) -> Payment:
    return record_customer_payment(actor, CustomerPaymentInput(customer_id=customer.public_id, amount=D(amount)))


def wanted(invoice: Invoice, amount: int) -> list[AllocationInput]:
    return [AllocationInput(invoice_id=invoice.public_id, amount=D(amount))]


def test_sixteen_spend_one_credit_once(actor: Actor) -> None:
    with company_scope(actor.company):
        customer = make_customer(actor)
        invoices = [make_invoice(actor, customer) for _ in range(MANY)]
        payment = credit_of(actor, customer, 350)
    calls = [partial(allocate_credit, actor, payment, wanted(invoice, 100)) for invoice in invoices]
    done, refused = at_once(calls, company=actor.company)
    assert (len(done), kinds(refused)) == (3, {errors.AllocationExceedsCredit})
    with company_scope(actor.company):
        assert Payment.objects.get().unapplied == D(50)
        assert Invoice.objects.filter(stage="paid").count() == 3
    assert check_integrity() == []


def test_two_clicks_allocate_once(actor: Actor) -> None:
    with company_scope(actor.company):
        customer = make_customer(actor)
        invoice, payment = make_invoice(actor, customer), credit_of(actor, customer, 500)
    click = partial(allocate_credit, actor, payment, wanted(invoice, 100))
    done, refused = at_once([click] * 2, company=actor.company)
    assert (len(done), kinds(refused)) == (1, {errors.AllocationExceedsAmountDue})
    with company_scope(actor.company):
        assert Allocation.objects.count() == 1


def test_one_credit_is_refunded_once(actor: Actor) -> None:
    with company_scope(actor.company):
        payment = credit_of(actor, make_customer(actor), 100)
    refund = partial(refund_credit, actor, payment, RefundInput(amount=D(100)))
    done, refused = at_once([refund] * 8, company=actor.company)
    assert (len(done), kinds(refused)) == (1, {errors.RefundExceedsCredit})
    with company_scope(actor.company):
        assert Refund.objects.count() == 1
    assert check_integrity() == []


def test_payments_of_many_invoices_in_any_order(actor: Actor) -> None:
    """Each names the same invoices the other way round: nobody waits in a circle."""
    with company_scope(actor.company):
        customer = make_customer(actor)
        invoices = [make_invoice(actor, customer) for _ in range(4)]
        parts = [AllocationInput(invoice_id=invoice.public_id, amount=D(10)) for invoice in invoices]
    calls = [
        partial(
            record_customer_payment,
            actor,
            CustomerPaymentInput(customer_id=customer.public_id, amount=D(40), allocations=parts[::direction]),
        )
        for direction in (1, -1) * 5
    ]
    done, refused = at_once(calls, company=actor.company)
    assert (len(done), refused) == (10, [])
    assert check_integrity() == []


def test_everything_at_once(actor: Actor) -> None:
    with company_scope(actor.company):
        customer, other = make_customer(actor), make_customer(actor)
        invoice = make_invoice(actor, customer, [line("4", "25.00")])
        second = make_invoice(actor, customer)
        piece = QuantityInput(item_id=invoice.lines.get().public_id, quantity=D(1))
        settled = record_payment(actor, second, PaymentInput(amount=D(60)))
        payment = credit_of(actor, customer, 90)
    calls: list[Callable[[], object]] = [
        *[partial(allocate_credit, actor, payment, wanted(invoice, 20))] * 3,
        *[partial(allocate_credit, actor, payment, auto_allocate="oldest")] * 2,
        *[partial(unallocate_credit, actor, payment)] * 2,
        *[partial(void_payment, actor, settled)] * 2,
        *[partial(void_payment, actor, payment)] * 1,
        *[partial(refund_credit, actor, payment, RefundInput(amount=D(10)))] * 2,
        *[
            partial(
                create_credit_note,
                actor,
                CreditNoteInput(invoice_id=invoice.public_id, items=[piece], excess="credit"),
            )
        ]
        * 3,
        partial(write_off_invoice, actor, second, WriteOffInput(amount=D(5), kind="bank_charge")),
        partial(merge_customers, actor, customer, other),
    ]
    _, refused = at_once(calls, company=actor.company)
    assert kinds(refused) <= {
        errors.AllocationExceedsAmountDue,
        errors.AllocationExceedsCredit,
        errors.NothingAllocated,
        errors.PaymentAlreadyVoided,
        errors.PaymentCreditSpent,
        errors.RefundExceedsCredit,
        errors.WriteOffExceedsAmountDue,
        InvalidData,
    }
    with company_scope(actor.company):
        assert set(Invoice.objects.values_list("customer", flat=True)) == {other.pk}
        assert Customer.objects.get(pk=customer.pk).current_balance == 0
    assert check_integrity() == []
