"""How a quote ends without a sale, and how a new one is made of it."""

from typing import Any

from django.db import transaction

from bigledger_crm.kernel import clock, text
from bigledger_crm.outbox.events import record
from bigledger_crm.outbox.interventions import call_off
from bigledger_crm.tenancy.actor import Actor
from customers.queries import lock_customer
from sales import rules
from sales.errors import QuoteNotRevisable
from sales.lifecycle import QUOTE
from sales.models import Quote
from sales.queries import lock_quote
from sales.services.quotes import insert_quote, next_quote_number
from sales.services.shared.fields import copied
from sales.services.shared.lines import as_kept


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
    call_off(actor, stored.pk, "quote.reminder", why="the quote was declined")
    return stored


@transaction.atomic
def cancel_quote(actor: Actor, quote: Quote, *, reason: str = "") -> Quote:
    """The offer is taken back.  Raises InvalidStatusTransition."""
    stored = lock_quote(quote.pk)
    _cancel(actor, stored, text.clean_block(reason))
    return stored


@transaction.atomic
def revise_quote(actor: Actor, quote: Quote) -> Quote:
    """The next version of a sent quote, as a draft of today that is valid as long; the old one is cancelled.

    Its lines keep their prices and may go on with items and tax codes that are inactive by now.  Raises
    QuoteNotRevisable, InvalidData where a line has no tax rate today.
    """
    stored = lock_quote(quote.pk)
    if stored.status != "sent":
        raise _not_revisable(actor, stored)
    lines = {line.public_id: line for line in stored.lines.all()}
    version = stored.version + 1
    number = f"{stored.quote_number.removesuffix(f'-R{stored.version}')}-R{version}"
    _cancel(actor, stored, f"Superseded by {number}")
    revision = insert_quote(
        actor,
        lock_customer(stored.customer_id),
        {**_offer(actor, stored), "items": [as_kept(line) for line in lines.values()]},
        number=lambda _: number,
        kept=lines,
        version=version,
        supersedes=stored,
    )
    record(actor, "quote.revised", revision.pk, stored.pk, stored.customer_id, note=number)
    return revision


@transaction.atomic
def duplicate_quote(actor: Actor, quote: Quote) -> Quote:
    """A new draft of today with the same lines at the same prices.  Raises InvalidData, as for a new quote."""
    customer = lock_customer(quote.customer_id)
    copy = insert_quote(actor, customer, _offer(actor, quote), number=lambda day: next_quote_number(actor, day))
    record(actor, "quote.created", copy.pk, customer.pk, note=f"From {quote.quote_number}")
    return copy


def _cancel(actor: Actor, quote: Quote, reason: str) -> None:
    QUOTE.check(quote.status, "cancelled")
    quote.status = "cancelled"
    quote.cancelled_at = quote.updated_at = clock.now()
    quote.cancel_reason = reason
    quote.save(update_fields=["status", "cancelled_at", "cancel_reason", "updated_at"])
    record(actor, "quote.cancelled", quote.pk, quote.customer_id, note=reason)
    call_off(actor, quote.pk, "quote.sent", "quote.reminder", why="the quote was cancelled")


def _offer(actor: Actor, quote: Quote) -> dict[str, Any]:
    """The same offer from today on, valid as long as it was."""
    return {
        **copied(quote, quote.lines.all()),
        "description": quote.description,
        "valid_until": rules.days_later(actor.today(), (quote.valid_until - quote.quote_date).days),
    }


def _not_revisable(actor: Actor, quote: Quote) -> QuoteNotRevisable:
    newer = Quote.objects.filter(supersedes=quote).first()
    status = rules.shown_quote_status(quote.status, quote.valid_until, actor.today())
    return QuoteNotRevisable(quote.public_id, status, newer.public_id if newer is not None else None)
