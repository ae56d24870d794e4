"""A reminder that a person sends now, beside those of the schedule."""

from django.db import transaction

from bigledger_crm.kernel.languages import resolve_language
from bigledger_crm.kernel.text_templates import fill
from bigledger_crm.outbox.email_templates.kinds import figure_of
from bigledger_crm.outbox.events import record
from bigledger_crm.outbox.models import OutboxEmail
from bigledger_crm.outbox.services import MAX_SUBJECT, queue
from bigledger_crm.registry import EmailContent
from bigledger_crm.tenancy.actor import Actor
from invoicing.errors import InvoiceNotOverdue
from invoicing.models import Invoice
from invoicing.queries import lock_invoice, state_of
from invoicing.queries.reminders import INVOICE, open_invoice
from invoicing.rules import reminders as rules
from invoicing.rules.reminder_texts import DEFAULT_STEPS
from invoicing.services.invoice_pdf import get_or_freeze_invoice_document
from invoicing.services.reminder_schedule import schedule_of
from invoicing.services.reminders import placeholder_values
from sales.services import EmailOptions
from sales.services.shared.email import draft_document_email, no_address


@transaction.atomic
def send_reminder(actor: Actor, invoice: Invoice, message: EmailOptions) -> tuple[Invoice, OutboxEmail]:
    """Queues a reminder of an overdue invoice, whether or not the schedule reminds of it.

    Raises InvoiceNotOverdue, InvalidData for the email's fields.
    """
    stored = lock_invoice(invoice.pk)
    email = draft_reminder_email(actor, stored, message)
    queue(email, get_or_freeze_invoice_document(actor, stored) if message.attach_pdf else None, held=message.held)
    record(actor, "invoice.reminded", stored.pk, stored.customer_id, note=", ".join([*email.to, *email.cc]))
    return stored, email


def draft_reminder_email(actor: Actor, invoice: Invoice, message: EmailOptions) -> OutboxEmail:
    """The email of a reminder, not queued.  Raises InvoiceNotOverdue, InvalidData."""
    content, language, emails = reminder_email_content(actor, invoice)
    to = message.to if message.to is not None else emails
    if not to:
        raise no_address()
    return draft_document_email(
        actor, message, content, language, kind="invoice.reminder", related_id=invoice.pk, to=to
    )


def reminder_email_content(actor: Actor, invoice: Invoice) -> tuple[EmailContent, str, list[str]]:
    """What the reminder says, in which language, and where it goes: the text is that of the step whose day came last.

    Raises InvoiceNotOverdue.
    """
    today = actor.today()
    overdue = state_of(invoice, today).overdue_by
    document = open_invoice(invoice.pk)
    if not overdue or document is None:
        raise InvoiceNotOverdue(invoice.public_id, invoice.invoice_number)
    own = actor.company.language
    subject, body, language = _texts(actor, overdue, resolve_language(document.language, own), own)
    values = placeholder_values(actor.company, INVOICE, document, today, language)
    figure = figure_of("invoice", language, values)
    return EmailContent(fill(subject, values)[:MAX_SUBJECT], fill(body, values), *figure), language, document.emails


def _texts(actor: Actor, overdue: int, *languages: str) -> tuple[str, str, str]:
    """Subject, text and language: of a company whose schedule has no reminder of overdue invoices the usual ones."""
    late = [step for step in schedule_of(actor, "invoice") if step.days > 0]
    if late:
        step = next((step for step in reversed(late) if step.days <= overdue), late[0])
        return rules.texts_in(step.subject, step.message, step.translations, *languages)
    usual = next(step for step in DEFAULT_STEPS if step.document == "invoice" and step.days > 0)
    return *usual.texts[languages[0]], languages[0]
