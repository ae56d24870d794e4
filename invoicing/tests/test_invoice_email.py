"""What the email of an invoice says of the money: it agrees, whatever has been paid and credited by then."""

from decimal import Decimal

import pytest

from bigledger_crm.outbox.email_templates.services import save_email_text
from bigledger_crm.outbox.message import preview
from bigledger_crm.registry import EmailContent
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.testing.factories import line, make_customer, make_invoice
from invoicing.inputs import CreditNoteInput, PaymentInput
from invoicing.models import Invoice
from invoicing.services import create_credit_note, draft_invoice_email, record_payment
from sales.inputs import QuantityInput
from sales.services import EmailOptions

pytestmark = pytest.mark.usefixtures("in_company", "time_in_2024")


@pytest.fixture
def invoice(actor: Actor) -> Invoice:
    """An invoice of MYR 771.02."""
    return make_invoice(actor, make_customer(actor), [line("1", "471.02"), line("3", "100.00")])


def pay(actor: Actor, invoice: Invoice, amount: str) -> None:
    record_payment(actor, invoice, PaymentInput(amount=Decimal(amount), payment_method="cash"))
    invoice.refresh_from_db()


def test_before_anything_is_paid(actor: Actor, invoice: Invoice) -> None:
    email = draft_invoice_email(actor, invoice, EmailOptions())
    assert "invoice INV-2024-0001 for MYR 771.02, due on 14 February 2024.\n\nThank you" in email.body
    assert (email.figure, email.figure_note) == ("MYR 771.02", "Due 14 February 2024")


def test_after_a_part_payment(actor: Actor, invoice: Invoice) -> None:
    pay(actor, invoice, "300.00")
    email = draft_invoice_email(actor, invoice, EmailOptions())
    assert email.figure == "MYR 471.02"
    assert "for MYR 771.02, due" in email.body
    assert "MYR 300.00 has been paid. The amount due is MYR 471.02." in preview(email).text


def test_after_a_credit_as_well(actor: Actor, invoice: Invoice) -> None:
    pay(actor, invoice, "300.00")
    items = [QuantityInput(item_id=invoice.lines.get(position=2).public_id, quantity=Decimal(1))]
    create_credit_note(actor, CreditNoteInput(invoice_id=invoice.public_id, items=items))
    invoice.refresh_from_db()
    email = draft_invoice_email(actor, invoice, EmailOptions())
    said = "MYR 300.00 has been paid and MYR 100.00 has been credited. The amount due is MYR 371.02."
    assert said in email.body
    assert email.figure == "MYR 371.02"


def test_paid_in_full(actor: Actor, invoice: Invoice) -> None:
    pay(actor, invoice, "771.02")
    email = draft_invoice_email(actor, invoice, EmailOptions())
    assert "MYR 771.02 has been paid. No further payment is due." in email.body
    assert email.figure == ""


def test_a_companys_own_text_tells_it_too(actor: Actor, invoice: Invoice) -> None:
    save_email_text(
        actor, "invoice", "en", EmailContent("Invoice {number}", "Hello {customer},\n\n{number} is {total}.")
    )
    pay(actor, invoice, "300.00")
    said = "INV-2024-0001 is MYR 771.02.\n\nMYR 300.00 has been paid. The amount due is MYR 471.02."
    assert draft_invoice_email(actor, invoice, EmailOptions()).body.endswith(said)
    save_email_text(actor, "invoice", "en", EmailContent("Invoice {number}", "Hello {customer},\n\npay {amount_due}."))
    assert draft_invoice_email(actor, invoice, EmailOptions()).body.endswith("pay MYR 471.02.")
