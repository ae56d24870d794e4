"""Taking back an imported credit note.

It is issued, and stays: an invoice over the same lines bills its amount again.
"""

from django.db import transaction

from bigledger_crm.kernel import ids
from bigledger_crm.kernel.money import ZERO
from bigledger_crm.outbox.events import record
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.scope import whole_company
from customers.models import Customer
from customers.queries import lock_customer_of
from invoicing.errors import CreditNoteStays
from invoicing.models import Allocation, CreditNote, CreditNoteLine, Invoice, InvoiceLine
from invoicing.queries.settlement import live_allocations, lock_source
from invoicing.services.allocation_parts import Part
from invoicing.services.allocations import allocate, note_settled, unallocate_credit
from invoicing.services.invoice_transitions import issue_draft
from invoicing.services.invoices import new_payment_reference
from sales.services.shared.fields import LINE_FACTS, amounts, carried, search_text, stamps

_LONGEST_NUMBER, _MOST_SUFFIXES = 60, 100


@transaction.atomic
def reverse_credit_note(actor: Actor, note: CreditNote, *, reason: str) -> Invoice:
    """Bills what an imported credit note credited, on the note's own date, and settles that with the note's credit.

    What the note settled is due again.  So balance, sales and tax of every day are what they were without both.  The
    invoice has the note's number with `-R`, or `-R2` and so on where that is taken, and goes nowhere.  Raises
    CreditNoteStays for one that is refunded in part, was made here, or has been taken back before, and MissingRight.
    """
    actor.require("invoices", "write")
    customer = lock_customer_of(note)
    stored = CreditNote.objects.get(pk=note.pk)
    if not stored.is_imported or stored.amount_refunded or is_reversed(stored):
        raise CreditNoteStays(note.credit_note_number)
    number = _free_number(note.credit_note_number)
    if live_allocations(note).exists():
        unallocate_credit(actor, note)
    invoice = _insert(actor, customer, stored, number, reason)
    record(actor, "invoice.created", invoice.pk, stored.pk, customer.pk, note=reason)
    invoice = issue_draft(actor, customer, invoice, override_credit_limit=True)
    parts = [Part(invoice, invoice.total)]
    source = lock_source(stored)
    allocate(actor, source, parts, start=source.credit_note_date)
    note_settled(actor, source, parts)
    return invoice


def is_reversed(note: CreditNote) -> bool:
    """Whether an invoice took back a credit note."""
    by = {
        "invoice__reference": note.credit_note_number,
        "invoice__title": _title_of(note),
        "invoice__is_imported": True,
    }
    return Allocation.objects.filter(credit_note=note, amount__gt=ZERO, **by).exists()


def _title_of(note: CreditNote) -> str:
    return f"Reversal of credit note {note.credit_note_number}"


def _free_number(number: str) -> str:
    """One for the invoice that takes back a credit note.  No other number is the same whatever its case."""
    for suffix in ("-R", *(f"-R{place}" for place in range(2, _MOST_SUFFIXES))):
        wanted = number[: _LONGEST_NUMBER - len(suffix)] + suffix
        with whole_company():
            if not Invoice.objects.filter(invoice_number__iexact=wanted).exists():
                return wanted
    raise CreditNoteStays(number)


def _insert(actor: Actor, customer: Customer, note: CreditNote, number: str, reason: str) -> Invoice:
    key = ids.new_id()
    payment_reference = new_payment_reference(number, key)
    title = _title_of(note)
    invoice = Invoice.objects.create(
        id=key,
        company=actor.company,
        invoice_number=number,
        payment_reference=payment_reference,
        owner_id=customer.owner_id,
        invoice_date=note.credit_note_date,
        due_date=note.credit_note_date,
        send_reminders=False,
        is_imported=True,
        reference=note.credit_note_number,
        notes=reason,
        search_text=search_text(number, payment_reference, note.credit_note_number, note.customer_name, title),
        **amounts(note),
        **{**carried(note), "title": title},
        **stamps(actor),
    )
    InvoiceLine.objects.bulk_create(
        InvoiceLine(company_id=note.company_id, invoice=invoice, **{name: getattr(line, name) for name in LINE_FACTS})
        for line in CreditNoteLine.objects.filter(credit_note=note)
    )
    return invoice
