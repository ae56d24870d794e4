"""Credit notes for no invoice, and those that are more than what is due."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from bigledger_crm.kernel.errors import NotFound, PermissionDenied
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.testing.errors import invalid_fields
from bigledger_crm.testing.factories import line, make_customer, make_invoice
from customers.models import Customer
from customers.services import merge_customers
from invoicing.errors import CreditExceedsAmountDue
from invoicing.inputs import AllocationInput, CreditNoteInput, GoodwillInput, PaymentInput
from invoicing.integrity import check_integrity
from invoicing.models import CreditNote
from invoicing.queries.settlement import applied_to_invoice
from invoicing.services import (
    allocate_credit,
    create_credit_note,
    create_goodwill_note,
    credit_note_email_content,
    record_payment,
    render_credit_note_pdf,
    unallocate_credit,
)
from sales.inputs import QuantityInput

pytestmark = pytest.mark.usefixtures("in_company", "time_in_2024")
D = Decimal


@pytest.fixture(autouse=True)
def _books_are_right(actor: Actor, in_company: object, time_in_2024: object) -> Iterator[None]:
    yield
    assert check_integrity(actor.company) == []


def goodwill(customer: Customer, **more: object) -> GoodwillInput:
    values: dict[str, object] = {"customer_id": customer.public_id, "reason": "Late", "items": [line()], **more}
    return GoodwillInput(**values)  # type: ignore[arg-type]


def test_goodwill_is_credit_at_once(actor: Actor) -> None:
    customer = make_customer(actor)
    note = create_goodwill_note(actor, goodwill(customer, items=[line(unit_price="50.00", tax_code="SST")]))
    assert (note.invoice, note.total_tax, note.total) == (None, D("3.00"), D("53.00"))
    assert (note.credit_note_number, note.credit_note_date) == ("CN-2024-0001", date(2024, 1, 15))
    owed = Customer.objects.get()
    assert (owed.current_balance, owed.total_sales) == (D(-53), D(-53))
    assert applied_to_invoice(note) == 0
    invoice = make_invoice(actor, customer)
    allocate_credit(actor, note, auto_allocate="oldest")
    invoice.refresh_from_db()
    assert (invoice.amount_credited, CreditNote.objects.get().unapplied) == (D(53), D(0))
    assert applied_to_invoice(note) == 0
    assert render_credit_note_pdf(actor, note).content.startswith(b"%PDF")
    content, _language = credit_note_email_content(actor, note)
    assert "MYR 53.00.\n\nReason: Late" in content.body


def test_goodwill_needs_a_reason_and_something(actor: Actor) -> None:
    customer = make_customer(actor)
    wrong = goodwill(customer, reason=" ", credit_note_date=date(2024, 1, 16), items=[])
    assert {"reason", "creditNoteDate", "items"} <= set(invalid_fields(lambda: create_goodwill_note(actor, wrong)))
    free = goodwill(customer, items=[line(discount_percent=D(100))])
    assert set(invalid_fields(lambda: create_goodwill_note(actor, free))) == {"items"}
    with pytest.raises(NotFound):
        create_goodwill_note(actor, GoodwillInput(customer_id="cust_nonsense", reason="Late", items=[line()]))
    foreign = goodwill(make_customer(actor, currency="USD"))
    assert set(invalid_fields(lambda: create_goodwill_note(actor, foreign))) == {"exchangeRate"}
    clerk = replace(actor, permissions=actor.permissions - {"credit-notes:goodwill"})
    with pytest.raises(PermissionDenied):
        create_goodwill_note(clerk, goodwill(customer))
    assert not CreditNote.objects.exists()


def test_more_than_is_due_is_refused_or_kept(actor: Actor) -> None:
    invoice = make_invoice(actor, lines=[line("4", "25.00")])
    record_payment(actor, invoice, PaymentInput(amount=D(80)))
    part = [QuantityInput(item_id=invoice.lines.get().public_id, quantity=D(3))]
    credit = CreditNoteInput(invoice_id=invoice.public_id, items=part)
    with pytest.raises(CreditExceedsAmountDue):
        create_credit_note(actor, credit)
    note = create_credit_note(actor, replace(credit, excess="credit"))
    assert (applied_to_invoice(note), CreditNote.objects.get().unapplied) == (D(20), D(55))
    unallocate_credit(actor, note)
    assert applied_to_invoice(note) == D(20)  # as it was issued
    assert set(invalid_fields(lambda: create_credit_note(actor, replace(credit, excess="keep")))) == {"excess"}


def test_credit_moves_with_a_merged_customer(actor: Actor) -> None:
    kept, gone = make_customer(actor), make_customer(actor)
    note = create_goodwill_note(actor, goodwill(gone))
    invoice = make_invoice(actor, gone)
    record_payment(actor, invoice, PaymentInput(amount=D(120), excess="credit"))
    merge_customers(actor, gone, kept)
    later = make_invoice(actor, kept)
    allocate_credit(
        actor, CreditNote.objects.get(pk=note.pk), [AllocationInput(invoice_id=later.public_id, amount=D(5))]
    )
    assert Customer.objects.get(pk=kept.pk).current_balance == D(-20)
