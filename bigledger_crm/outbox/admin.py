"""The outbox and the webhooks in the admin: to be read, but for switching webhooks off and changing their secrets."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from bigledger_crm.outbox.events import payload
from bigledger_crm.outbox.models import (
    MailTemplate,
    OutboxAttempt,
    OutboxEmail,
    WebhookAttempt,
    WebhookDelivery,
    WebhookEndpoint,
)
from bigledger_crm.outbox.webhooks import services
from bigledger_crm.outbox.webhooks.inputs import EndpointInput
from bigledger_crm.tenancy.admin_base import ReadOnlyAdmin, ReadOnlyInline, operator, shown_once
from bigledger_crm.tenancy.scope import company_scope


class AttemptInline(ReadOnlyInline):
    """What happened at each try."""

    model = OutboxAttempt
    fields = ["number", "started_at", "finished_at", "outcome", "server_reply", "error"]


@admin.register(OutboxEmail)
class OutboxEmailAdmin(ReadOnlyAdmin):
    """Mails and what became of them."""

    list_display = ["subject", "company", "to", "status", "attempts", "created_at", "sent_at"]
    list_filter = ["company", "status"]
    search_fields = ["subject", "message_id"]
    inlines = [AttemptInline]


@admin.register(MailTemplate)
class MailTemplateAdmin(ReadOnlyAdmin):
    """Companies' own words; owners and managers change them on the page of their settings."""

    list_display = ["kind", "language", "company", "subject", "updated_at"]
    list_filter = ["company", "kind", "language"]


@admin.register(WebhookEndpoint)
class WebhookEndpointAdmin(ReadOnlyAdmin):
    """Where companies want to hear of their events.  Their secrets are nobody's here."""

    list_display = ["url", "company", "events", "failing_since", "disabled_at", "disabled_reason"]
    list_filter = ["company", ("disabled_at", admin.EmptyFieldListFilter)]
    search_fields = ["url", "description"]
    exclude = ["secret", "previous_secret"]
    actions: Any = ("switch_off", "rotate_secrets")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Every column but the secrets."""
        return [name for name in super().get_readonly_fields(request, obj) if name not in self.exclude]

    def has_operate_permission(self, request: HttpRequest) -> bool:
        """Whether the operator may do more than read."""
        return request.user.has_perm("outbox.change_webhookendpoint")

    @admin.action(description=_("Disable"), permissions=["operate"])
    def switch_off(self, request: HttpRequest, queryset: QuerySet[WebhookEndpoint]) -> None:
        """Nothing more is told to these, until their companies switch them on again."""
        for endpoint in _each(queryset):
            services.update_endpoint(operator(request, endpoint.company), endpoint, EndpointInput(is_active=False))
        messages.success(request, _("Disabled."))

    @admin.action(description=_("Replace a leaked secret"), permissions=["operate"])
    def rotate_secrets(self, request: HttpRequest, queryset: QuerySet[WebhookEndpoint]) -> HttpResponse:
        """New secrets, each shown once; for a day the ones before them sign as well."""
        rotated = [services.rotate_secret(operator(request, one.company), one) for one in _each(queryset)]
        return shown_once(self, request, _("New secrets"), [(one.url, one.secret) for one in rotated])


def _each(endpoints: QuerySet[WebhookEndpoint]) -> Iterable[WebhookEndpoint]:
    """One after the other, inside the scope of its company."""
    for endpoint in endpoints.select_related("company"):
        with company_scope(endpoint.company):
            yield endpoint


class WebhookAttemptInline(ReadOnlyInline):
    """Each request's answer."""

    model = WebhookAttempt
    fields = ["number", "started_at", "finished_at", "duration_ms", "response_status", "response_body", "error"]


@admin.register(WebhookDelivery)
class WebhookDeliveryAdmin(ReadOnlyAdmin):
    """What was told to whom, and what they answered."""

    list_display = ["event_type", "company", "endpoint", "status", "attempts", "created_at", "next_attempt_at"]
    list_filter = ["company", "status", "event_type"]
    list_select_related: ClassVar[Any] = ["company", "endpoint"]
    search_fields = ["endpoint__url"]
    inlines = [WebhookAttemptInline]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Every column, and what is sent."""
        return [*super().get_readonly_fields(request, obj), "request"]

    @admin.display(description=_("Request"))
    def request(self, delivery: WebhookDelivery) -> str:
        """The body that tells of the event."""
        return payload(delivery.event, delivery.company).decode()
