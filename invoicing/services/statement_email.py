"""Statements of account by email."""

from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import transaction

from bigledger_crm.documents.services import freeze_as_now
from bigledger_crm.outbox.email_templates.services import money_text, render_email
from bigledger_crm.outbox.events import record
from bigledger_crm.outbox.models import OutboxEmail
from bigledger_crm.outbox.services import queue
from bigledger_crm.registry import EmailContent
from bigledger_crm.tenancy.actor import Actor
from customers.models import Customer
from customers.queries import lock_customer
from invoicing.services.statement_pdf import (
    Span,
    check_statement_span,
    closing_balance,
    statement_context,
    statement_filename,
)
from sales.services import EmailOptions
from sales.services.shared.email import draft_document_email, email_language

if TYPE_CHECKING:
    from datetime import date


@transaction.atomic
def send_statement(actor: Actor, customer: Customer, span: Span, message: EmailOptions) -> tuple[Decimal, OutboxEmail]:
    """Freezes a customer's statement and queues its email; tells the closing balance in the customer's currency.

    Raises InvalidData for days in the wrong order and for the email's fields.
    """
    check_statement_span(actor, span)
    stored = lock_customer(customer.pk)  # what is posted meanwhile comes after the statement
    email = draft_statement_email(actor, stored, span, message)
    context, closing = statement_context(actor, stored, span)
    document = freeze_as_now(
        actor,
        kind="statement",
        document_id=stored.pk,
        number=stored.customer_number,
        filename=statement_filename(actor, stored, span),
        context=context,
    )
    queue(email, document if message.attach_pdf else None, held=message.held)
    record(actor, "customer.statement_sent", stored.pk, note=", ".join([*email.to, *email.cc]))
    return closing, email


def draft_statement_email(actor: Actor, customer: Customer, span: Span, message: EmailOptions) -> OutboxEmail:
    """The email that a statement goes out with, not queued.  Raises InvalidData."""
    content, language = statement_email_content(actor, customer, span)
    return draft_document_email(
        actor,
        message,
        content,
        language,
        kind="statement.sent",
        related_id=customer.pk,
        to=message.receivers(customer.pk, "statements"),
    )


def statement_email_content(actor: Actor, customer: Customer, span: Span) -> tuple[EmailContent, str]:
    """What the company writes with a statement, and in which language."""
    language = email_language(actor, customer.pk)
    facts: dict[str, str | date] = {
        "customer": customer.name,
        "number": customer.customer_number,
        "total": money_text(closing_balance(actor, customer, span), customer.currency),
        "until": span.until(actor.today()),
    }
    return render_email(actor, "statement", language, facts), language
