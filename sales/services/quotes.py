"""The life of a quote."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from bigledger_crm.kernel import clock, text
from bigledger_crm.numbering.services import next_number
from bigledger_crm.outbox.events import record
from bigledger_crm.outbox.models import OutboxEmail
from bigledger_crm.outbox.services import MAX_SUBJECT, queue_email
from bigledger_crm.tenancy.actor import Actor
from sales import rules
from sales.errors import QuoteExpired
from sales.lifecycle import QUOTE
from sales.models import Quote, QuoteLine
from sales.queries import lock_quote
from sales.services.documents import customer_for_document, insert_lines, prepare_document, search_text
from sales.services.papers import frozen_quote


@dataclass(frozen=True)
class Message:
    """A mail as its sender wants it; None leaves it to the product."""

    to: Sequence[str] | None = None
    cc: Sequence[str] = ()
    subject: str | None = None
    message: str | None = None
    attach_pdf: bool = True

    def receivers(self, customer_email: str) -> Sequence[str]:
        """The given addresses, or else the customer's, where there is one."""
        if self.to is not None:
            return self.to
        return [customer_email] if customer_email else []


@transaction.atomic
def create_quote(actor: Actor, fields: Mapping[str, Any]) -> Quote:
    """A new draft.  `fields` are the contract's, in snake case, with `items` as in `prepare_lines`.

    Amounts are in the customer's currency.  Raises InvalidData with every failing field, NotFound for a customer or
    item that isn't there.
    """
    customer = customer_for_document(fields, "Quote")
    quote_date = fields.get("quote_date") or actor.today()
    valid_until = fields.get("valid_until") or rules.days_later(quote_date, actor.company.quote_validity_days)
    errors = rules.merge(
        {"quoteDate": rules.check_document_date(quote_date)},
        {"validUntil": rules.check_dates(quote_date, valid_until, "quote date", "Valid until")},
    )
    values, lines = prepare_document(actor, customer, fields, day=quote_date, errors=errors, resource="Quote")
    values.setdefault("terms", actor.company.quote_terms)
    number = next_number(
        actor.company.pk,
        "quote",
        quote_date.year,
        prefix=actor.company.quote_prefix,
        width=actor.company.number_width,
    )
    quote = Quote.objects.create(
        quote_number=number,
        quote_date=quote_date,
        valid_until=valid_until,
        search_text=search_text(number, values.get("reference", ""), customer.name, values.get("title", "")),
        **values,
    )
    insert_lines(QuoteLine, quote, "quote", lines)
    record(actor, "quote.created", quote.pk, customer.pk)
    return quote


@transaction.atomic
def send_quote(actor: Actor, quote: Quote, message: Message) -> tuple[Quote, OutboxEmail]:
    """Freezes what the quote says, queues its mail and marks it sent; a sent quote is mailed again.

    Raises InvalidStatusTransition, QuoteExpired, InvalidData for the mail's fields.
    """
    stored = lock_quote(quote.pk)
    if stored.status != "sent":
        QUOTE.check(stored.status, "sent")
    _refuse_expired(actor, stored, "send")
    document = frozen_quote(actor, stored)
    email = queue_email(
        actor,
        kind="quote.sent",
        related_id=stored.pk,
        to=message.receivers(stored.customer_email),
        cc=message.cc,
        subject=message.subject or _subject(actor, stored),
        body=message.message or f"Please find attached our quote {stored.quote_number}.",
        stored_document=document if message.attach_pdf else None,
        reply_to=actor.email or actor.company.email,
    )
    if stored.status == "draft":
        stored.status = "sent"
        stored.sent_at = clock.now()
    stored.updated_at = clock.now()
    stored.save(update_fields=["status", "sent_at", "updated_at"])
    record(actor, "quote.sent", stored.pk, stored.customer_id, note=", ".join([*email.to, *email.cc]))
    return stored, email


@transaction.atomic
def accept_quote(actor: Actor, quote: Quote, *, accepted_by: str = "") -> Quote:
    """The customer agrees.  Raises QuoteExpired after its last valid day, InvalidStatusTransition."""
    stored = lock_quote(quote.pk)
    _refuse_expired(actor, stored, "accept")
    QUOTE.check(stored.status, "accepted")
    stored.status = "accepted"
    stored.accepted_at = stored.updated_at = clock.now()
    stored.accepted_by = text.clean_line(accepted_by)[:200] or actor.id
    stored.save(update_fields=["status", "accepted_at", "accepted_by", "updated_at"])
    record(actor, "quote.accepted", stored.pk, stored.customer_id)
    return stored


def _refuse_expired(actor: Actor, quote: Quote, action: str) -> None:
    today = actor.today()
    if rules.is_expired(quote.status, quote.valid_until, today):
        raise QuoteExpired(action, quote.public_id, quote.valid_until, today)


def _subject(actor: Actor, quote: Quote) -> str:
    subject = f"Quote {quote.quote_number}"
    subject = f"{subject} - {quote.title}" if quote.title else f"{subject} from {actor.company.name}"
    return subject[:MAX_SUBJECT]
