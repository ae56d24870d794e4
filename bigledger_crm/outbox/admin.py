"""The outbox and the webhooks in the admin: to be read, and to be tried again."""

from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from bigledger_crm.outbox import email_actions
from bigledger_crm.outbox.events import payload
from bigledger_crm.outbox.models import (
    DeliveryStatus,
    MailServer,
    MailTemplate,
    OutboxAttempt,
    OutboxEmail,
    WebhookAttempt,
    WebhookDelivery,
    WebhookEndpoint,
)
from bigledger_crm.outbox.webhooks import services
from bigledger_crm.outbox.webhooks.inputs import EndpointInput
from bigledger_crm.tenancy.admin_actions import ask, is_confirmed, row_action, rows_to_act_on
from bigledger_crm.tenancy.admin_base import (
    ReadOnlyAdmin,
    ReadOnlyInline,
    ReadOnlyInstallationAdmin,
    Rows,
    operator,
    shown_once,
)


class AttemptInline(ReadOnlyInline):
    """What happened at each try."""

    model = OutboxAttempt
    fields = ["number", "started_at", "finished_at", "outcome", "server_reply", "error"]


@admin.register(OutboxEmail)
class OutboxEmailAdmin(ReadOnlyAdmin):
    """Emails and what became of them."""

    across_companies = True
    list_display = ["subject", "company", "to", "status", "attempts", "created_at", "next_attempt_at", "last_error"]
    list_filter = ["status", "created_at"]
    search_fields = ["subject", "message_id", "last_error"]
    inlines = [AttemptInline]
    actions = ["retry", "cancel"]

    @row_action(
        "Try again",
        "Try to send these emails again now? One whose delivery is unknown may arrive twice.",
        "To be sent again",
        fits=lambda email: email.status in email_actions.RETRYABLE,
    )
    def retry(self, request: HttpRequest, email: OutboxEmail) -> object:
        """For emails that failed, are being retried, or may not have arrived."""
        return email_actions.retry(operator(request, email.company), email)

    @row_action(
        "Cancel",
        "Cancel these emails? What they are about stays as it is.",
        "Cancelled",
        fits=lambda email: email.status in email_actions.WITHDRAWABLE,
    )
    def cancel(self, request: HttpRequest, email: OutboxEmail) -> object:
        """Withdraws emails that have not been sent."""
        return email_actions.withdraw(operator(request, email.company), email)


@admin.register(MailTemplate)
class MailTemplateAdmin(ReadOnlyAdmin):
    """Companies' own words; owners and managers change them on the page of their settings."""

    list_display = ["kind", "language", "company", "subject", "updated_at"]
    list_filter = ["language"]
    search_fields = ["kind", "subject"]


@admin.register(MailServer)
class MailServerAdmin(ReadOnlyInstallationAdmin):
    """Whether the installation's mail server can be reached."""

    list_display = ["address", "away_since", "tried_at", "error"]


@admin.register(WebhookEndpoint)
class WebhookEndpointAdmin(ReadOnlyAdmin):
    """Where companies want to hear of their events.  Their secrets are nobody's here."""

    across_companies = True
    hidden_fields: ClassVar[Any] = ["secret", "previous_secret"]
    list_display = ["url", "company", "events", "failing_since", "disabled_at", "disabled_reason"]
    list_filter = [("disabled_at", admin.EmptyFieldListFilter), ("failing_since", admin.EmptyFieldListFilter)]
    search_fields = ["url", "description"]
    actions: Any = ("switch_off", "rotate_secrets")

    @row_action(
        "Disable",
        "Disable these webhooks? Nothing more is sent to them until their companies enable them again.",
        "Disabled",
        fits=lambda endpoint: endpoint.disabled_at is None,
    )
    def switch_off(self, request: HttpRequest, endpoint: WebhookEndpoint) -> object:
        """Nothing more is told to these, until their companies switch them on again."""
        if endpoint.disabled_at is not None:
            return False
        return services.update_endpoint(operator(request, endpoint.company), endpoint, EndpointInput(is_active=False))

    @admin.action(description=_("Replace a leaked secret"), permissions=["view"])
    def rotate_secrets(self, request: HttpRequest, queryset: Rows) -> HttpResponse | None:
        """New secrets, each shown once; for a day the ones before them sign as well."""
        endpoints = rows_to_act_on(request, queryset)
        question = "Replace the secrets of these webhooks? New ones are shown once; old ones sign for a day more."
        if not is_confirmed(request):
            return ask(self, request, endpoints, "rotate_secrets", "Replace a leaked secret", question)
        rotated = []
        for endpoint in endpoints:
            with self.scope_of(endpoint):
                rotated.append(services.rotate_secret(operator(request, endpoint.company), endpoint))
        return shown_once(self, request, _("New secrets"), [(one.url, one.secret) for one in rotated])


class WebhookAttemptInline(ReadOnlyInline):
    """Each request's answer."""

    model = WebhookAttempt
    fields = ["number", "started_at", "finished_at", "duration_ms", "response_status", "response_body", "error"]


def _is_finished(delivery: WebhookDelivery) -> bool:
    return delivery.status in (DeliveryStatus.DELIVERED, DeliveryStatus.FAILED)


@admin.register(WebhookDelivery)
class WebhookDeliveryAdmin(ReadOnlyAdmin):
    """What was told to whom, and what they answered."""

    across_companies = True
    list_display = ["event_type", "company", "endpoint", "status", "attempts", "created_at", "next_attempt_at"]
    list_filter = ["status", "created_at"]
    list_select_related: ClassVar[Any] = ["company", "endpoint"]
    search_fields = ["endpoint__url", "event_type"]
    inlines = [WebhookAttemptInline]
    actions = ["replay"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Every column, and what is sent."""
        return [*super().get_readonly_fields(request, obj), "request"]

    @admin.display(description=_("Request"))
    def request(self, delivery: WebhookDelivery) -> str:
        """The body that tells of the event."""
        return payload(delivery.event, delivery.company).decode()

    @row_action(
        "Try again",
        "Send these events again? Receivers know by the webhook-id that they are the same ones.",
        "To be sent again",
        fits=_is_finished,
    )
    def replay(self, request: HttpRequest, delivery: WebhookDelivery) -> object:
        """For deliveries that failed, or that a receiver has lost; those that wait aren't touched."""
        if not _is_finished(delivery):
            return False
        one = WebhookDelivery.objects.filter(pk=delivery.pk)
        return services.replay(operator(request, delivery.company), one, delivery.endpoint)
