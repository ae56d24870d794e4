"""Quotes by email."""

from django.db import transaction

from bigledger_crm.kernel import clock
from bigledger_crm.outbox.events import record
from bigledger_crm.outbox.models import OutboxEmail
from bigledger_crm.outbox.services import queue
from bigledger_crm.registry import EmailContent
from bigledger_crm.tenancy.actor import Actor
from sales.lifecycle import QUOTE
from sales.models import Quote
from sales.queries import lock_quote
from sales.services.quote_pdf import get_or_freeze_quote_document
from sales.services.quote_transitions import refuse_expired
from sales.services.shared.email import EmailOptions, document_email_content, draft_document_email


@transaction.atomic
def send_quote(actor: Actor, quote: Quote, message: EmailOptions) -> tuple[Quote, OutboxEmail]:
    """Freezes what the quote says, queues its email and marks it sent; a sent quote is emailed again.

    Raises InvalidStatusTransition, QuoteExpired unless it was entered late, InvalidData for the email's fields.
    """
    stored = lock_quote(quote.pk)
    if stored.status != "sent":
        QUOTE.check(stored.status, "sent")
    refuse_expired(actor, stored, "send", on=actor.today())
    document = get_or_freeze_quote_document(actor, stored)
    email = queue(
        draft_quote_email(actor, stored, message), document if message.attach_pdf else None, held=message.held
    )
    if stored.status == "draft":
        stored.status = "sent"
        stored.sent_at = clock.now()
    stored.updated_at = clock.now()
    stored.save(update_fields=["status", "sent_at", "updated_at"])
    record(actor, "quote.sent", stored.pk, stored.customer_id, note=", ".join([*email.to, *email.cc]))
    return stored, email


def draft_quote_email(actor: Actor, quote: Quote, message: EmailOptions) -> OutboxEmail:
    """The email that a quote goes out with, not queued.  Raises InvalidData."""
    content, language = quote_email_content(actor, quote)
    return draft_document_email(
        actor,
        message,
        content,
        language,
        kind="quote.sent",
        related_id=quote.pk,
        to=message.receivers(quote.customer_id, "quotes"),
    )


def quote_email_content(actor: Actor, quote: Quote) -> tuple[EmailContent, str]:
    """What the company writes with a quote, and in which language."""
    return document_email_content(
        actor, "quote", quote, quote.quote_number, title=quote.title, valid_until=quote.valid_until
    )
