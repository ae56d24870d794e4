"""Every state of an invoice × everything that can be done to it: what happens, or how it is refused."""

from collections.abc import Callable
from decimal import Decimal

import pytest

from bigledger_crm.kernel.errors import DomainError, InvalidStatusTransition
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.testing.factories import line, make_invoice
from invoicing.errors import (
    CreditExceedsAmountDue,
    InvoiceAlreadyCredited,
    InvoiceHasPayments,
    InvoiceNotIssued,
    PaymentAlreadyVoided,
    PaymentExceedsAmountDue,
)
from invoicing.inputs import CreditNoteInput, PaymentInput
from invoicing.integrity import check_integrity
from invoicing.models import Invoice, Payment
from invoicing.queries import state_of
from invoicing.services import (
    cancel_invoice,
    create_credit_note,
    duplicate_invoice,
    issue_invoice,
    record_payment,
    send_invoice,
    void_payment,
)
from sales.inputs import QuantityInput
from sales.services import EmailOptions

pytestmark = pytest.mark.usefixtures("in_company", "time_in_2024")
D = Decimal
Act = Callable[[Actor, Invoice], object]


def pay(amount: str) -> Act:
    return lambda actor, invoice: record_payment(actor, invoice, PaymentInput(amount=D(amount)))


def credit(quantity: str) -> Act:
    def act(actor: Actor, invoice: Invoice) -> object:
        part = QuantityInput(item_id=invoice.lines.get().public_id, quantity=D(quantity))
        return create_credit_note(actor, CreditNoteInput(invoice_id=invoice.public_id, items=[part]))

    return act


def credit_the_rest(actor: Actor, invoice: Invoice) -> object:
    return create_credit_note(actor, CreditNoteInput(invoice_id=invoice.public_id))


def void(actor: Actor, invoice: Invoice) -> object:
    return void_payment(actor, Payment.objects.filter(invoice=invoice)[0])


# An invoice of four at 25.00, brought there by these steps.
STATES: dict[str, tuple[Act, ...]] = {
    "draft": (),
    "issued": (issue_invoice,),
    "paid in part": (issue_invoice, pay("40.00")),
    "paid": (issue_invoice, pay("100.00")),
    "payment voided": (issue_invoice, pay("100.00"), void),
    "credited in part": (issue_invoice, credit("1")),
    "credited": (issue_invoice, credit_the_rest),
    "paid and credited": (issue_invoice, pay("75.00"), credit("1")),
    "cancelled draft": (cancel_invoice,),
    "cancelled": (issue_invoice, cancel_invoice),
}
ACTIONS: dict[str, Act] = {
    "issue": issue_invoice,
    "send": lambda actor, invoice: send_invoice(actor, invoice, EmailOptions()),
    "pay 25": pay("25.00"),
    "pay 100": pay("100.00"),
    "credit 1": credit("1"),
    "credit rest": credit_the_rest,
    "void": void,
    "cancel": cancel_invoice,
    "duplicate": duplicate_invoice,
}
MOVE, PAID, UNISSUED = InvalidStatusTransition, InvoiceHasPayments, InvoiceNotIssued
OVERPAID, OVERCREDITED, ALL_CREDITED = PaymentExceedsAmountDue, CreditExceedsAmountDue, InvoiceAlreadyCredited
GONE = PaymentAlreadyVoided
# What refuses each action, in the order of ACTIONS; None: it is done.  Nothing to void: not tried.
TABLE: dict[str, tuple[type[DomainError] | str | None, ...]] = {
    "draft": (None, None, UNISSUED, UNISSUED, UNISSUED, UNISSUED, "-", None, None),
    "issued": (MOVE, None, None, None, None, None, "-", None, None),
    "paid in part": (MOVE, None, None, OVERPAID, None, OVERCREDITED, None, PAID, None),
    "paid": (MOVE, None, OVERPAID, OVERPAID, OVERCREDITED, OVERCREDITED, None, PAID, None),
    "payment voided": (MOVE, None, None, None, None, None, GONE, None, None),
    "credited in part": (MOVE, None, None, OVERPAID, None, None, "-", PAID, None),
    "credited": (MOVE, None, OVERPAID, OVERPAID, ALL_CREDITED, ALL_CREDITED, "-", PAID, None),
    "paid and credited": (MOVE, None, OVERPAID, OVERPAID, OVERCREDITED, OVERCREDITED, None, PAID, None),
    "cancelled draft": (MOVE, MOVE, UNISSUED, UNISSUED, UNISSUED, UNISSUED, "-", MOVE, None),
    "cancelled": (MOVE, MOVE, UNISSUED, UNISSUED, UNISSUED, UNISSUED, "-", MOVE, None),
}
CASES = [
    (state, action, refusal)
    for state, row in TABLE.items()
    for action, refusal in zip(ACTIONS, row, strict=True)
    if refusal != "-"
]
SHOWN = {
    "draft": ("draft", "unpaid", "100"),
    "issued": ("sent", "unpaid", "100"),
    "paid in part": ("sent", "partial", "60"),
    "paid": ("paid", "paid", "0"),
    "payment voided": ("sent", "unpaid", "100"),
    "credited in part": ("sent", "unpaid", "75"),
    "credited": ("paid", "paid", "0"),
    "paid and credited": ("paid", "paid", "0"),
    "cancelled draft": ("cancelled", "unpaid", "0"),
    "cancelled": ("cancelled", "unpaid", "0"),
}


def brought_to(actor: Actor, state: str) -> Invoice:
    invoice = make_invoice(actor, None, [line("4", "25.00")], draft=True)
    for step in STATES[state]:
        step(actor, invoice)
    invoice.refresh_from_db()
    return invoice


@pytest.mark.parametrize("state", STATES)
def test_how_each_state_is_shown(actor: Actor, state: str) -> None:
    stands = state_of(brought_to(actor, state), actor.today())
    assert (stands.status, stands.payment_status, stands.amount_due) == (*SHOWN[state][:2], D(SHOWN[state][2]))


@pytest.mark.parametrize(("state", "action", "refusal"), CASES)
def test_what_can_be_done(actor: Actor, state: str, action: str, refusal: type[DomainError] | None) -> None:
    invoice = brought_to(actor, state)
    before = (invoice.status, invoice.amount_paid, invoice.amount_credited, Invoice.objects.count())
    if refusal is None:
        ACTIONS[action](actor, invoice)
    else:
        with pytest.raises(refusal):
            ACTIONS[action](actor, invoice)
        invoice.refresh_from_db()
        assert (invoice.status, invoice.amount_paid, invoice.amount_credited, Invoice.objects.count()) == before
    assert check_integrity(actor.company) == []
