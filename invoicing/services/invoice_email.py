"""Invoices by email."""

import re
from dataclasses import replace

from django.db import transaction

from bigledger_crm.kernel import clock
from bigledger_crm.outbox.email_templates.services import email_text_for, money_text
from bigledger_crm.outbox.events import record
from bigledger_crm.outbox.models import OutboxEmail
from bigledger_crm.outbox.services import queue
from bigledger_crm.registry import EmailContent
from bigledger_crm.tenancy.actor import Actor
from customers.queries import lock_customer_of
from invoicing.email_kinds import payments_sentence
from invoicing.models import Invoice
from invoicing.queries import lock_invoice
from invoicing.queries.settlement import due_of
from invoicing.rules.payment_references import grouped_reference
from invoicing.services.einvoice_pdf import waits_for_acceptance
from invoicing.services.invoice_pdf import get_or_freeze_invoice_document
from invoicing.services.invoice_transitions import issue_draft
from sales.services import EmailOptions
from sales.services.shared.email import document_email_content, draft_document_email, email_language

# What tells of payments in a company's own text; to one without it a paragraph is added.
NAMES_WHAT_IS_DUE = re.compile(r"\{(payments|amount_due)\}")


@transaction.atomic
def send_invoice(
    actor: Actor,
    invoice: Invoice,
    message: EmailOptions,
    *,
    send_reminders: bool | None = None,
    override_credit_limit: bool = False,
) -> tuple[Invoice, OutboxEmail]:
    """Issues a draft and queues its email; an issued invoice is emailed again.

    With its PDF it may wait until LHDN has accepted the invoice.
    Raises InvalidStatusTransition for a cancelled one, InvalidData for the email's fields; of a draft CustomerBlocked,
    CreditLimitExceeded.
    """
    customer = lock_customer_of(invoice)
    stored = lock_invoice(invoice.pk)
    if stored.status != "sent":
        stored = issue_draft(actor, customer, stored, override_credit_limit)
    document = get_or_freeze_invoice_document(actor, stored)
    email = queue(
        draft_invoice_email(actor, stored, message),
        document if message.attach_pdf else None,
        held=message.held,
        until_released=message.attach_pdf and waits_for_acceptance(stored),
    )
    if send_reminders is not None:
        stored.send_reminders = send_reminders
    stored.updated_at = clock.now()
    stored.save(update_fields=["send_reminders", "updated_at"])
    record(actor, "invoice.sent", stored.pk, stored.customer_id, note=", ".join([*email.to, *email.cc]))
    return stored, email


def draft_invoice_email(actor: Actor, invoice: Invoice, message: EmailOptions) -> OutboxEmail:
    """The email that an invoice goes out with, not queued.  Raises InvalidData."""
    content, language = invoice_email_content(actor, invoice)
    return draft_document_email(
        actor,
        message,
        content,
        language,
        kind="invoice.sent",
        related_id=invoice.pk,
        to=message.receivers(invoice.customer_id, "invoices"),
    )


def invoice_email_content(actor: Actor, invoice: Invoice) -> tuple[EmailContent, str]:
    """What the company writes with an invoice, and in which language."""
    left = due_of(invoice)
    settled = {"paid": invoice.amount_paid, "credited": invoice.amount_credited, "due": left}
    words = {name: money_text(amount, invoice.currency) if amount else "" for name, amount in settled.items()}
    payments = payments_sentence(email_language(actor, invoice.customer_id), **words)
    content, language = document_email_content(
        actor,
        "invoice",
        invoice,
        invoice.invoice_number,
        title=invoice.title,
        due_date=invoice.due_date,
        amount_due=money_text(left, invoice.currency),
        payments=payments,
        payment_reference=grouped_reference(invoice.payment_reference),
    )
    if payments and not NAMES_WHAT_IS_DUE.search(email_text_for("invoice", language).body):
        content = replace(content, body=f"{content.body}\n\n{payments}")
    return (content if left else replace(content, figure="", figure_note="")), language
