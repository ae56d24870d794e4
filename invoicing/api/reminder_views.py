"""The resources of upcoming reminders and of the steps that send them."""

from datetime import timedelta

from django.http.response import HttpResponseBase
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from bigledger_crm.api.answers import Answer
from bigledger_crm.api.exceptions import invalid_parameters
from bigledger_crm.api.responses import Deleted, created, single
from bigledger_crm.api.viewsets import ApiViewSet
from invoicing.api.reminder_responses import (
    Schedule,
    StepCreation,
    StepInput,
    StepObject,
    UpcomingReminders,
    step_object,
    upcoming_object,
)
from invoicing.errors import ReminderStepLimitReached, ReminderStepTaken
from invoicing.models import ReminderStep
from invoicing.queries.reminders import step_by_public_id
from invoicing.rules.reminders import MAX_HORIZON
from invoicing.services import create_step, remove_step, schedule_of, upcoming, update_step
from invoicing.services.reminders import reminder_day

MOST_TOLD = 500
_DAYS = {"type": "integer", "minimum": 1, "maximum": MAX_HORIZON, "default": 14}


class ReminderViewSet(ApiViewSet):
    """What will be sent."""

    resource = "reminders"

    @extend_schema(
        parameters=[OpenApiParameter("days", _DAYS, description="How many days ahead")],
        responses=Answer(UpcomingReminders),
    )
    @action(detail=False, parameters=frozenset({"days"}))
    def upcoming(self, request: Request) -> Response:
        """The reminders of the next days: when, to whom, of which document, by which step."""
        given = request.query_params.get("days", "14")
        if not (given.isascii() and given.isdigit() and len(given) <= 3 and 1 <= int(given) <= MAX_HORIZON):
            raise invalid_parameters({"days": f"Must be a whole number from 1 to {MAX_HORIZON}"})
        rows = upcoming(self.actor, int(given))
        until = reminder_day(self.actor.company) + timedelta(days=int(given))
        told = [upcoming_object(row) for row in rows[:MOST_TOLD]]
        return Response(UpcomingReminders(until=until.isoformat(), total=len(rows), reminders=told))


class StepViewSet(ApiViewSet):
    """The steps of the schedule."""

    resource = "reminders"

    def get_object(self) -> ReminderStep:
        """The step of the path."""
        return step_by_public_id(self.kwargs["public_id"])

    def serialize(self, row: ReminderStep) -> StepObject:
        """The whole step."""
        return step_object(row)

    @extend_schema(responses=Answer(Schedule))
    def list(self, request: Request) -> Response:
        """All steps of the company's schedule."""
        return Response(Schedule(steps=[step_object(step) for step in schedule_of(self.actor)]))

    @extend_schema(
        request=StepCreation, responses=Answer(StepObject, 201, refuses=[ReminderStepTaken, ReminderStepLimitReached])
    )
    def create(self, request: Request) -> Response:
        """A new step, which holds from today on: what would have been due before isn't made up for."""
        step = create_step(self.actor, self.input(StepCreation, "Step"))
        return created(self.serialize(step), f"/reminders/steps/{step.public_id}")

    @extend_schema(responses=Answer(StepObject))
    def retrieve(self, request: Request, public_id: str) -> HttpResponseBase:
        """One step."""
        return self.one()

    @extend_schema(request=StepInput, responses=Answer(StepObject, refuses=[ReminderStepTaken]))
    def update(self, request: Request, public_id: str) -> Response:
        """Changes the fields sent; the kind of document stays."""
        step = self.get_object()
        values = self.input(StepInput, "Step", document=step.document)
        return single(self.serialize(update_step(self.actor, step, values)))

    partial_update = update

    @extend_schema(responses=Answer(Deleted))
    def destroy(self, request: Request, public_id: str) -> Response:
        """Removes the step: nothing is sent by it any more."""
        remove_step(self.actor, self.get_object())
        return Response(Deleted(id=public_id))
