"""What becomes of a quote that is out: accepted, declined, cancelled or revised."""

from dataclasses import replace
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.db import transaction

from bigledger_crm.custom_fields.services import carried_fields
from bigledger_crm.kernel import clock, text
from bigledger_crm.kernel.errors import InvalidData, field_error
from bigledger_crm.outbox.email_actions import cancel_pending
from bigledger_crm.outbox.events import record
from bigledger_crm.tenancy.actor import Actor
from customers.queries import lock_customer_of, not_anonymised
from sales import rules
from sales.errors import QuoteExpired, QuoteNotRevisable
from sales.lifecycle import QUOTE
from sales.models import Quote
from sales.queries import lock_quote
from sales.services.quotes import insert_quote, renewed_offer
from sales.services.shared.lines import as_kept


@transaction.atomic
def accept_quote(
    actor: Actor, quote: Quote, *, accepted_by: str = "", accepted_at: date | datetime | None = None
) -> Quote:
    """The customer agrees, now or at an earlier moment; a day stands for its beginning.

    Raises InvalidData for a moment that lies ahead or before the quote, QuoteExpired for one after its last valid
    day, InvalidStatusTransition.
    """
    stored = lock_quote(quote.pk)
    moment = _moment(actor, accepted_at)
    problem = rules.check_accepted_on(actor.day_of(moment), stored.quote_date, actor.today()) if accepted_at else None
    if problem is None and moment > clock.now():
        problem = "Acceptance can't be in the future"
    if problem:
        raise InvalidData("Quote", field_error("accepted_at", problem))
    refuse_expired(actor, stored, "accept", on=actor.day_of(moment))
    QUOTE.check(stored.status, "accepted")
    stored.status = "accepted"
    stored.accepted_at = moment
    stored.updated_at = clock.now()
    stored.accepted_by = text.clean_line(accepted_by)[:200] or actor.id
    stored.save(update_fields=["status", "accepted_at", "accepted_by", "updated_at"])
    record(actor, "quote.accepted", stored.pk, stored.customer_id)
    cancel_pending(actor, stored.pk, "quote.reminder", why="the quote was accepted")
    return stored


def is_open_to_answer(actor: Actor, quote: Quote, day: date) -> bool:
    """Whether an undecided quote may be sent or accepted on a day: in its validity, or if it was entered after that."""
    entered_late = rules.was_entered_late(quote.valid_until, actor.day_of(quote.created_at))
    return entered_late or not rules.is_expired(quote.status, quote.valid_until, day)


def refuse_expired(actor: Actor, quote: Quote, action: str, *, on: date) -> None:
    if not is_open_to_answer(actor, quote, on):
        raise QuoteExpired(action, quote.public_id, quote.valid_until, actor.today())


def _moment(actor: Actor, given: date | datetime | None) -> datetime:
    """The moment that was given; a day begins where the company is."""
    if isinstance(given, datetime):
        return given
    return datetime.combine(given, time(), ZoneInfo(actor.company.time_zone)) if given else clock.now()


@transaction.atomic
def decline_quote(actor: Actor, quote: Quote, *, reason: str = "") -> Quote:
    """The customer says no, be it after the last valid day.  Raises InvalidStatusTransition."""
    stored = lock_quote(quote.pk)
    QUOTE.check(stored.status, "declined")
    stored.status = "declined"
    stored.declined_at = stored.updated_at = clock.now()
    stored.decline_reason = text.clean_block(reason)
    stored.save(update_fields=["status", "declined_at", "decline_reason", "updated_at"])
    record(actor, "quote.declined", stored.pk, stored.customer_id, note=stored.decline_reason)
    cancel_pending(actor, stored.pk, "quote.reminder", why="the quote was declined")
    return stored


@transaction.atomic
def cancel_quote(actor: Actor, quote: Quote, *, reason: str = "") -> Quote:
    """Cancels a quote.  Raises InvalidStatusTransition."""
    stored = lock_quote(quote.pk)
    _cancel(actor, stored, text.clean_block(reason))
    return stored


@transaction.atomic
def revise_quote(actor: Actor, quote: Quote) -> Quote:
    """The next version of a sent quote, as a draft of today that is valid as long; the old one is cancelled.

    Its lines keep their prices and may go on with items and tax codes that are inactive by now.  Raises
    QuoteNotRevisable, CustomerAnonymised, InvalidData where a line has no tax rate today.
    """
    customer = not_anonymised(lock_customer_of(quote))
    stored = lock_quote(quote.pk)
    if stored.status != "sent":
        raise _not_revisable(actor, stored)
    lines = {line.public_id: line for line in stored.lines.all()}
    version = stored.version + 1
    number = f"{stored.quote_number.removesuffix(f'-R{stored.version}')}-R{version}"
    _cancel(actor, stored, f"Superseded by {number}")
    revision = insert_quote(
        actor,
        customer,
        replace(renewed_offer(actor, stored), items=[as_kept(line) for line in lines.values()]),
        number=lambda _: number,
        kept=lines,
        copied_fields=carried_fields(stored, Quote, actor.company),
        version=version,
        supersedes=stored,
        owner_id=stored.owner_id,
    )
    record(actor, "quote.revised", revision.pk, stored.pk, stored.customer_id, note=number)
    return revision


def _cancel(actor: Actor, quote: Quote, reason: str) -> None:
    QUOTE.check(quote.status, "cancelled")
    quote.status = "cancelled"
    quote.cancelled_at = quote.updated_at = clock.now()
    quote.cancel_reason = reason
    quote.save(update_fields=["status", "cancelled_at", "cancel_reason", "updated_at"])
    record(actor, "quote.cancelled", quote.pk, quote.customer_id, note=reason)
    cancel_pending(actor, quote.pk, "quote.sent", "quote.reminder", why="the quote was cancelled")


def _not_revisable(actor: Actor, quote: Quote) -> QuoteNotRevisable:
    newer = Quote.objects.filter(supersedes=quote).first()
    status = rules.shown_quote_status(quote.status, quote.valid_until, actor.today())
    return QuoteNotRevisable(quote.public_id, status, newer.public_id if newer is not None else None)
