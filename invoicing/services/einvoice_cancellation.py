"""Cancelling what LHDN has accepted: there first, within its 72 hours, and then here."""

from django.db import transaction

from bigledger_crm.kernel import clock, text
from bigledger_crm.kernel.errors import FieldError, InvalidData
from bigledger_crm.kernel.money import quantize
from bigledger_crm.tenancy.actor import Actor
from customers.queries import lock_customer_of
from invoicing.einvoice_errors import EInvoiceNotCancellable
from invoicing.errors import InvoiceHasPayments
from invoicing.lifecycle import LIVE_EINVOICE
from invoicing.models import CreditNote, EInvoice, EInvoiceSource, Invoice
from invoicing.queries.einvoices import Document, latest_einvoice, lock_einvoice, number_of, sources_of
from invoicing.rules.einvoices import MAX_CANCEL_REASON, NOT_REQUIRED, cancellable_until
from invoicing.services.einvoices import lock_document, note_event, notify_of, withdraw_or_refuse


def cancel_einvoice_of(actor: Actor, document: Document, *, reason: str) -> EInvoice:
    """Cancels the newest e-invoice of a document, as `cancel_einvoice` does.

    Raises EInvoiceNotCancellable where there is none, and for a consolidated one, which is of other documents too.
    """
    actor.require("einvoices", "cancel")
    found = latest_einvoice(document)
    if found is None:
        raise EInvoiceNotCancellable(f"{number_of(document)} has no e-invoice", NOT_REQUIRED)
    if found.is_consolidated and found.status in LIVE_EINVOICE:
        message = f"{number_of(document)} is part of the consolidated e-invoice {found.number}"
        raise EInvoiceNotCancellable(message, found.status)
    return cancel_einvoice(actor, found, reason=reason)


@transaction.atomic
def cancel_einvoice(actor: Actor, einvoice: EInvoice, *, reason: str) -> EInvoice:
    """Asks LHDN to cancel an accepted e-invoice; its invoice is cancelled when LHDN has done so.

    One that was never sent is taken back at once, and its document stays as it is.  Raises PermissionDenied,
    InvalidData, EInvoiceNotCancellable, InvoiceHasPayments.
    """
    actor.require("einvoices", "cancel")
    why = text.clean_line(reason)
    if not why or len(why) > MAX_CANCEL_REASON:
        message = f"At most {MAX_CANCEL_REASON} characters" if why else "LHDN asks for a reason"
        raise InvalidData("E-invoice", [FieldError(("reason",), message)])
    documents = sources_of(einvoice)
    if len(documents) == 1:
        lock_customer_of(documents[0])
        documents = [lock_document(documents[0])]
    stored = lock_einvoice(einvoice.pk)
    if stored.status == "pending" and stored.sent_at is None and not stored.is_consolidated:
        withdraw_or_refuse(actor, documents[0])
        return lock_einvoice(einvoice.pk)
    _refuse_uncancellable(stored)
    for document in documents if not stored.is_consolidated else ():
        _refuse_settled(document)
    now = clock.now()
    stored.cancel_requested_at = stored.next_attempt_at = stored.updated_at = now
    stored.cancel_requested_by, stored.cancel_reason, stored.last_error = actor.id, why, ""
    stored.save(
        update_fields=[
            "cancel_requested_at",
            "cancel_requested_by",
            "cancel_reason",
            "last_error",
            "next_attempt_at",
            "updated_at",
        ]
    )
    note_event(actor, "cancel_requested", stored, documents, note=why)
    notify_of(actor.company.pk)
    return stored


def why_not_cancellable(einvoice: EInvoice) -> str:
    """Why LHDN wouldn't cancel an e-invoice now; "" when it would."""
    if einvoice.status != "accepted" or einvoice.accepted_at is None:
        return f"An e-invoice that is {einvoice.status} can't be cancelled"
    if einvoice.cancel_requested_at is not None:
        return "LHDN has been asked to cancel it"
    if clock.now() > cancellable_until(einvoice.accepted_at):
        return "LHDN accepted it more than 72 hours ago: credit the invoice instead"
    if _notes_of(einvoice):
        return "A credit note corrects it: cancel the e-invoice of the note first"
    return ""


def _notes_of(einvoice: EInvoice) -> bool:
    """Whether a live e-invoice of a note refers to it."""
    invoices = EInvoiceSource.objects.filter(einvoice=einvoice).values("invoice")
    return EInvoiceSource.objects.filter(is_live=True, credit_note__invoice__in=invoices).exists()


def _refuse_uncancellable(stored: EInvoice) -> None:
    if why := why_not_cancellable(stored):
        until = None if stored.accepted_at is None else cancellable_until(stored.accepted_at)
        raise EInvoiceNotCancellable(why, stored.status, until)


def _refuse_settled(document: Invoice | CreditNote) -> None:
    """An invoice that couldn't be cancelled here afterwards isn't cancelled there."""
    if not isinstance(document, Invoice):
        return
    settled = document.amount_paid + document.amount_credited + document.amount_written_off
    if settled or CreditNote.objects.filter(invoice=document).exists():
        paid, credited = (quantize(one, document.currency) for one in (document.amount_paid, document.amount_credited))
        raise InvoiceHasPayments(document.public_id, document.invoice_number, paid, credited)
