"""Keeping the schedule of reminders."""

from dataclasses import replace
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from msgspec import UNSET

from bigledger_crm.kernel import clock
from bigledger_crm.kernel.changes import apply_changes
from bigledger_crm.kernel.errors import InvalidData, field_error
from bigledger_crm.kernel.inputs import given, given_or
from bigledger_crm.outbox.email_actions import cancel_pending
from bigledger_crm.outbox.events import record
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.models import Company
from bigledger_crm.tenancy.queries import lock_company
from invoicing.errors import InvoiceNotEditable, ReminderStepLimitReached, ReminderStepTaken
from invoicing.inputs import ReminderStepInput
from invoicing.models import Invoice, ReminderStep
from invoicing.queries import lock_invoice
from invoicing.queries.reminders import active_steps
from invoicing.rules import reminders as rules
from invoicing.rules.reminder_texts import DEFAULT_STEPS, DefaultStep

_TEXTS = rules.TEXTS


def schedule_of(actor: Actor, document: str = "") -> list[ReminderStep]:
    """The company's steps; a company that never had any gets the usual ones."""
    if not ReminderStep.objects.exists():
        today = actor.today()
        steps = [_default_step(actor.company, step, today) for step in DEFAULT_STEPS]
        ReminderStep.objects.bulk_create(steps, ignore_conflicts=True)
    return active_steps(document)


def _default_step(company: Company, step: DefaultStep, today: date) -> ReminderStep:
    """In the company's language, and translated into the others."""
    texts = {language: dict(zip(_TEXTS, words, strict=True)) for language, words in step.texts.items()}
    own = texts.pop(company.language)
    return ReminderStep(company=company, document=step.document, days=step.days, since=today, translations=texts, **own)


@transaction.atomic
def create_step(actor: Actor, inputs: ReminderStepInput) -> ReminderStep:
    """A new step with `document`, `days`, `subject` and `message`, which holds from today on.

    Raises InvalidData with every failing field, ReminderStepTaken, ReminderStepLimitReached.
    """
    document = given_or(inputs.document, "")
    whole = replace(
        inputs,
        days=given_or(inputs.days, None),
        subject=given_or(inputs.subject, ""),
        message=given_or(inputs.message, ""),
    )
    values = _clean(document, whole)
    lock_company(actor.company)  # two that come at once are counted one after the other
    steps = schedule_of(actor)
    if len(steps) >= rules.MAX_STEPS:
        raise ReminderStepLimitReached(f"A company can have at most {rules.MAX_STEPS} reminders in its schedule")
    step = ReminderStep(company=actor.company, document=document, since=actor.today(), **values)
    _save(step, force_insert=True)
    record(actor, "reminder_step.created", step.pk, note=str(step))
    return step


@transaction.atomic
def update_step(actor: Actor, step: ReminderStep, inputs: ReminderStepInput) -> ReminderStep:
    """Changes what is given; another day holds from today on.  The document type of a reminder cannot be changed.

    Raises InvalidData with every failing field, ReminderStepTaken.
    """
    stored = ReminderStep.objects.select_for_update(no_key=True).get(pk=step.pk)
    if inputs.document not in (UNSET, stored.document):
        raise InvalidData("Step", field_error("document", "The document type of a reminder cannot be changed"))
    values = _clean(stored.document, inputs)
    changes = apply_changes(stored, values)
    if not changes:
        return stored
    if "days" in changes:
        stored.since = actor.today()
    stored.updated_at = clock.now()
    _save(stored)
    record(actor, "reminder_step.updated", stored.pk, note=str(stored))
    return stored


@transaction.atomic
def remove_step(actor: Actor, step: ReminderStep) -> None:
    """Nothing is sent by the step any more."""
    ReminderStep.objects.filter(pk=step.pk).update(removed_at=clock.now())
    record(actor, "reminder_step.removed", step.pk, note=str(step))


@transaction.atomic
def set_reminders(actor: Actor, invoice: Invoice, *, wanted: bool) -> Invoice:
    """Whether reminders of the invoice are sent; they say nothing of its contents, so an issued one may change it.

    Raises InvoiceNotEditable for a cancelled one.
    """
    stored = lock_invoice(invoice.pk)
    if stored.send_reminders == wanted:
        return stored
    if stored.status == "cancelled":
        raise InvoiceNotEditable(stored.public_id, "cancelled", ["sendReminders"])
    stored.send_reminders = wanted
    stored.updated_at = clock.now()
    stored.save(update_fields=["send_reminders", "updated_at"])
    record(actor, "invoice.updated", stored.pk, stored.customer_id, note="sendReminders")
    if not wanted:
        cancel_pending(actor, stored.pk, "invoice.reminder", why="the invoice gets no more reminders")
    return stored


def _clean(document: str, inputs: ReminderStepInput) -> dict[str, Any]:
    clean = rules.clean_step(inputs)
    missing = field_error("days", "This field is required" if clean.days is None else None)
    if errors := [*missing, *rules.check_step(document, clean)]:
        raise InvalidData("Step", errors)
    return given(replace(clean, document=UNSET))


def _save(step: ReminderStep, *, force_insert: bool = False) -> None:
    try:
        with transaction.atomic():
            step.save(force_insert=force_insert)
    except IntegrityError as error:
        if "reminderstep_day_unique" in str(error):
            raise ReminderStepTaken(f"There is a step {rules.timing_text(step.document, step.days)} already") from error
        raise
