"""Payments, voids, credit notes and cancellations of one invoice at once: the sums stay right, whoever wins."""

from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING

import pytest

from bigledger_crm.kernel.errors import InvalidStatusTransition
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.scope import company_scope
from bigledger_crm.testing.factories import line, make_invoice, make_order
from bigledger_crm.testing.threads import at_once, kinds
from customers.models import Customer, ReceivableEntry
from invoicing.errors import (
    CreditExceedsAmountDue,
    CreditExceedsRemaining,
    InvoiceAlreadyCredited,
    InvoiceHasPayments,
    InvoiceNotIssued,
    OrderAlreadyInvoiced,
    PaymentAlreadyVoided,
    PaymentExceedsAmountDue,
)
from invoicing.inputs import CreditNoteInput, PaymentInput
from invoicing.integrity import check_integrity
from invoicing.models import CreditNote, Invoice, Payment
from invoicing.services import (
    cancel_invoice,
    convert_order_to_invoice,
    create_credit_note,
    issue_invoice,
    record_payment,
    void_payment,
)
from sales.inputs import QuantityInput
from sales.models import SalesOrderLine

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.usefixtures("committed")
D = Decimal


def test_a_payment_voided_by_twenty_is_voided_once(actor: Actor) -> None:
    with company_scope(actor.company):
        payment = record_payment(actor, make_invoice(actor), PaymentInput(amount=D(60)))
    done, refused = at_once([partial(void_payment, actor, payment)] * 20, company=actor.company)
    assert (len(done), len(refused), kinds(refused)) == (1, 19, {PaymentAlreadyVoided})
    with company_scope(actor.company):
        assert ReceivableEntry.objects.filter(kind="void").count() == 1
        assert Customer.objects.get().current_balance == 100
    assert check_integrity() == []


def test_an_invoice_credited_by_ten_is_credited_once(actor: Actor) -> None:
    with company_scope(actor.company):
        invoice = make_invoice(actor, None, [line("3", "33.335", tax_code="SST")], shipping_cost=D("5.00"))
    credit = partial(create_credit_note, actor, CreditNoteInput(invoice_id=invoice.public_id))
    done, refused = at_once([credit] * 10, company=actor.company)
    assert (len(done), len(refused), kinds(refused)) == (1, 9, {InvoiceAlreadyCredited})
    assert check_integrity() == []


def test_sevenths_credited_at_once_make_up_the_invoice(actor: Actor) -> None:
    with company_scope(actor.company):
        invoice = make_invoice(actor, None, [line("7", "33.335", tax_code="SST")])
        part = QuantityInput(item_id=invoice.lines.get().public_id, quantity=D(1))
    credit = partial(create_credit_note, actor, CreditNoteInput(invoice_id=invoice.public_id, items=[part]))
    done, refused = at_once([credit] * 12, company=actor.company)
    assert len(done) == 7
    assert kinds(refused) <= {CreditExceedsRemaining, InvoiceAlreadyCredited}
    with company_scope(actor.company):
        assert sum(note.total for note in CreditNote.objects.all()) == invoice.total
        numbers = sorted(CreditNote.objects.values_list("credit_note_number", flat=True))
        assert [number[-4:] for number in numbers] == [f"{number:04d}" for number in range(1, 8)]
    assert check_integrity() == []


@pytest.mark.parametrize("paid", [False, True])
def test_everything_at_once(actor: Actor, paid: bool) -> None:
    with company_scope(actor.company):
        invoice = make_invoice(actor, None, [line("4", "25.00")])
        part = QuantityInput(item_id=invoice.lines.get().public_id, quantity=D(1))
        payment = record_payment(actor, invoice, PaymentInput(amount=D(50))) if paid else None
    calls: list[Callable[[], object]] = [partial(record_payment, actor, invoice, PaymentInput(amount=D(25)))] * 5
    calls += [partial(create_credit_note, actor, CreditNoteInput(invoice_id=invoice.public_id, items=[part]))] * 5
    calls += [partial(cancel_invoice, actor, invoice)] * 3
    calls += [partial(void_payment, actor, payment)] * 3 if payment else []
    _, refused = at_once(calls, company=actor.company)
    assert kinds(refused) <= {
        PaymentExceedsAmountDue,
        CreditExceedsAmountDue,
        CreditExceedsRemaining,
        InvoiceAlreadyCredited,
        InvoiceHasPayments,
        InvoiceNotIssued,
        PaymentAlreadyVoided,
        InvalidStatusTransition,
    }
    with company_scope(actor.company):
        stored = Invoice.objects.get()
        received = sum(row.amount for row in Payment.objects.filter(voided_at=None))
        credited = sum(note.total for note in CreditNote.objects.all())
        assert (stored.amount_paid, stored.amount_credited) == (received, credited)
        assert received + credited <= stored.total
        owed = 0 if stored.status == "cancelled" else stored.total - received - credited
        assert Customer.objects.get().current_balance == owed
    assert check_integrity() == []


def test_cancelling_while_others_invoice_the_order(actor: Actor) -> None:
    with company_scope(actor.company):
        order = make_order(actor, None, [line("9", "3.33", tax_code="SST")], shipping_cost=D("9.00"))
        key = order.lines.get().public_id
        thirds = [
            issue_invoice(
                actor, convert_order_to_invoice(actor, order, partial_items=[QuantityInput(item_id=key, quantity=D(3))])
            )
            for _ in range(3)
        ]
    calls: list[Callable[[], object]] = [partial(cancel_invoice, actor, invoice) for invoice in thirds]
    calls += [partial(convert_order_to_invoice, actor, order)] * 3
    _, refused = at_once(calls, company=actor.company)
    assert kinds(refused) <= {OrderAlreadyInvoiced}
    with company_scope(actor.company):
        if SalesOrderLine.objects.get().invoiced_quantity < 9:
            convert_order_to_invoice(actor, order)
        live = Invoice.objects.exclude(status="cancelled")
        assert sum(invoice.total for invoice in live) == order.total
    assert check_integrity() == []
