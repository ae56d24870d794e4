"""What the API takes for webhooks, and what their lists can be narrowed by."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bigledger_crm.api import fields
from bigledger_crm.api.serializers import StrictSerializer
from bigledger_crm.filtering import BooleanFilter, ChoiceFilter, ListFilters, MomentFilter
from bigledger_crm.kernel.errors import FieldError, field_error
from bigledger_crm.outbox.events import events
from bigledger_crm.outbox.models import DeliveryStatus
from bigledger_crm.outbox.webhooks.inputs import EndpointInput
from bigledger_crm.outbox.webhooks.services import check_endpoint


class WebhookInput(StrictSerializer):
    """An endpoint's fields."""

    makes = EndpointInput
    ignored = frozenset(
        "id failingSince disabledAt disabledReason createdBy createdAt updatedAt secret".split(),
    )
    needed = frozenset({"url", "events"})
    url = fields.TextField(max_length=2000)
    description = fields.TextField(max_length=200)
    events = fields.TextListField(required=False, limit=100)
    is_active = fields.FlagField(required=False)

    def rule_errors(self, values: EndpointInput) -> list[FieldError]:
        """The rules of an endpoint, as the service will apply them."""
        return check_endpoint(values, creating=bool(self.needed))


class WebhookUpdate(WebhookInput):
    """What of an endpoint is to change."""

    needed = frozenset()


class ReplayInput(StrictSerializer):
    """The span of time whose events are sent again."""

    created_after = fields.MomentField()
    created_before = fields.MomentField(required=False)
    status = fields.TextField()

    def rule_errors(self, values: Mapping[str, Any]) -> list[FieldError]:
        """A span that has a length, and a state in which replaying makes sense."""
        errors: list[FieldError] = []
        first, last = values.get("created_after"), values.get("created_before")
        if isinstance(first, datetime) and isinstance(last, datetime) and first > last:
            errors += field_error("created_before", "Must not be before createdAfter")
        if values.get("status", "") not in ("", DeliveryStatus.DELIVERED, DeliveryStatus.FAILED):
            errors += field_error("status", "Must be one of: delivered, failed")
        return errors


class WebhookFilters(ListFilters):
    """Endpoints."""

    is_active = BooleanFilter("is_on", about="Whether the webhook is enabled")


class DeliveryFilters(ListFilters):
    """What an endpoint was told."""

    status = ChoiceFilter("status", DeliveryStatus.values, about="Delivery status")
    event = ChoiceFilter("event_type", events(), about="Name of the event")
    created_after = MomentFilter("created_at", lookup="gte", about="First day or moment")
    created_before = MomentFilter("created_at", lookup="lte", about="Last day or moment")
