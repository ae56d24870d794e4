"""Comparing the e-invoices of the last month with those that LHDN has, once a day.

LHDN is asked for lists of what was sent, a hundred in a call, a few calls for each company.  What it decided in the
meantime is asked for in the usual way; what can't be is noted, on the e-invoice or on the company, once.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from bigledger_crm.kernel import clock
from bigledger_crm.kernel.errors import DomainError
from bigledger_crm.outbox.events import record
from bigledger_crm.outbox.worker_notifications import notify_worker
from bigledger_crm.tenancy.actor import system_actor
from bigledger_crm.tenancy.models import Company
from bigledger_crm.tenancy.scope import company_scope
from invoicing.models import EInvoice, EInvoiceSettings
from invoicing.myinvois.answers import DocumentState
from invoicing.myinvois.errors import NotSubmitted, Unavailable
from invoicing.queries.einvoice_settings import settings_of
from invoicing.queries.einvoices import is_noted, sources_of
from invoicing.rules.einvoices import NOT_YET_KNOWN, contradiction, is_behind
from invoicing.services.einvoice_conversation import Conversation
from invoicing.services.einvoices import note_event, notify_of

RECONCILE = "invoicing.tasks.reconcile_einvoices_of"
COMPARED = timedelta(days=30)  # LHDN lists the documents of 31 days
UNKNOWN = "company.einvoice_unknown"
_IN_ONE_SEARCH = 500  # LHDN takes 12 calls a minute, and tells 100 documents in each


def reconcile_all() -> int:
    """Has workers compare the e-invoices of the companies whose hour of the day it is; how many were notified.

    So each is compared once a day, LHDN isn't asked for all of them at once, and no restart puts it off.
    """
    hour = clock.now().hour
    reporting = EInvoiceSettings.unscoped.exclude(environment="").values_list("company_id", flat=True)
    return sum(notify_worker(key, RECONCILE) for key in reporting if key.int % 24 == hour)


def reconcile_einvoices(company_id: UUID) -> int:
    """Compares a company's e-invoices of the last month with LHDN's; how many differ.

    A company with more of them than LHDN tells in a minute is compared up to there, from the newest back.  Call it
    outside transactions.
    """
    company = Company.objects.get(pk=company_id)
    with company_scope(company):
        found = settings_of(company)
        if found is None:
            return 0
        try:
            conversation = Conversation(company, found)
        except (DomainError, Unavailable):
            return 0  # each e-invoice that waits tells it
        differing = 0
        for since, until in _windows(found, clock.now()):
            asked_at = clock.now()
            try:
                # Our time of a submission is a little later than LHDN's.
                theirs = conversation.client.recent("Sent", since - NOT_YET_KNOWN, until + NOT_YET_KNOWN)
            except NotSubmitted:
                conversation.keep([])
                break
            conversation.forget()
            differing += sum(_compared(company, found, theirs, since, until, asked_at))
    return differing


def _windows(found: EInvoiceSettings, now: datetime) -> Iterator[tuple[datetime, datetime]]:
    """The last month in pieces in which we sent no more than one search tells, the newest first."""
    first = now - COMPARED
    sent = EInvoice.objects.filter(environment=found.environment, submitted_at__range=(first, now))
    times = list(sent.order_by("-submitted_at").values_list("submitted_at", flat=True))
    until = now
    for since in times[_IN_ONE_SEARCH::_IN_ONE_SEARCH]:
        if since is not None and since < until:
            yield since, until
            until = since
    yield first, until


def _compared(
    company: Company,
    found: EInvoiceSettings,
    theirs: Sequence[DocumentState],
    since: datetime,
    until: datetime,
    asked_at: datetime,
) -> Iterator[bool]:
    """Whether each e-invoice of ours and each document of theirs in a time differs; what differs is noted."""
    states = {state.uuid: state for state in theirs}
    kept = EInvoice.objects.filter(environment=found.environment)
    sent = kept.filter(
        submitted_at__range=(since, min(until, asked_at - NOT_YET_KNOWN)), status__in=("submitted", "accepted")
    )
    ours = dict(kept.filter(uuid__in=states).values_list("uuid", "pk"))
    for uuid, key in (dict(sent.values_list("uuid", "pk")) | ours).items():
        yield _note(key, states.get(uuid), asked_at)
    waiting = set(kept.filter(status="pending", sent_at__isnull=False).values_list("number", flat=True))
    for state in theirs:
        # An invalid one has no effect; one that we still look for isn't unknown.
        if state.uuid not in ours and state.status != "invalid" and state.number not in waiting:
            yield _note_unknown(company, state)


@transaction.atomic
def _note(key: UUID, state: DocumentState | None, asked_at: datetime) -> bool:
    """Makes an e-invoice due that LHDN has decided on, and notes what contradicts ours.  Whether it differs."""
    einvoice = EInvoice.objects.select_for_update(no_key=True).defer("document").get(pk=key)
    if einvoice.updated_at > asked_at:
        return False  # LHDN told it to a worker since
    theirs = state.status if state is not None else ""
    wants_rejection = state is not None and state.rejection_requested_at is not None
    if is_behind(einvoice.status, theirs) or (
        wants_rejection and einvoice.status == "accepted" and einvoice.rejection_requested_at is None
    ):
        einvoice.next_attempt_at = clock.now()
        einvoice.save(update_fields=["next_attempt_at"])
        notify_of(einvoice.company_id)
        return True
    why = contradiction(einvoice.status, theirs)
    if why and einvoice.last_error != why:
        einvoice.last_error, einvoice.updated_at = why, clock.now()
        einvoice.save(update_fields=["last_error", "updated_at"])
        note_event(system_actor(einvoice.company), "differs", einvoice, sources_of(einvoice), why)
    return bool(why)


@transaction.atomic
def _note_unknown(company: Company, state: DocumentState) -> bool:
    """A document that LHDN has from the company and that wasn't sent by this product: noted once."""
    note = f"LHDN has {state.number or 'a document'} ({state.uuid}), {state.status}, which wasn't sent from here"
    Company.objects.select_for_update(no_key=True).get(pk=company.pk)  # of two workers one notes it
    if not is_noted(company, UNKNOWN, f"({state.uuid})"):
        record(system_actor(company), UNKNOWN, company.pk, note=note)
    return True
