"""Sending e-invoices in batches, and finding out what became of a batch whose answer was lost.

A batch is kept before it is sent.  While its outcome is unknown the very same bytes are sent again: LHDN takes them for
the same submission.  Later they are looked for by number and time of issue.  Only what LHDN surely hasn't is sent anew.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F

from bigledger_crm.kernel import clock, ids
from bigledger_crm.outbox.timing import unclaimed
from invoicing.einvoice.document import document_hash, reissued
from invoicing.einvoice.signature import sign, unsigned
from invoicing.models import EInvoice, EInvoiceSettings
from invoicing.myinvois.answers import DocumentState, SubmissionAnswer, SubmittedDocument
from invoicing.myinvois.client import MAX_DOCUMENTS
from invoicing.myinvois.errors import (
    BadCredentials,
    DuplicateSubmission,
    NotSubmitted,
    OutcomeUnknown,
    Rejected,
    Unavailable,
)
from invoicing.queries.einvoice_settings import signer_of
from invoicing.rules.einvoices import LONGEST_SEARCH, OLDEST_ISSUE, SAME_SUBMISSION, SEARCHED_FOR, gap
from invoicing.services.einvoice_conversation import Conversation
from invoicing.services.einvoice_results import claim_of, note_rejected, note_submitted, postpone
from invoicing.services.einvoices import CANNOT_SIGN

LEASE = timedelta(minutes=3)  # longer than a worker's task may take
MAX_BATCH_BYTES = 4_800_000  # of the 5 MB that LHDN takes
_WRAPPING = 400  # bytes of a document's entry beside its base64
_AGAIN = timedelta(seconds=15)
_CREDENTIALS_PAUSE = timedelta(minutes=15)
_UNSIGNED_PAUSE = timedelta(hours=1)


def send_next_batch(conversation: Conversation, found: EInvoiceSettings) -> int:
    """Sends, or finds, the next batch that is due; how many e-invoices it had."""
    if lost := _claim_lost(found):
        _recover(conversation, lost)
        return len(lost)
    batch = _claim_new(found)
    if batch:
        _send(conversation, batch)
    return len(batch)


def _claim_lost(found: EInvoiceSettings) -> list[EInvoice]:
    """A whole batch that was sent and not answered."""
    now = clock.now()
    with transaction.atomic():
        waiting = EInvoice.objects.filter(status="pending", environment=found.environment, sent_at__isnull=False)
        first = waiting.filter(unclaimed(now, LEASE), next_attempt_at__lte=now).order_by("next_attempt_at").first()
        if first is None:
            return []
        batch = waiting.filter(batch=first.batch).select_for_update(skip_locked=True, no_key=True)
        return _claimed(list(batch.order_by("number", "id")), now)


def _claim_new(found: EInvoiceSettings) -> list[EInvoice]:
    """As many as one submission takes of those that were never sent, the longest waiting first, as one batch."""
    now = clock.now()
    with transaction.atomic():
        waiting = EInvoice.objects.filter(status="pending", environment=found.environment, sent_at__isnull=True)
        due = waiting.filter(unclaimed(now, LEASE), next_attempt_at__lte=now)
        rows = due.select_for_update(skip_locked=True, no_key=True).order_by("next_attempt_at", "id")[:MAX_DOCUMENTS]
        batch = [row for row in _that_fit(rows) if _is_recent(row, found, now)]
        return _claimed(sorted(batch, key=lambda row: (row.number, row.pk)), now, new_batch=ids.new_id())


def _that_fit(rows: Iterable[EInvoice]) -> list[EInvoice]:
    """Those that make one submission: of different numbers, and not too large together."""
    batch: dict[str, EInvoice] = {}
    size = 0
    for row in rows:
        size += len(row.document) * 4 // 3 + _WRAPPING
        if size > MAX_BATCH_BYTES and batch:
            break
        batch.setdefault(row.number, row)
    return list(batch.values())


def _is_recent(einvoice: EInvoice, found: EInvoiceSettings, now: datetime) -> bool:
    """Whether LHDN takes the time of issue, after it was given a new one if need be; else it waits to be signed."""
    if now - einvoice.issued_at <= OLDEST_ISSUE:
        return True
    try:
        _issue_anew(einvoice, found, now)
    except CANNOT_SIGN as error:
        einvoice.last_error, einvoice.next_attempt_at = error.message, now + _UNSIGNED_PAUSE
        einvoice.save(update_fields=["last_error", "next_attempt_at"])
        return False
    return True


def _issue_anew(einvoice: EInvoice, found: EInvoiceSettings, now: datetime) -> None:
    """Gives a document that LHDN surely hasn't a new time of issue: it takes none above 72 hours."""
    moment = now.replace(microsecond=0)
    body = reissued(unsigned(bytes(einvoice.document)), einvoice.issued_at, moment)
    einvoice.document = sign(body, signer_of(found), moment) if einvoice.version == "1.1" else body
    einvoice.document_hash = document_hash(einvoice.document)
    einvoice.issued_at = moment
    einvoice.save(update_fields=["document", "document_hash", "issued_at"])


def _claimed(batch: list[EInvoice], now: datetime, *, new_batch: UUID | None = None) -> list[EInvoice]:
    """The rows as this worker's; a new batch counts as sent from now on, whatever becomes of this process."""
    values: dict[str, datetime | UUID] = {"claimed_at": now, "updated_at": now}
    if new_batch is not None:
        values |= {"batch": new_batch, "sent_at": now}
    EInvoice.objects.filter(pk__in=[row.pk for row in batch]).update(attempts=F("attempts") + 1, **values)
    for row in batch:
        row.attempts += 1
        for name, value in values.items():
            setattr(row, name, value)
    return batch


def _send(conversation: Conversation, batch: Sequence[EInvoice]) -> None:
    keys, claims = [row.pk for row in batch], [claim_of(row) for row in batch]
    try:
        answer = conversation.client.submit([_submitted(row) for row in batch])
    except Rejected as error:
        conversation.keep(keys)
        _note_rejected_call(conversation, batch, error)
    except (Unavailable, BadCredentials) as error:
        conversation.keep(keys)
        postpone(claims, clock.now() + _pause(error, batch[0]), error.message, as_unsent=True)
    except (DuplicateSubmission, OutcomeUnknown) as error:
        conversation.keep(keys)
        postpone(claims, clock.now() + _AGAIN, error.message)
    else:
        conversation.keep(keys)
        _note_answer(batch, answer)


def _note_answer(batch: Sequence[EInvoice], answer: SubmissionAnswer) -> None:
    unanswered = []
    for row in batch:
        if row.number in answer.accepted:
            note_submitted(claim_of(row), answer.accepted[row.number], answer.submission_uid or "")
        elif row.number in answer.rejected:
            note_rejected(claim_of(row), answer.rejected[row.number])
        else:
            unanswered.append(claim_of(row))
    postpone(unanswered, clock.now() + SAME_SUBMISSION, "LHDN's answer doesn't name this document")


def _note_rejected_call(conversation: Conversation, batch: Sequence[EInvoice], error: Rejected) -> None:
    """LHDN refuses a submission as a whole: of several documents each goes by itself, so that one can't hold up all."""
    if len(batch) == 1:
        note_rejected(claim_of(batch[0]), error.errors)
        return
    for row in batch:
        mine = EInvoice.objects.filter(pk=row.pk, attempts=row.attempts, status="pending")
        if mine.update(batch=ids.new_id()):
            _send(conversation, [row])


def _recover(conversation: Conversation, batch: Sequence[EInvoice]) -> None:
    """What became of a batch that was sent before."""
    sent_at = batch[0].sent_at
    if sent_at is None:
        return
    keys, claims = [row.pk for row in batch], [claim_of(row) for row in batch]
    if clock.now() - sent_at < SAME_SUBMISSION:
        try:
            answer = conversation.client.submit([_submitted(row) for row in batch])
        except DuplicateSubmission:
            pass  # it had arrived
        except (OutcomeUnknown, NotSubmitted) as error:
            # That this call did nothing says nothing about the first.
            conversation.keep(keys)
            postpone(claims, clock.now() + _pause(error, batch[0]), error.message)
            return
        else:
            conversation.keep(keys)
            _note_answer(batch, answer)
            return
    for row in batch:
        _find(conversation, row, sent_at)


def _find(conversation: Conversation, row: EInvoice, sent_at: datetime) -> None:
    """Looks for a document at LHDN, by its number and its time of issue."""
    now = clock.now()
    try:
        found = find_at_lhdn(conversation, row, sent_at, now)
    except NotSubmitted as error:
        conversation.keep([row.pk])
        postpone([claim_of(row)], now + _pause(error, row), error.message)
        return
    conversation.keep([row.pk])
    if found is not None:
        note_submitted(claim_of(row), found.uuid, found.submission_uid)
    elif now - sent_at < SEARCHED_FOR:
        postpone([claim_of(row)], now + timedelta(minutes=1), "LHDN's answer was lost: looking for the document there")
    else:
        postpone([claim_of(row)], now, "LHDN never received it: it is sent again", as_unsent=True)


def find_at_lhdn(conversation: Conversation, row: EInvoice, since: datetime, now: datetime) -> DocumentState | None:
    """The document of ours that LHDN has with the number and time of issue of `row`; of several the valid one.

    `since` is when it may have been sent first: it arrived soon after, so later than a month after isn't searched.
    Raises NotSubmitted where LHDN can't be asked.
    """
    until = min(now, since + LONGEST_SEARCH)
    same = [
        state
        for state in conversation.client.find(row.number, since - timedelta(minutes=5), until + timedelta(minutes=5))
        if state.issued_at in (None, row.issued_at)
    ]
    ranks = ("valid", "submitted", "cancelled", "invalid")
    return min(same, key=lambda state: ranks.index(state.status) if state.status in ranks else 9, default=None)


def _pause(error: Exception, row: EInvoice) -> timedelta:
    if isinstance(error, Unavailable) and error.retry_after is not None:
        return timedelta(seconds=error.retry_after)
    return _CREDENTIALS_PAUSE if isinstance(error, BadCredentials) else gap(row.attempts)


def _submitted(row: EInvoice) -> SubmittedDocument:
    return SubmittedDocument(row.number, bytes(row.document), row.document_hash)
