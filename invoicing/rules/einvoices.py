"""When LHDN is asked about an e-invoice, until when it can be cancelled there, and what its status is called."""

from datetime import date, datetime, timedelta

# From the time at which LHDN found it valid: after them only a note corrects it.
CANCELLATION_WINDOW = timedelta(hours=72)
# LHDN takes documents up to 72 hours after the time of issue that they name.
OLDEST_ISSUE = timedelta(hours=70)
# Within them LHDN takes the same bytes for the same submission, and says so.
SAME_SUBMISSION = timedelta(minutes=10)
# So long a lost submission is looked for before it counts as never received.
SEARCHED_FOR = timedelta(minutes=15)
# LHDN searches at most 31 days at once.
LONGEST_SEARCH = timedelta(days=30)
# Right after a submission LHDN may not know it yet.
NOT_YET_KNOWN = timedelta(minutes=5)
LATE = timedelta(hours=1)
_FIRST_POLLS = tuple(timedelta(seconds=seconds) for seconds in (3, 8, 13, 23, 43, 83))
_LATER_POLLS = timedelta(minutes=5)
_WATCHED = timedelta(hours=4)
_LAST_LOOK = timedelta(minutes=10)

NOT_REQUIRED, PENDING = "notRequired", "pending"
MAX_CANCEL_REASON = 300
# What LHDN calls each status, and what it may say already that we haven't asked for.
_SAME = {"submitted": "submitted", "accepted": "valid", "rejected": "invalid", "cancelled": "cancelled"}
_AHEAD = {"submitted": ("valid", "invalid", "cancelled"), "accepted": ("cancelled",)}


def next_poll(submitted_at: datetime, now: datetime) -> datetime:
    """When LHDN is asked next for the result of a submission: after 3, 8, 13 … seconds, then every 5 minutes."""
    return next((submitted_at + after for after in _FIRST_POLLS if submitted_at + after > now), now + _LATER_POLLS)


def next_watch(accepted_at: datetime, now: datetime) -> datetime | None:
    """When LHDN is asked next about an accepted one; None once neither the buyer nor anybody can undo it there.

    Requests for rejection and cancellations on the portal are told in no other way.
    """
    last = cancellable_until(accepted_at) + _LAST_LOOK
    return None if now >= last else min(now + _WATCHED, last)


def cancellable_until(accepted_at: datetime) -> datetime:
    """The last moment at which LHDN lets an accepted e-invoice be cancelled."""
    return accepted_at + CANCELLATION_WINDOW


def deadline(status: str, accepted_at: datetime | None) -> datetime | None:
    """Until when an e-invoice of a status can be cancelled at LHDN; None unless LHDN has accepted it."""
    return cancellable_until(accepted_at) if status == "accepted" and accepted_at is not None else None


def is_reported(starts_on: date | None, day: date) -> bool:
    """Whether documents of a day are reported; `starts_on` is None where e-invoicing is off."""
    return starts_on is not None and day >= starts_on


def gap(attempts: int) -> timedelta:
    """The pause after so many attempts that did not reach LHDN: 10 seconds, 20, 40 … at most 15 minutes."""
    return min(timedelta(seconds=10) * (1 << min(attempts - 1, 10)), timedelta(minutes=15))


def is_behind(status: str, theirs: str) -> bool:
    """Whether LHDN has decided what an e-invoice with our status doesn't show yet."""
    return theirs in _AHEAD.get(status, ())


def contradiction(status: str, theirs: str) -> str:
    """What is wrong where LHDN's status of a document, "" for none, can't be that of an e-invoice with ours."""
    if not theirs:
        return "LHDN doesn't list this document" if status in ("submitted", "accepted") else ""
    if status not in _SAME or theirs in ("unknown", _SAME[status]) or is_behind(status, theirs):
        return ""
    return f"LHDN says that this document is {theirs}"
