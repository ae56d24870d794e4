"""Making the e-invoices of invoices and credit notes; invoicing.services.einvoice_sending sends them."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from uuid import UUID

from django.db import transaction

from bigledger_crm.kernel import clock, ids
from bigledger_crm.outbox.events import record
from bigledger_crm.outbox.worker_notifications import notify_worker
from bigledger_crm.tenancy.actor import Actor, system_actor
from bigledger_crm.tenancy.models import Company
from customers.queries import lock_customer_of
from invoicing.einvoice.document import build, document_hash
from invoicing.einvoice.facts import DocumentFacts, Version
from invoicing.einvoice.preflight import check
from invoicing.einvoice.problem import Problem
from invoicing.einvoice.signature import check_certificate, sign
from invoicing.einvoice_errors import (
    EInvoiceCertificateUnusable,
    EInvoiceExists,
    EInvoiceIsLive,
    EInvoiceNotReady,
    EInvoiceSecretUnreadable,
    EInvoicingOff,
)
from invoicing.models import CreditNote, EInvoice, EInvoiceSettings, EInvoiceSource, Invoice
from invoicing.queries import lock_invoice
from invoicing.queries.einvoice import credit_note_facts, invoice_facts
from invoicing.queries.einvoice_settings import lock_settings_of, settings_of, signer_of
from invoicing.queries.einvoices import Document, is_to_consolidate, is_to_report, live_einvoice, number_of
from invoicing.services.allocation_parts import refuse_not_issued

PROCESS = "invoicing.tasks.process_einvoices"
CANNOT_SIGN = (EInvoiceCertificateUnusable, EInvoiceSecretUnreadable)


@transaction.atomic
def submit_einvoice(actor: Actor, document: Document) -> EInvoice:
    """Makes the e-invoice of an issued invoice or of a credit note, and has it sent to LHDN.

    Its bytes are made now and sent as they are.  Raises PermissionDenied, InvoiceNotIssued, EInvoicingOff,
    EInvoiceExists, EInvoiceNotReady with all that LHDN would reject, and one of CANNOT_SIGN.
    """
    actor.require("einvoices", "write")
    lock_customer_of(document)
    stored = lock_document(document)
    if isinstance(stored, Invoice):
        refuse_not_issued(stored)
    found = lock_settings_of(actor.company)
    if found is None or not is_to_report(stored, found):
        raise EInvoicingOff
    if (live := live_einvoice(stored)) is not None:
        raise EInvoiceExists(number_of(stored), live.public_id, live.status)
    now = clock.now()
    facts = facts_of(stored, actor.company, found, now)
    if problems := check(facts, now):
        raise EInvoiceNotReady(number_of(stored), problems)
    return queue_einvoice(actor, found, facts, [stored])


def submit_on_issue(actor: Actor, document: Document) -> EInvoice | None:
    """The e-invoice of a document that was issued just now, for its transaction, if the company wants one at once.

    None as well for one that LHDN would reject or that can't be signed: it waits until that is corrected, and issuing
    doesn't.  Sales to consumers wait for the end of the month.
    """
    found = lock_settings_of(actor.company)
    if found is None or found.submit_when != "on_issue" or not is_to_report(document, found):
        return None
    if isinstance(document, Invoice) and is_to_consolidate(document, found):
        return None
    now = clock.now()
    facts = facts_of(document, actor.company, found, now)
    if check(facts, now):
        return None
    try:
        return queue_einvoice(system_actor(actor.company), found, facts, [document])
    except CANNOT_SIGN:
        return None


def problems_of(document: Document, company: Company) -> list[Problem]:
    """All that LHDN would reject of a document, were it sent now; [] when it can be sent."""
    now = clock.now()
    return check(facts_of(document, company, settings_of(company), now), now)


def facts_of(document: Document, company: Company, found: EInvoiceSettings | None, now: datetime) -> DocumentFacts:
    """What an e-invoice of a document says that is issued `now`, by the company's settings; None is e-invoicing off."""
    version: Version = "1.1" if found is not None and found.version == "1.1" else "1.0"
    as_line = found is not None and found.shipping_as_line
    if isinstance(document, Invoice):
        return invoice_facts(document, company, now, version=version, shipping_as_line=as_line)
    original = document.invoice
    live = live_einvoice(original) if original is not None else None
    return credit_note_facts(
        document,
        company,
        now,
        original=live if live is not None and live.status == "accepted" else None,
        is_original_reported=original is not None and is_to_report(original, found),
        version=version,
        shipping_as_line=as_line,
    )


def queue_einvoice(
    actor: Actor,
    found: EInvoiceSettings,
    facts: DocumentFacts,
    documents: Sequence[Document],
    *,
    is_consolidated: bool = False,
) -> EInvoice:
    """Freezes the bytes of checked facts for the workers; in the transaction that locks the documents."""
    document = document_of(facts, found)
    # A worker was notified of the company already: many at once are one task, behind which others don't wait for long.
    is_first = not EInvoice.objects.filter(next_attempt_at__lte=clock.now()).exists()
    einvoice = EInvoice.objects.create(
        id=ids.new_id(),
        company=actor.company,
        kind=facts.kind,
        number=facts.number,
        is_consolidated=is_consolidated,
        currency=facts.currency,
        total=facts.total,
        environment=found.environment,
        version=facts.version,
        document=document,
        document_hash=document_hash(document),
        issued_at=facts.issued_at.replace(microsecond=0),
        created_by=actor.id,
    )
    EInvoiceSource.objects.bulk_create(
        EInvoiceSource(
            id=ids.new_id(),
            company=actor.company,
            einvoice=einvoice,
            invoice=one if isinstance(one, Invoice) else None,
            credit_note=one if isinstance(one, CreditNote) else None,
        )
        for one in documents
    )
    note_event(actor, "queued", einvoice, documents)
    if is_first:
        notify_of(actor.company.pk)
    return einvoice


def document_of(facts: DocumentFacts, found: EInvoiceSettings) -> bytes:
    """The bytes to send, signed if they are of version 1.1.  Raises one of CANNOT_SIGN."""
    body = build(facts)
    if facts.version != "1.1":
        return body
    signer, supplier = signer_of(found), facts.supplier
    if problems := check_certificate(signer, supplier.tin, supplier.id_number, facts.issued_at):
        raise EInvoiceCertificateUnusable(problems[0].message)
    return sign(body, signer, facts.issued_at)


def withdraw_or_refuse(actor: Actor, document: Document) -> None:
    """Takes back an e-invoice that never left, for the cancellation of what it reports.

    Raises EInvoiceIsLive for one that LHDN has or may have.
    """
    live = live_einvoice(document)
    if live is None:
        return
    stored = EInvoice.objects.select_for_update(no_key=True).get(pk=live.pk)
    if stored.status != "pending" or stored.sent_at is not None or stored.is_consolidated:
        raise EInvoiceIsLive(number_of(document), stored.public_id, stored.status)
    stored.status = "cancelled"
    stored.cancelled_at = stored.updated_at = clock.now()
    stored.next_attempt_at = None
    stored.save(update_fields=["status", "cancelled_at", "updated_at", "next_attempt_at"])
    note_event(actor, "cancelled", stored, [document], note="before it was sent")


def note_event(actor: Actor, verb: str, einvoice: EInvoice, documents: Sequence[Document], note: str = "") -> None:
    """Notes what became of an e-invoice, on the timelines of the documents that it reports too."""
    customers = {one.customer_id for one in documents} if not einvoice.is_consolidated else set()
    record(actor, f"einvoice.{verb}", einvoice.pk, *(one.pk for one in documents), *customers, note=note)


def notify_of(company_id: UUID, *, seconds: float = 0) -> None:
    """Tells a worker, once the transaction has ended, that a company has something for LHDN."""
    transaction.on_commit(partial(notify_worker, company_id, PROCESS, seconds=seconds))


def lock_document(document: Document) -> Document:
    """The document as it is now, locked until the transaction ends; after its customer."""
    if isinstance(document, Invoice):
        return lock_invoice(document.pk)
    return CreditNote.objects.select_for_update(no_key=True, of=("self",)).select_related("invoice").get(pk=document.pk)
