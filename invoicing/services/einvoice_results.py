"""What LHDN's answers make of an e-invoice: the moves of its life, each in a transaction of its own."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from bigledger_crm.kernel import clock
from bigledger_crm.kernel.errors import DomainError
from bigledger_crm.tenancy.actor import Actor, system_actor
from customers.queries import lock_customer_of
from invoicing.einvoice.errors import LhdnError
from invoicing.lifecycle import EINVOICE
from invoicing.models import CreditNote, EInvoice, EInvoiceSource, Invoice
from invoicing.myinvois.answers import DocumentState
from invoicing.queries.einvoices import Document, lock_einvoice
from invoicing.rules.einvoices import next_poll, next_watch
from invoicing.services.einvoice_pdf import freeze_accepted
from invoicing.services.einvoices import note_event
from invoicing.services.invoice_transitions import cancel_invoice


@dataclass(frozen=True, slots=True)
class Claim:
    """An e-invoice that a worker is at.  The number of the attempt is the fence: another worker raises it."""

    einvoice_id: UUID
    attempts: int


def claim_of(einvoice: EInvoice) -> Claim:
    """The claim of a row as it was claimed."""
    return Claim(einvoice.pk, einvoice.attempts)


def note_submitted(claim: Claim, uuid: str, submission_uid: str) -> None:
    """LHDN has the document and checks it."""
    with _locked(claim) as found:
        if found is None or found.einvoice.status != "pending":
            return
        now = clock.now()
        found.move(
            "submitted",
            now,
            uuid=uuid,
            submission_uid=submission_uid,
            submitted_at=now,
            next_attempt_at=next_poll(now, now),
            errors=[],
        )


def note_rejected(claim: Claim, errors: Sequence[LhdnError]) -> None:
    """LHDN rejects the document, for good: what is corrected is a new one."""
    with _locked(claim) as found:
        now = clock.now()
        if found is None:
            return
        if not EINVOICE.allows(found.einvoice.status, "rejected"):
            found.save(now, next_attempt_at=_next_look(found.einvoice, now))
            return
        found.move("rejected", now, rejected_at=now, next_attempt_at=None, errors=[_written(error) for error in errors])


def note_state(claim: Claim, state: DocumentState) -> None:
    """What LHDN says of a document that it has and doesn't reject: it is being checked, valid, or cancelled."""
    with _locked(claim) as found:
        if found is None:
            return
        einvoice, now = found.einvoice, clock.now()
        if state.status == "valid" and einvoice.status == "submitted":
            accepted = state.validated_at or now
            found.move(
                "accepted", now, long_id=state.long_id, accepted_at=accepted, next_attempt_at=next_watch(accepted, now)
            )
            freeze_accepted(einvoice, found.documents)
        elif state.status == "cancelled" and EINVOICE.allows(einvoice.status, "cancelled"):
            _cancel(found, state.cancelled_at or now, state.reason)
            return
        else:
            found.save(now, next_attempt_at=_next_look(einvoice, now))
        if state.rejection_requested_at is not None and einvoice.rejection_requested_at is None:
            found.save(now, rejection_requested_at=state.rejection_requested_at, rejection_reason=state.reason[:300])
            found.note("rejection_requested", state.reason)


def note_cancelled(claim: Claim) -> None:
    """LHDN has cancelled the document as it was asked to."""
    with _locked(claim) as found:
        if found is not None and EINVOICE.allows(found.einvoice.status, "cancelled"):
            _cancel(found, clock.now(), found.einvoice.cancel_reason)


def note_not_cancelled(claim: Claim, why: str) -> None:
    """LHDN doesn't cancel the document: it stays accepted."""
    with _locked(claim) as found:
        if found is None or found.einvoice.status != "accepted":
            return
        now = clock.now()
        watched = next_watch(found.einvoice.accepted_at or now, now)
        found.save(now, cancel_requested_at=None, cancel_requested_by="", next_attempt_at=watched, last_error=why)
        found.note("cancel_failed", why)


def note_duplicate(claim: Claim, original: DocumentState) -> None:
    """LHDN rejects the document as a duplicate of one of ours that it has: that one is the document."""
    with _locked(claim) as found:
        if found is not None and found.einvoice.status == "submitted":
            now = clock.now()
            found.save(now, uuid=original.uuid, submission_uid=original.submission_uid, next_attempt_at=now)


def postpone(claims: Sequence[Claim], until: datetime, why: str, *, as_unsent: bool = False) -> None:
    """Tries again later; `as_unsent` where it is certain that LHDN hasn't the documents."""
    for claim in claims:
        with _locked(claim) as found:
            if found is None or found.einvoice.status in ("rejected", "cancelled"):
                continue
            unsent = {"sent_at": None, "batch": None} if as_unsent and found.einvoice.status == "pending" else {}
            found.save(clock.now(), next_attempt_at=until, last_error=why, **unsent)


class _Found:
    """A locked e-invoice with its locked documents."""

    def __init__(self, einvoice: EInvoice, documents: Sequence[Document]) -> None:
        self.einvoice, self.documents = einvoice, documents

    def move(self, status: str, now: datetime, **values: object) -> None:
        """Takes the next status, with its event."""
        EINVOICE.check(self.einvoice.status, status)
        self.save(now, status=status, last_error="", **values)
        self.note(status, "; ".join(error["message"] for error in self.einvoice.errors)[:500])

    def save(self, now: datetime, **values: object) -> None:
        """Keeps these values, and lets go of the claim."""
        for name, value in {**values, "updated_at": now, "claimed_at": None}.items():
            setattr(self.einvoice, name, value)
        self.einvoice.save(update_fields=[*values, "updated_at", "claimed_at"])

    def note(self, verb: str, note: str = "") -> None:
        """An event by the product itself."""
        note_event(system_actor(self.einvoice.company), verb, self.einvoice, self.documents, note)


@contextmanager
def _locked(claim: Claim) -> Iterator[_Found | None]:
    """The claimed row under its locks, documents first; None when another worker has overtaken this one."""
    with transaction.atomic():
        documents = _lock_documents(claim.einvoice_id)
        einvoice = lock_einvoice(claim.einvoice_id)
        yield _Found(einvoice, documents) if einvoice.attempts == claim.attempts else None


def _lock_documents(einvoice_id: UUID) -> list[Document]:
    """The documents of an e-invoice, locked in the order that everybody keeps: customer, invoice, credit note."""
    sources = list(EInvoiceSource.objects.filter(einvoice=einvoice_id).select_related("invoice", "credit_note"))
    if len(sources) == 1 and (only := sources[0].invoice or sources[0].credit_note) is not None:
        lock_customer_of(only)
    invoices = Invoice.objects.select_for_update(no_key=True).filter(pk__in=[one.invoice_id for one in sources])
    notes = CreditNote.objects.select_for_update(no_key=True).filter(pk__in=[one.credit_note_id for one in sources])
    return [*invoices.order_by("pk"), *notes.order_by("pk")]


def _next_look(einvoice: EInvoice, now: datetime) -> datetime | None:
    if einvoice.status == "accepted":
        return next_watch(einvoice.accepted_at or now, now)
    return next_poll(einvoice.submitted_at or now, now)


def _cancel(found: _Found, at: datetime, reason: str) -> None:
    """Cancelled there, so cancelled here where we asked for it; what somebody cancelled on the portal stays issued."""
    einvoice, now = found.einvoice, clock.now()
    was_requested = einvoice.cancel_requested_at is not None
    reason = einvoice.cancel_reason or reason[:300]
    found.move("cancelled", now, cancelled_at=at, cancel_reason=reason, next_attempt_at=None)
    if not was_requested or einvoice.is_consolidated:
        return
    for document in found.documents:
        if isinstance(document, Invoice):
            _cancel_invoice(system_actor(einvoice.company), document, reason, found)


def _cancel_invoice(actor: Actor, invoice: Invoice, reason: str, found: _Found) -> None:
    """An invoice that was paid meanwhile can't be cancelled: it stays issued, without an e-invoice, and says so."""
    try:
        with transaction.atomic():
            cancel_invoice(actor, invoice, reason=reason)
    except DomainError as error:
        found.save(clock.now(), last_error=error.message)
        found.note("cancel_failed", error.message)


def _written(error: LhdnError) -> dict[str, str]:
    """An error as the table keeps it; `message` is what people read."""
    return {
        "code": error.code,
        "message": error.message,
        "field": error.path,
        "step": error.step,
        "english": error.english,
        "malay": error.malay,
        "link": error.link,
    }
