"""Crediting invoices, whole or in part."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction

from bigledger_crm.documents.filenames import pdf_filename
from bigledger_crm.documents.services import freeze
from bigledger_crm.kernel import text
from bigledger_crm.kernel.errors import InvalidData, field_error
from bigledger_crm.kernel.inputs import given_or
from bigledger_crm.kernel.money import plain_amount, quantize
from bigledger_crm.numbering.services import next_number
from bigledger_crm.outbox.events import record
from bigledger_crm.tenancy.actor import Actor
from customers.queries import lock_customer
from customers.services import post_receivable
from invoicing.errors import (
    CreditExceedsAmountDue,
    InvoiceNotIssued,
)
from invoicing.inputs import CreditNoteInput
from invoicing.models import CreditNote, CreditNoteLine, Invoice, InvoiceLine
from invoicing.queries import invoice_by_public_id, lock_invoice
from invoicing.rules import amount_due, check_credit_note_date, check_reason
from invoicing.services.credit_note_pdf import credit_note_context
from invoicing.services.credit_note_quantities import parts_to_credit
from invoicing.services.invoice_settlement import note_paid
from invoicing.services.line_parts import LinePart, values_of_part, written_ranges
from sales.pricing import Totals, total_document
from sales.services.shared.fields import amounts, carried, search_text, stamps


@transaction.atomic
def create_credit_note(actor: Actor, inputs: CreditNoteInput) -> CreditNote:
    """Credits what `items` and `shipping_cost` say of an invoice.

    Without `items` all that isn't credited yet.  The note is issued at once: it lowers what is due, the customer's
    balance and sales, all in the invoice's currency.  Parts of a line add up to the line to the cent.  Raises
    InvalidData, NotFound, InvoiceNotIssued, InvoiceAlreadyCredited, CreditExceedsRemaining, CreditExceedsAmountDue.
    """
    invoice = _locked_invoice(inputs)
    today = actor.today()
    day = given_or(inputs.credit_note_date, None) or max(today, invoice.invoice_date)
    reason = text.clean_line(given_or(inputs.reason, ""))
    errors = field_error("credit_note_date", check_credit_note_date(day, invoice.invoice_date, today))
    if errors := [*errors, *check_reason(reason)]:
        raise InvalidData("Credit note", errors)
    parts, shipping = parts_to_credit(invoice, given_or(inputs.items, None), given_or(inputs.shipping_cost, None))
    totals = total_document((part.priced for part in parts), shipping, invoice.currency)
    due = amount_due(invoice.status, invoice.total, invoice.amount_paid, invoice.amount_credited)
    if totals.total > due:
        currency = invoice.currency
        raise CreditExceedsAmountDue(quantize(totals.total, currency), quantize(due, currency), currency)
    note = _insert(actor, invoice, parts, totals, day, reason)
    invoice.amount_credited += note.total
    invoice.updated_at = note.created_at
    invoice.save(update_fields=["amount_credited", "updated_at"])
    _post(actor, note)
    if note.total == due:
        note_paid(actor, invoice, why="the invoice was credited")
    return note


def _locked_invoice(inputs: CreditNoteInput) -> Invoice:
    public_id = given_or(inputs.invoice_id, "")
    if not public_id:
        raise InvalidData("Credit note", field_error("invoice_id", "Invoice is required"))
    invoice = lock_invoice(invoice_by_public_id(public_id).pk)
    if invoice.status != "sent":
        raise InvoiceNotIssued(
            f"Invoice {invoice.invoice_number} is not issued",
            details=[{"invoiceId": invoice.public_id, "status": invoice.status}],
        )
    return invoice


def _insert(
    actor: Actor, invoice: Invoice, parts: Sequence[LinePart[InvoiceLine]], totals: Totals, day: date, reason: str
) -> CreditNote:
    company = actor.company
    lock_customer(invoice.customer_id)
    number = next_number(company, "credit_note", day)
    note = CreditNote.objects.create(
        company=company,
        credit_note_number=number,
        invoice=invoice,
        credit_note_date=day,
        reason=reason,
        reference=invoice.reference,
        search_text=search_text(number, invoice.invoice_number, invoice.reference, invoice.customer_name),
        **amounts(totals),
        **carried(invoice),
        **stamps(actor),
    )
    CreditNoteLine.objects.bulk_create(_line(note, part, position) for position, part in enumerate(parts, start=1))
    return note


def _line(note: CreditNote, part: LinePart[InvoiceLine], position: int) -> CreditNoteLine:
    return CreditNoteLine(
        company_id=note.company_id,
        credit_note=note,
        invoice_line=part.line,
        credited_ranges=written_ranges(part),
        **values_of_part(part, position),
    )


def _post(actor: Actor, note: CreditNote) -> None:
    post_receivable(
        actor,
        note.customer_id,
        kind="credit_note",
        amount=-note.total,
        sales_amount=-note.total,
        entry_date=note.credit_note_date,
        document_id=note.pk,
        document_number=note.credit_note_number,
    )
    freeze(
        actor,
        kind="credit_note",
        document_id=note.pk,
        number=note.credit_note_number,
        filename=pdf_filename(note.credit_note_number),
        context=credit_note_context(actor, note),
    )
    amount = plain_amount(note.total, note.currency)
    what = f"{note.credit_note_number}: {note.currency} {amount} {note.reason}".strip()
    record(actor, "credit_note.created", note.pk, note.invoice_id, note.customer_id, note=what)
