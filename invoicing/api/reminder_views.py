"""The addresses of reminders."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse

from bigledger_crm.api.errors import invalid_parameters
from bigledger_crm.api.operations import operation
from bigledger_crm.api.responses import Deleted, single, success
from bigledger_crm.api.serializers import validated
from bigledger_crm.api.views import ApiView, SingleView
from bigledger_crm.outbox.errors import EmailLimitReached
from invoicing.api.objects import InvoiceObject, SentInvoice
from invoicing.api.reminder_objects import (
    RemindersInput,
    Schedule,
    StepCreation,
    StepInput,
    StepObject,
    UpcomingReminders,
    step_object,
    upcoming_object,
)
from invoicing.api.views import InvoiceView
from invoicing.errors import InvoiceNotEditable, InvoiceNotOverdue, ReminderStepLimitReached, ReminderStepTaken
from invoicing.models import ReminderStep
from invoicing.queries.reminders import step_by_public_id
from invoicing.rules.reminders import MAX_HORIZON
from invoicing.services import (
    create_step,
    remove_step,
    schedule_of,
    send_reminder,
    set_reminders,
    upcoming,
    update_step,
)
from invoicing.services.reminders import reminder_day
from sales.api.inputs import SendInput
from sales.api.objects import delivery_object
from sales.api.quote_views import message_of

MOST_TOLD = 500
_DAYS = {"type": "integer", "minimum": 1, "maximum": MAX_HORIZON, "default": 14}


class UpcomingList(ApiView):
    """What will be sent."""

    resource = "reminders"

    @operation(gives=UpcomingReminders, query={"days": ("How many days ahead", _DAYS)})
    def get(self, request: HttpRequest) -> HttpResponse:
        """The reminders of the next days: when, to whom, of which document, by which step."""
        given = self.no_parameters(frozenset({"days"})).get("days", "14")
        if not (given.isascii() and given.isdigit() and len(given) <= 3 and 1 <= int(given) <= MAX_HORIZON):
            raise invalid_parameters({"days": f"Must be a whole number from 1 to {MAX_HORIZON}"})
        rows = upcoming(self.actor, int(given))
        until = reminder_day(self.actor.company) + timedelta(days=int(given))
        told = [upcoming_object(row) for row in rows[:MOST_TOLD]]
        return success(UpcomingReminders(until=until.isoformat(), total=len(rows), reminders=told))


class StepList(ApiView):
    """The schedule; a new step."""

    resource = "reminders"

    @operation(gives=Schedule)
    def get(self, request: HttpRequest) -> HttpResponse:
        """All steps of the company's schedule."""
        self.no_parameters()
        return success(Schedule(steps=[step_object(step) for step in schedule_of(self.actor)]))

    @operation(gives=StepObject, takes=StepCreation, status=201, refuses=(ReminderStepTaken, ReminderStepLimitReached))
    def post(self, request: HttpRequest) -> HttpResponse:
        """A new step, which holds from today on: what would have been due before isn't made up for."""
        self.no_parameters()
        step = create_step(self.actor, validated(StepCreation, self.body(), "Step"))
        return self.created(step_object(step), f"/reminders/steps/{step.public_id}")


class StepDetail(SingleView[ReminderStep]):
    """One step."""

    resource = "reminders"

    def find(self, public_id: str) -> ReminderStep:
        """The step of the path."""
        return step_by_public_id(public_id)

    def show(self, row: ReminderStep) -> StepObject:
        """The whole step."""
        return step_object(row)

    @operation(gives=StepObject, takes=StepInput, refuses=(ReminderStepTaken,))
    def put(self, request: HttpRequest, public_id: str) -> HttpResponse:
        """Changes the fields sent; the kind of document stays."""
        self.no_parameters()
        step = self.row
        values = validated(StepInput, self.body(), "Step", document=step.document)
        return single(step_object(update_step(self.actor, step, values)))

    patch = put

    @operation(gives=Deleted)
    def delete(self, request: HttpRequest, public_id: str) -> HttpResponse:
        """Removes the step: nothing is sent by it any more."""
        self.no_parameters()
        remove_step(self.actor, self.row)
        return success(Deleted(id=public_id))


class InvoiceReminders(InvoiceView):
    """Whether an invoice is reminded of."""

    @operation(gives=InvoiceObject, takes=RemindersInput, refuses=(InvoiceNotEditable,))
    def put(self, request: HttpRequest, public_id: str) -> HttpResponse:
        """Turns the reminders of an invoice on or off, also of an issued one."""
        self.no_parameters()
        values = self.input(RemindersInput, "Invoice")
        return single(self.show(set_reminders(self.actor, self.row, wanted=values["send_reminders"])))

    @operation(gives=SentInvoice, takes=SendInput, refuses=(InvoiceNotOverdue, EmailLimitReached))
    def post(self, request: HttpRequest, public_id: str) -> HttpResponse:
        """Sends a reminder of an overdue invoice now; without `to` it goes where the schedule's would go."""
        self.no_parameters()
        message = message_of(self.input(SendInput, "Email", optional=True))
        invoice, email = send_reminder(self.actor, self.row, message)
        return single(self.show(invoice, delivery=delivery_object(email)))
