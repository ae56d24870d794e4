"""Crediting a customer without an invoice."""

from decimal import Decimal

from django.db import transaction

from bigledger_crm.kernel import text
from bigledger_crm.kernel.errors import InvalidData, field_error
from bigledger_crm.kernel.inputs import given_or
from bigledger_crm.numbering.services import next_number
from bigledger_crm.tenancy.actor import Actor
from invoicing.inputs import GoodwillInput
from invoicing.models import CreditNote, CreditNoteLine, Invoice
from invoicing.queries import lock_invoice
from invoicing.queries.settlement import due_of
from invoicing.rules import check_goodwill
from invoicing.services.allocation_parts import Part, refuse_not_issued
from invoicing.services.allocations import allocate, note_settled
from invoicing.services.credit_notes import post_note
from sales.services.shared.fields import customer_for_document, insert_lines, prepare_document, search_text


@transaction.atomic
def create_goodwill_note(
    actor: Actor, inputs: GoodwillInput, *, own_number: str = "", settles: Invoice | None = None
) -> CreditNote:
    """Issues a credit note that takes back no invoice: all of it is the customer's credit, in the customer's currency.

    Its lines are priced as those of any document, at the tax rates of its date.  With its `own_number` it is imported
    from elsewhere, and settles an invoice of the customer on its own date as far as that is due.  Raises
    PermissionDenied, InvalidData with every failing field, NotFound, InvoiceNotIssued.
    """
    actor.require("credit-notes", "goodwill")
    customer = customer_for_document(inputs, "Credit note")
    today = actor.today()
    day, reason = given_or(inputs.credit_note_date, None) or today, text.clean_line(given_or(inputs.reason, ""))
    values, lines, errors = prepare_document(actor, customer, inputs, day=day)
    errors = [*check_goodwill(day, reason, today), *errors]
    if not errors and not values["total"]:
        errors = field_error("items", "The total must be above 0")
    if errors:
        raise InvalidData("Credit note", errors)
    del values["owner_id"]  # a credit note has none of its own
    parts = _parts(settles, values["total"])
    number = own_number or next_number(actor.company, "credit_note", day)
    note = CreditNote.objects.create(
        credit_note_number=number,
        credit_note_date=day,
        reason=reason,
        is_imported=bool(own_number),
        search_text=search_text(number, customer.name),
        **values,
    )
    insert_lines(CreditNoteLine, note, "credit_note", lines)
    if parts:
        allocate(actor, note, parts, start=day, is_initial=True)
    post_note(actor, note)
    note_settled(actor, note, parts)
    return note


def _parts(settles: Invoice | None, total: Decimal) -> list[Part]:
    """What is settled of an invoice, which is locked."""
    if settles is None:
        return []
    invoice = lock_invoice(settles.pk)
    refuse_not_issued(invoice)
    due = due_of(invoice)
    return [Part(invoice, min(total, due))] if due else []
