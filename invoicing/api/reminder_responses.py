"""Reminders and the steps of their schedule as they are in JSON."""

from decimal import Decimal
from typing import Literal, TypeAlias

from msgspec import UNSET

from bigledger_crm.api import fields
from bigledger_crm.api.responses import ApiStruct, amount, text, timestamp, word
from bigledger_crm.api.serializers import StrictSerializer
from bigledger_crm.kernel import ids
from bigledger_crm.kernel.errors import FieldError
from bigledger_crm.kernel.inputs import given_or
from customers.models import Customer
from invoicing.inputs import ReminderStepInput
from invoicing.models import ReminderStep
from invoicing.rules import reminders as rules
from invoicing.services import Upcoming

Document: TypeAlias = Literal["invoice", "quote"]


class StepInput(StrictSerializer):
    """When a reminder is sent, and what it says."""

    makes = ReminderStepInput
    ignored = frozenset({"id", "since", "createdAt", "updatedAt"})
    document = fields.TextField(choices=rules.DOCUMENTS)
    days = fields.IntegerField(required=False, minimum=-rules.MAX_DAYS, maximum=rules.MAX_DAYS)
    subject = fields.TextField(max_length=rules.MAX_SUBJECT)
    message = fields.TextField(max_length=rules.MAX_MESSAGE)
    translations = fields.ObjectField(required=False)

    def rule_errors(self, values: ReminderStepInput) -> list[FieldError]:
        """The rules of a step, as the service will apply them."""
        return rules.check_step(self.context.get("document") or given_or(values.document, "invoice"), values)


class StepCreation(StepInput):
    """A new step."""

    needed = frozenset({"document", "days", "subject", "message"})

    def rule_errors(self, values: ReminderStepInput) -> list[FieldError]:
        """Everything is needed."""
        missing = [name for name in ("document", "days", *rules.TEXTS) if getattr(values, name) is UNSET]
        return [*super().rule_errors(values), *(FieldError((name,), "This field is required") for name in missing)]


class RemindersInput(StrictSerializer):
    """Whether reminders of an invoice are sent."""

    send_reminders = fields.FlagField()


class StepObject(ApiStruct):
    """A step: `days` count from the due date of invoices or the last valid day of quotes, negative before it."""

    id: str
    document: Document
    days: int
    subject: str
    message: str
    translations: dict[str, dict[str, str]]
    since: str
    created_at: str | None
    updated_at: str | None


class Schedule(ApiStruct):
    """The company's steps in their order."""

    steps: list[StepObject]


class UpcomingReminder(ApiStruct):
    """A reminder that goes on `day` if nothing changes; the amount is what is still open, or the quote's total."""

    day: str
    document: Document
    document_id: str
    document_number: str
    customer_id: str
    customer_name: str
    to: str | None
    amount: Decimal
    currency: str
    step_id: str
    days: int


class UpcomingReminders(ApiStruct):
    """What will be sent until a day, the next first: how many, and the first 500 of them."""

    until: str
    total: int
    reminders: list[UpcomingReminder]


def step_object(step: ReminderStep) -> StepObject:
    """A whole step."""
    return StepObject(
        id=step.public_id,
        document=word(step.document),
        days=step.days,
        subject=step.subject,
        message=step.message,
        translations=step.translations,
        since=step.since.isoformat(),
        created_at=timestamp(step.created_at),
        updated_at=timestamp(step.updated_at),
    )


def upcoming_object(row: Upcoming) -> UpcomingReminder:
    """A reminder that is to be sent."""
    document = row.document
    return UpcomingReminder(
        day=row.day.isoformat(),
        document=word(row.kind.name),
        document_id=ids.encode(row.kind.model.PREFIX, document.pk),
        document_number=document.number,
        customer_id=ids.encode(Customer.PREFIX, document.customer_id),
        customer_name=document.customer_name,
        to=text(", ".join(document.emails)),
        amount=amount(document.amount, document.currency),
        currency=document.currency,
        step_id=row.step.public_id,
        days=row.step.days,
    )
