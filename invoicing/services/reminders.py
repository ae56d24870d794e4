"""Sending reminders: each step once for each document, and none for what was settled a moment before."""

from datetime import date, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from celery.exceptions import SoftTimeLimitExceeded
from django.db import transaction

from bigledger_crm.documents.models import StoredDocument
from bigledger_crm.kernel import clock
from bigledger_crm.kernel.errors import InvalidData
from bigledger_crm.kernel.languages import resolve_language
from bigledger_crm.kernel.text_templates import fill
from bigledger_crm.outbox.email_templates.kinds import figure_of
from bigledger_crm.outbox.email_templates.services import day_text, money_text
from bigledger_crm.outbox.errors import EmailLimitReached
from bigledger_crm.outbox.events import record
from bigledger_crm.outbox.models import OutboxEmail
from bigledger_crm.outbox.services import MAX_SUBJECT, draft_email, queue
from bigledger_crm.tenancy.actor import Actor, system_actor
from bigledger_crm.tenancy.models import Company
from bigledger_crm.tenancy.scope import company_scope
from invoicing.models import Invoice, Reminder, ReminderStep
from invoicing.queries.reminders import INVOICE, KINDS, Kind, Remindable, documents_due, lock_document, remindable
from invoicing.rules import reminders as rules
from invoicing.rules.payment_references import grouped_reference
from invoicing.services.invoice_pdf import get_or_freeze_invoice_document
from invoicing.services.reminder_schedule import schedule_of
from sales.models import Quote
from sales.services.quote_pdf import get_or_freeze_quote_document

MORNING = timedelta(hours=8)  # reminders of a day begin at eight o'clock in the company's time zone
MOST_IN_A_RUN = 200  # of one company and kind; what is left goes in the next run


def send_due_reminders() -> int:
    """Sends what is due in all companies; returns how many emails were queued.

    A document that fails stops no other one; the failures are raised at the end, together.
    """
    queued = 0
    failures: list[Exception] = []
    for company in Company.objects.filter(is_active=True).order_by("pk"):
        actor = system_actor(company)
        with company_scope(company):
            for kind in KINDS:
                queued += _send_for(actor, kind, failures)
    if failures:
        raise ExceptionGroup("Some reminders failed", failures)
    return queued


def reminder_day(company: Company) -> date:
    """The day whose reminders are due: the company's, which for this purpose begins in the morning."""
    return (clock.now().astimezone(ZoneInfo(company.time_zone)) - MORNING).date()


@transaction.atomic
def remind(actor: Actor, kind: Kind, pk: UUID, steps: dict[UUID, ReminderStep]) -> OutboxEmail | None:
    """Does what is due for a document, decided under its lock; returns the email if there is one."""
    lock_document(kind, pk)
    document = remindable(kind, pk, actor.today())
    if document is None:
        return None
    today = reminder_day(actor.company)
    went_out = document.went_out_at.astimezone(ZoneInfo(actor.company.time_zone)).date()
    plan = rules.plan(
        [step.rule for step in steps.values()], document.anchor, done=document.done, went_out=went_out, today=today
    )
    skip = dict(plan.skip)
    email = None
    if plan.send is not None:
        step = steps[plan.send.key]
        outcome = _email(actor, kind, document, step, today)
        if isinstance(outcome, OutboxEmail):
            email = outcome
            _note(actor, kind, document, step, email)
        else:
            skip[step.pk] = outcome
    for key, reason in skip.items():
        _skip(actor, kind, document, steps[key], reason)
    return email


def _send_for(actor: Actor, kind: Kind, failures: list[Exception]) -> int:
    steps = {step.pk: step for step in schedule_of(actor, kind.name)}
    today = reminder_day(actor.company)
    rules_ = [step.rule for step in steps.values()]
    queued, left, last = 0, MOST_IN_A_RUN, None
    # Only what succeeds counts: documents that fail, and will fail again, keep nobody else waiting.
    while left and (places := documents_due(kind, rules_, today, actor.today(), left, last)):
        for last in places:
            try:
                queued += remind(actor, kind, last[1], steps) is not None
                left -= 1
            except SoftTimeLimitExceeded:
                raise
            except EmailLimitReached:  # nothing was done; they go when the hour allows it
                return queued
            except Exception as error:  # noqa: BLE001  raised by send_due_reminders when the others are done
                error.add_note(f"{kind.name} {last[1]} of company {actor.company.pk}")
                failures.append(error)
    return queued


def _email(actor: Actor, kind: Kind, document: Remindable, step: ReminderStep, today: date) -> OutboxEmail | str:
    """The queued email, or why there is none."""
    if not document.is_wanted:
        return "opted_out"
    if not document.emails:
        return "no_address"
    wished, usual = resolve_language(document.language, actor.company.language), actor.company.language
    subject, message, language = rules.texts_in(step.subject, step.message, step.translations, wished, usual)
    values = placeholder_values(actor.company, kind, document, today, language)
    stored = _stored_document(actor, kind, document.pk)
    try:
        email = draft_email(
            actor,
            kind=f"{kind.name}.reminder",
            related_id=document.pk,
            to=document.emails,
            subject=fill(subject, values)[:MAX_SUBJECT],
            body=fill(message, values),
            language=language,
            figure=figure_of(kind.name, language, values),
            reply_to=actor.company.reply_to or actor.company.email,
        )
    except InvalidData as error:
        if all(fault.path[0] == "to" and len(fault.path) > 1 for fault in error.errors):
            return "address_refused"
        raise
    return queue(email, stored)


def placeholder_values(
    company: Company, kind: Kind, document: Remindable, today: date, language: str
) -> dict[str, str]:
    """What a template can name."""
    days = (document.anchor - today).days
    values = {
        "number": document.number,
        "customer": document.customer_name,
        "company": company.name,
        "total": money_text(document.total, document.currency),
        "days_left": str(max(0, days)),
    }
    if kind is INVOICE:
        return {
            **values,
            "amount_due": money_text(document.amount, document.currency),
            "due_date": day_text(document.anchor, language),
            "days_overdue": str(max(0, -days)),
            "payment_reference": grouped_reference(document.payment_reference),
        }
    return {**values, "valid_until": day_text(document.anchor, language)}


def _stored_document(actor: Actor, kind: Kind, pk: UUID) -> StoredDocument:
    if kind is INVOICE:
        return get_or_freeze_invoice_document(actor, Invoice.objects.get(pk=pk))
    return get_or_freeze_quote_document(actor, Quote.objects.get(pk=pk))


def _row(actor: Actor, kind: Kind, document: Remindable, step: ReminderStep, **outcome: object) -> None:
    Reminder.objects.create(company=actor.company, step=step, **{f"{kind.name}_id": document.pk}, **outcome)


def _note(actor: Actor, kind: Kind, document: Remindable, step: ReminderStep, email: OutboxEmail) -> None:
    _row(actor, kind, document, step, email=email)
    note = f"{rules.timing_text(kind.name, step.days)}: {', '.join(email.to)}"
    record(actor, f"{kind.name}.reminded", document.pk, document.customer_id, note=note[0].upper() + note[1:])


def _skip(actor: Actor, kind: Kind, document: Remindable, step: ReminderStep, reason: str) -> None:
    _row(actor, kind, document, step, skipped_because=reason)
    if reason == "passed":
        return  # nobody expected it
    note = f"{rules.timing_text(kind.name, step.days)}: {rules.SKIPPED_BECAUSE[reason]}"
    record(actor, f"{kind.name}.reminder_skipped", document.pk, document.customer_id, note=note[0].upper() + note[1:])
