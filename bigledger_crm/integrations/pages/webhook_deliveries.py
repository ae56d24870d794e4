"""The page of a webhook, with all that it was told, and telling it again."""

import json
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any

from django import forms
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.timezone import get_current_timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from bigledger_crm.integrations.pages.webhooks import find_webhook, state_note, state_of, webhook_href
from bigledger_crm.outbox.events import payload
from bigledger_crm.outbox.models import DeliveryStatus, WebhookAttempt, WebhookDelivery, WebhookEndpoint
from bigledger_crm.outbox.webhooks import services
from bigledger_crm.tenancy.queries import by_public_id
from bigledger_crm.web import formatting
from bigledger_crm.web.components import Action, Column, DetailField, StatusBadge, Tone
from bigledger_crm.web.form_fields import DayField
from bigledger_crm.web.form_views import ActionView, ServiceFormView
from bigledger_crm.web.lists import ListPage
from bigledger_crm.web.views import CompanyView

_STATES: dict[str, tuple[Any, Tone]] = {
    DeliveryStatus.QUEUED: (gettext_lazy("Waiting"), "neutral"),
    DeliveryStatus.RETRYING: (gettext_lazy("Retrying"), "warn"),
    DeliveryStatus.DELIVERED: (gettext_lazy("Delivered"), "good"),
    DeliveryStatus.FAILED: (gettext_lazy("Failed"), "bad"),
}


def _badge(delivery: WebhookDelivery) -> StatusBadge:
    return StatusBadge(*_STATES[delivery.status])


class WebhookDetailView(ListPage):
    """One webhook: what it is told, and what came back."""

    resource = "webhooks"
    template = "pages/webhook.html"
    title = gettext_lazy("Deliveries")
    sorts = {"queued": "created_at"}
    default_sort = "-queued"
    chips = tuple((status, word) for status, (word, _tone) in _STATES.items())
    empty_title = gettext_lazy("No deliveries yet")
    empty_text = gettext_lazy("Each event sent to this webhook appears here, with every response.")

    def dispatch(self, request: HttpRequest, *args: Any, public_id: str, **kwargs: Any) -> HttpResponseBase:
        """Keeps the id: the list is of this webhook's deliveries."""
        self.public_id = public_id
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def endpoint(self) -> WebhookEndpoint:
        """The webhook.  Raises NotFound."""
        return find_webhook(self.public_id)

    def columns(self) -> Sequence[Column]:
        """The columns of the list."""
        return (
            Column(_("Event"), lambda row: row.event_type, "main"),
            Column(_("Status"), _badge, "badge"),
            Column(_("Last response"), lambda row: row.answer or row.fault or "", note=lambda row: _duration(row.took)),
            Column(_("Attempts"), lambda row: row.attempts, "number"),
            Column(_("Queued"), lambda row: row.created_at, "moment", sort="queued"),
            Column(_("Next attempt"), lambda row: row.next_attempt_at, "moment"),
        )

    def all_rows(self) -> QuerySet[Any]:
        """Deliveries."""
        tries = WebhookAttempt.objects.filter(delivery=OuterRef("pk"), finished_at__isnull=False).order_by("-number")
        return WebhookDelivery.objects.filter(endpoint=self.endpoint).annotate(
            answer=Subquery(tries.values("response_status")[:1]),
            fault=Subquery(tries.values("error")[:1]),
            took=Subquery(tries.values("duration_ms")[:1]),
        )

    def href(self, row: WebhookDelivery) -> str:
        """The delivery's page."""
        return reverse("pages:webhook-delivery", args=[self.endpoint.public_id, row.public_id])

    def more(self) -> dict[str, Any]:
        """What is known of the webhook itself, above the list."""
        return {
            "title": self.endpoint.url,
            "badge": state_of(self.endpoint),
            "details": self._facts(),
            "actions": self._actions() if self.actor.may("webhooks", "write") else [],
        }

    def _facts(self) -> list[DetailField]:
        endpoint = self.endpoint
        facts = [DetailField(_("Events"), ", ".join(endpoint.events), wide=True)]
        if endpoint.description:
            facts.append(DetailField(_("Description"), endpoint.description))
        if note := state_note(endpoint):
            facts.append(DetailField(state_of(endpoint).label, note, tone="bad"))
        return [*facts, DetailField(_("Created"), formatting.moment(endpoint.created_at))]

    def _actions(self) -> list[Action]:
        def to(name: str) -> str:
            return reverse(f"pages:webhook-{name}", args=[self.endpoint.public_id])

        is_on = self.endpoint.disabled_at is None
        label = _("Disable") if is_on else _("Enable")
        return [
            Action(_("New secret"), to("rotate"), dialog=True, more=True),
            Action(_("Delete"), to("delete"), danger=True, dialog=True, more=True),
            Action(_("Edit"), to("edit")),
            *([Action(_("Replay"), to("replay"), dialog=True)] if is_on else []),
            Action(label, to("switch"), post=True, primary=not is_on, fields={"wanted": "" if is_on else "yes"}),
        ]


def _duration(milliseconds: int | None) -> str:
    return "" if milliseconds is None else _("%(number)s ms") % {"number": formatting.number(milliseconds)}


def _find_delivery(endpoint: WebhookEndpoint, public_id: str) -> WebhookDelivery:
    told = WebhookDelivery.objects.select_related("event", "company").filter(endpoint=endpoint)
    return by_public_id(told, "Delivery", public_id)


class WebhookDeliveryDetailView(CompanyView):
    """One event for one webhook: the request, and every answer to it."""

    resource = "webhooks"

    def get(self, request: HttpRequest, public_id: str, delivery_id: str) -> HttpResponse:
        """The delivery."""
        endpoint = find_webhook(public_id)
        delivery = _find_delivery(endpoint, delivery_id)
        facts = [
            DetailField(_("URL"), endpoint.url, href=webhook_href(public_id), wide=True),
            DetailField("webhook-id", delivery.event.public_id),
            DetailField(_("Queued"), formatting.moment(delivery.created_at)),
            DetailField(_("Attempts"), str(delivery.attempts)),
        ]
        if delivery.next_attempt_at:
            facts.append(DetailField(_("Next attempt"), formatting.moment(delivery.next_attempt_at)))
        may_replay = delivery.next_attempt_at is None and endpoint.disabled_at is None
        again = reverse("pages:webhook-delivery-replay", args=[public_id, delivery_id])
        return self.page(
            "pages/webhook_delivery.html",
            title=delivery.event_type,
            badge=_badge(delivery),
            details=facts,
            sent=json.dumps(json.loads(payload(delivery.event, delivery.company)), indent=2),
            attempts=[(attempt, _duration(attempt.duration_ms)) for attempt in delivery.tries.all()],
            actions=[Action(_("Send again"), again, post=True)]
            if may_replay and self.actor.may("webhooks", "write")
            else [],
        )


class WebhookDeliveryReplayView(ActionView):
    """Tells one event again."""

    resource = "webhooks"

    def post(self, request: HttpRequest, public_id: str, delivery_id: str) -> HttpResponse:  # type: ignore[override]
        """Does it, once."""
        self.delivery_id = delivery_id
        return super().post(request, public_id)

    def act(self, public_id: str) -> str:
        """Back to the delivery."""
        endpoint = find_webhook(public_id)
        delivery = _find_delivery(endpoint, self.delivery_id)
        services.replay(self.actor, WebhookDelivery.objects.filter(pk=delivery.pk), endpoint)
        self.done(_("The event is being sent again."))
        return self.back(public_id)

    def back(self, public_id: str) -> str:
        """The delivery."""
        return reverse("pages:webhook-delivery", args=[public_id, self.delivery_id])


class ReplayForm(forms.Form):
    """Name of the events are sent again."""

    first = DayField(label=gettext_lazy("First day"))
    last = DayField(label=gettext_lazy("Last day"))
    status = forms.ChoiceField(
        label=gettext_lazy("Deliveries"),
        required=False,
        choices=[
            (DeliveryStatus.FAILED.value, gettext_lazy("Failed")),
            (DeliveryStatus.DELIVERED.value, gettext_lazy("Delivered")),
            ("", gettext_lazy("Both")),
        ],
    )


class WebhookReplayView(ServiceFormView):
    """Tells the events of some days again."""

    resource = "webhooks"

    def prepare(self, public_id: str = "") -> None:
        """The webhook."""
        self.endpoint = find_webhook(public_id)

    def make_form(self, data: Any = None) -> ReplayForm:
        """What was given up today and yesterday."""
        today = self.actor.today()
        return ReplayForm(data, initial={"first": today - timedelta(days=1), "last": today, "status": "failed"})

    def save(self, form: ReplayForm) -> str:
        """To the webhook."""
        given = form.cleaned_data
        told = services.deliveries_between(_start_of(given["first"]), _end_of(given["last"]))
        if given["status"]:
            told = told.filter(status=given["status"])
        count = services.replay(self.actor, told, self.endpoint)
        self.done(
            ngettext("%(count)s event is being sent again.", "%(count)s events are being sent again.", count)
            % {"count": count}
        )
        return webhook_href(self.endpoint.public_id)

    def get_context(self) -> dict[str, Any]:
        """Texts."""
        return {
            "title": _("Replay"),
            "text": _(
                "At most 1,000 at a time, oldest first. Receivers recognise repeated events by their webhook-id."
            ),
            "submit": _("Send again"),
            "back": webhook_href(self.endpoint.public_id),
        }


def _start_of(day: date) -> datetime:
    return datetime.combine(day, time(), get_current_timezone())


def _end_of(day: date) -> datetime:
    return datetime.combine(day, time.max, get_current_timezone())
