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
from customers.queries import lock_customer_of
from customers.services import post_receivable
from invoicing.errors import CreditExceedsAmountDue
from invoicing.inputs import CreditNoteInput
from invoicing.models import CreditNote, CreditNoteLine, Invoice, InvoiceLine
from invoicing.queries import invoice_by_public_id, lock_invoice
from invoicing.queries.settlement import due_of
from invoicing.rules import EXCESS, check_credit_note_date, check_reason
from invoicing.services.allocation_parts import Part, refuse_not_issued
from invoicing.services.allocations import allocate, note_settled
from invoicing.services.credit_note_pdf import credit_note_context
from invoicing.services.credit_note_quantities import parts_to_credit
from invoicing.services.einvoices import submit_on_issue
from invoicing.services.line_parts import LinePart, values_of_part, written_ranges
from sales.pricing import Totals, total_document
from sales.services.shared.fields import amounts, carried, search_text, stamps


@transaction.atomic
def create_credit_note(actor: Actor, inputs: CreditNoteInput) -> CreditNote:
    """Credits what `items` and `shipping_cost` say of an invoice.

    Without `items` all that isn't credited yet.  The note is issued at once: it lowers what is due, the customer's
    balance and sales, all in the invoice's currency.  Parts of a line add up to the line to the cent.  What is more
    than due is refused, or with `excess` "credit" the customer's credit.  Raises InvalidData, NotFound,
    InvoiceNotIssued, InvoiceAlreadyCredited, CreditExceedsRemaining, CreditExceedsAmountDue.
    """
    invoice = _locked_invoice(inputs)
    today = actor.today()
    day = given_or(inputs.credit_note_date, None) or max(today, invoice.invoice_date)
    reason = text.clean_line(given_or(inputs.reason, ""))
    errors = field_error("credit_note_date", check_credit_note_date(day, invoice.invoice_date, today))
    excess = given_or(inputs.excess, "") or "refuse"
    errors += field_error("excess", None if excess in EXCESS else f"Must be one of: {', '.join(EXCESS)}")
    if errors := [*errors, *check_reason(reason)]:
        raise InvalidData("Credit note", errors)
    parts, shipping = parts_to_credit(invoice, given_or(inputs.items, None), given_or(inputs.shipping_cost, None))
    totals = total_document((part.priced for part in parts), shipping, invoice.currency)
    due = due_of(invoice)
    if totals.total > due and excess == "refuse":
        currency = invoice.currency
        raise CreditExceedsAmountDue(quantize(totals.total, currency), quantize(due, currency), currency)
    note = _insert(actor, invoice, parts, totals, day, reason)
    settled = [Part(invoice, min(note.total, due))] if note.total and due else []
    if settled:
        allocate(actor, note, settled, start=day, is_initial=True)
    post_note(actor, note)
    note_settled(actor, note, settled)
    return note


def _locked_invoice(inputs: CreditNoteInput) -> Invoice:
    public_id = given_or(inputs.invoice_id, "")
    if not public_id:
        raise InvalidData("Credit note", field_error("invoice_id", "Invoice is required"))
    found = invoice_by_public_id(public_id)
    lock_customer_of(found)
    invoice = lock_invoice(found.pk)
    refuse_not_issued(invoice)
    return invoice


def _insert(
    actor: Actor, invoice: Invoice, parts: Sequence[LinePart[InvoiceLine]], totals: Totals, day: date, reason: str
) -> CreditNote:
    company = actor.company
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


def post_note(actor: Actor, note: CreditNote) -> None:
    """Posts a new credit note to the customer's ledger, freezes its PDF, and reports it if the company wants that."""
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
    record(actor, "credit_note.created", note.pk, *filter(None, [note.invoice_id]), note.customer_id, note=what)
    submit_on_issue(actor, note)
