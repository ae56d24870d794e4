"""Asking LHDN what became of what it has: results, requests for rejection, cancellations; and cancelling."""

from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction
from django.db.models import F

from bigledger_crm.kernel import clock
from bigledger_crm.outbox.timing import unclaimed
from invoicing.einvoice.errors import LhdnError
from invoicing.models import EInvoice, EInvoiceSettings
from invoicing.myinvois.answers import DocumentState
from invoicing.myinvois.errors import BadCredentials, MyInvoisError, NotFound, Rejected, Unavailable
from invoicing.rules.einvoices import LATE, NOT_YET_KNOWN, gap, next_poll
from invoicing.services.einvoice_conversation import Conversation
from invoicing.services.einvoice_results import (
    claim_of,
    note_cancelled,
    note_duplicate,
    note_not_cancelled,
    note_rejected,
    note_state,
    postpone,
)
from invoicing.services.einvoice_sending import LEASE, find_at_lhdn

MAX_TOGETHER = 100
# A document that LHDN calls a duplicate of one that it has; DS302 means it in that step only.
_DUPLICATE = ("DV302", "DS302")
_NOT_NAMED = "LHDN doesn't name the document in its submission"


def ask_next(conversation: Conversation, found: EInvoiceSettings) -> int:
    """Asks about the next submission that is due, or cancels the next e-invoice; how many e-invoices that were."""
    asked = _claim(found)
    if not asked:
        return 0
    if asked[0].cancel_requested_at is not None:
        _cancel(conversation, asked[0])
    elif asked[0].submission_uid:
        _ask_about_submission(conversation, asked)
    else:
        _ask_about_document(conversation, asked[0])
    return len(asked)


def _claim(found: EInvoiceSettings) -> list[EInvoice]:
    """The e-invoices of one submission that are due; those to be cancelled one by one."""
    now = clock.now()
    with transaction.atomic():
        due = EInvoice.objects.filter(
            unclaimed(now, LEASE),
            status__in=("submitted", "accepted"),
            environment=found.environment,
            next_attempt_at__lte=now,
        )
        locked = due.select_for_update(skip_locked=True, no_key=True)
        first = locked.order_by("next_attempt_at", "id").first()
        if first is None:
            return []
        rows = [first]
        if first.submission_uid and first.cancel_requested_at is None:
            same = locked.filter(submission_uid=first.submission_uid, cancel_requested_at=None)
            rows += same.exclude(pk=first.pk).order_by("id")[: MAX_TOGETHER - 1]
        EInvoice.objects.filter(pk__in=[row.pk for row in rows]).update(attempts=F("attempts") + 1, claimed_at=now)
        for row in rows:
            row.attempts += 1
        return rows


def _ask_about_submission(conversation: Conversation, rows: Sequence[EInvoice]) -> None:
    try:
        submission = conversation.client.submission(rows[0].submission_uid)
    except MyInvoisError as error:
        _note_unanswered(conversation, rows, error)
        return
    states = {state.uuid: state for state in submission.documents}
    if all(row.uuid in states and not _is_news(row, states[row.uuid]) for row in rows):
        conversation.forget()
    for row in rows:
        if row.uuid in states:
            _note(conversation, row, states[row.uuid])
        else:
            _note_unanswered(conversation, [row], NotFound(_NOT_NAMED))


def _ask_about_document(conversation: Conversation, row: EInvoice) -> None:
    try:
        state = conversation.client.document(row.uuid)
    except MyInvoisError as error:
        _note_unanswered(conversation, [row], error)
        return
    _note(conversation, row, state)


def _note(conversation: Conversation, row: EInvoice, state: DocumentState) -> None:
    if state.status != "invalid":
        conversation.keep([row.pk])
        note_state(claim_of(row), state)
        return
    try:
        errors = state.errors or conversation.client.document(row.uuid).errors
        original = _original(conversation, row) if _is_duplicate(errors) else None
    except MyInvoisError as error:
        _note_unanswered(conversation, [row], error)
        return
    conversation.keep([row.pk])
    if original is not None:
        note_duplicate(claim_of(row), original)
    else:
        note_rejected(claim_of(row), errors)


def _original(conversation: Conversation, row: EInvoice) -> DocumentState | None:
    """The document of ours that `row` is a duplicate of: it was sent twice, as its first answer was lost."""
    found = find_at_lhdn(conversation, row, row.issued_at - timedelta(hours=2), clock.now())
    return found if found is not None and found.uuid != row.uuid and found.status != "invalid" else None


def _is_duplicate(errors: Sequence[LhdnError]) -> bool:
    return any(error.code in _DUPLICATE and "duplicate" in f"{error.step} {error.english}".lower() for error in errors)


def _is_news(row: EInvoice, state: DocumentState) -> bool:
    same = {"submitted": "submitted", "accepted": "valid"}[row.status] == state.status
    return not same or (state.rejection_requested_at is not None) != (row.rejection_requested_at is not None)


def _note_unanswered(conversation: Conversation, rows: Sequence[EInvoice], error: MyInvoisError) -> None:
    """No answer, or LHDN doesn't know it: usual right after a submission, and never a reason to submit again."""
    now = clock.now()
    conversation.keep([row.pk for row in rows])
    for row in rows:
        age = now - (row.submitted_at or now)
        if isinstance(error, NotFound) and age < NOT_YET_KNOWN:
            postpone([claim_of(row)], next_poll(row.submitted_at or now, now), "")
            continue
        pause = gap(row.attempts)
        if isinstance(error, Unavailable) and error.retry_after is not None:
            pause = timedelta(seconds=error.retry_after)
        late = age >= LATE and row.status == "submitted"
        why = f"LHDN has not decided for {age // LATE} h: {error.message}" if late else error.message
        postpone([claim_of(row)], now + pause, why)


def _cancel(conversation: Conversation, row: EInvoice) -> None:
    """Asks for a cancellation; whatever came of an earlier try, the document's state says whether it is done."""
    try:
        state = conversation.client.document(row.uuid)
        if state.status == "valid":
            conversation.client.cancel(row.uuid, row.cancel_reason)
    except Rejected as error:
        conversation.keep([row.pk])
        note_not_cancelled(claim_of(row), error.message)
    except MyInvoisError as error:
        pause = timedelta(minutes=15) if isinstance(error, BadCredentials) else gap(row.attempts)
        if isinstance(error, Unavailable) and error.retry_after is not None:
            pause = timedelta(seconds=error.retry_after)
        conversation.keep([row.pk])
        postpone([claim_of(row)], clock.now() + pause, error.message)
    else:
        conversation.keep([row.pk])
        note_cancelled(claim_of(row)) if state.status in ("valid", "cancelled") else note_state(claim_of(row), state)
