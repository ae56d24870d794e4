"""Money in the matrix of tenancy: payments, credit, refunds and write-offs."""

from dataclasses import dataclass, replace
from decimal import Decimal

from bigledger_crm.testing.factories import make_invoice
from bigledger_crm.testing.tenancy_given import Given
from invoicing.inputs import (
    CreditNoteInput,
    CustomerPaymentInput,
    EInvoiceSettingsInput,
    GoodwillInput,
    PaymentInput,
    RefundInput,
    WriteOffInput,
)
from invoicing.models import Allocation, CreditNote, Invoice, JournalEntry
from invoicing.services import (
    create_credit_note,
    create_goodwill_note,
    post_journal,
    record_customer_payment,
    record_payment,
    refund_credit,
    update_einvoice_settings,
    update_journal_accounts,
    write_off_invoice,
)
from sales.inputs import LineInput, QuantityInput


@dataclass(frozen=True)
class MoneyFixtures:
    """The public ids of what settles a company's invoices."""

    payment: str
    credit_payment: str
    refund: str
    write_off: str
    goodwill_note: str
    credited_invoice: str
    credited_line: str
    credit_note: str
    allocation: str
    credit_allocation: str
    journal_entry: str


def make_money_fixtures(given: Given, issued: Invoice, overdue: Invoice) -> dict[str, str]:
    """The fields of MoneyFixtures: `issued` is paid in part, of `overdue` a part is written off."""
    actor, text, customer = given.actor, given.text, given.customer
    payment = record_payment(
        actor, issued, PaymentInput(amount=Decimal("1.00"), payment_method="cash", reference=given.mark)
    )
    kept = record_customer_payment(
        actor,
        CustomerPaymentInput(customer_id=customer.public_id, amount=Decimal(20), reference=text[:100], notes=text),
    )
    refund = refund_credit(actor, kept, RefundInput(amount=Decimal(1), reference=text[:100], notes=text))
    write_off = write_off_invoice(actor, overdue, WriteOffInput(kind="bank_charge", amount=Decimal(1), reason=text))
    lines = [LineInput(description=text, quantity=Decimal(1), unit_price=Decimal(9))] * given.rows
    goodwill = create_goodwill_note(actor, GoodwillInput(customer_id=customer.public_id, reason=text, items=lines))
    note = _credit_half(given)
    assert note.invoice is not None
    post_journal(actor)
    update_einvoice_settings(actor, EInvoiceSettingsInput(client_id=f"{given.mark}-client"))
    update_journal_accounts(actor, {"bank": ("1010", f"{given.mark} bank")})
    return {
        "payment": payment.public_id,
        "credit_payment": kept.public_id,
        "refund": refund.public_id,
        "write_off": write_off.public_id,
        "goodwill_note": goodwill.public_id,
        "credited_invoice": note.invoice.public_id,
        "credited_line": note.invoice.lines.all()[0].public_id,
        "credit_note": note.public_id,
        "allocation": Allocation.objects.get(payment=payment).public_id,
        "credit_allocation": Allocation.objects.get(credit_note=note).public_id,
        "journal_entry": JournalEntry.objects.get(kind="refund", customer=customer).public_id,
    }


def _credit_half(given: Given) -> CreditNote:
    """A credit note for half of an invoice's first line."""
    lines = [replace(given.lines[0], quantity=Decimal(4))] * given.rows
    invoice = make_invoice(given.actor, given.customer, lines, **given.texts)
    half = [QuantityInput(item_id=invoice.lines.all()[0].public_id, quantity=Decimal(2))]
    return create_credit_note(given.actor, CreditNoteInput(invoice_id=invoice.public_id, items=half, reason=given.text))
