"""Webhooks and their deliveries as they are in JSON."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import msgspec

from bigledger_crm.api.responses import ApiStruct, text, timestamp
from bigledger_crm.kernel import ids
from bigledger_crm.outbox.events import payload
from bigledger_crm.outbox.models import WebhookDelivery, WebhookEndpoint

Status = Literal["queued", "retrying", "delivered", "failed"]


class WebhookObject(ApiStruct):
    """An endpoint; `failing_since` is the first failure after its last success."""

    id: str
    url: str
    description: str | None
    events: list[str]
    is_active: bool
    failing_since: str | None
    disabled_at: str | None
    disabled_reason: str | None
    created_by: str
    created_at: str | None
    updated_at: str | None


class WebhookWithSecret(WebhookObject):
    """An endpoint when its secret is shown: once."""

    passing = frozenset({"secret"})
    secret: str


class DeliveryRow(ApiStruct):
    """One event for one endpoint."""

    id: str
    event_id: str
    event: str
    status: Status
    attempts: int
    next_attempt_at: str | None
    delivered_at: str | None
    created_at: str | None


class AttemptObject(ApiStruct):
    """One request and its answer; no `finished_at` while it is under way, or when its worker stopped in the middle."""

    number: int
    started_at: str | None
    finished_at: str | None
    duration_ms: int | None
    response_status: int | None
    response_body: str | None
    error: str | None


class WebhookDeliveryObject(DeliveryRow):
    """One event for one endpoint: what is told, and every attempt."""

    request: dict[str, Any]
    tries: list[AttemptObject]


class Replayed(ApiStruct):
    """How many events are sent again."""

    replayed: int


ENDPOINT_COLUMNS = (
    "id",
    "url",
    "description",
    "events",
    "failing_since",
    "disabled_at",
    "disabled_reason",
    "created_by",
    "created_at",
    "updated_at",
)
DELIVERY_COLUMNS = (
    "id",
    "event_id",
    "event_type",
    "status",
    "attempts",
    "next_attempt_at",
    "delivered_at",
    "created_at",
)


def webhook_row(*columns: Any) -> WebhookObject:
    """An endpoint from ENDPOINT_COLUMNS."""
    return WebhookObject(**_endpoint(dict(zip(ENDPOINT_COLUMNS, columns, strict=True))))


def webhook_object(endpoint: WebhookEndpoint, *, with_secret: bool = False) -> WebhookObject:
    """A whole endpoint."""
    fields = _endpoint({name: getattr(endpoint, name) for name in ENDPOINT_COLUMNS})
    return WebhookWithSecret(**fields, secret=endpoint.secret) if with_secret else WebhookObject(**fields)


def _endpoint(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": ids.encode(WebhookEndpoint.PREFIX, row["id"]),
        "url": row["url"],
        "description": text(row["description"]),
        "events": row["events"],
        "is_active": row["disabled_at"] is None,
        "failing_since": timestamp(row["failing_since"]),
        "disabled_at": timestamp(row["disabled_at"]),
        "disabled_reason": text(row["disabled_reason"]),
        "created_by": row["created_by"],
        "created_at": timestamp(row["created_at"]),
        "updated_at": timestamp(row["updated_at"]),
    }


def delivery_row(
    pk: UUID,
    event_id: UUID,
    event: str,
    status: Status,
    attempts: int,
    next_attempt_at: datetime | None,
    delivered_at: datetime | None,
    created_at: datetime,
) -> DeliveryRow:
    """A delivery from DELIVERY_COLUMNS."""
    return DeliveryRow(**_delivery(pk, event_id, event, status, attempts, next_attempt_at, delivered_at, created_at))


def _delivery(pk: UUID, event_id: UUID, event: str, status: Status, attempts: int, *moments: Any) -> dict[str, Any]:
    next_attempt_at, delivered_at, created_at = (timestamp(moment) for moment in moments)
    return {
        "id": ids.encode(WebhookDelivery.PREFIX, pk),
        "event_id": ids.encode("evt", event_id),
        "event": event,
        "status": status,
        "attempts": attempts,
        "next_attempt_at": next_attempt_at,
        "delivered_at": delivered_at,
        "created_at": created_at,
    }


def delivery_object(delivery: WebhookDelivery) -> WebhookDeliveryObject:
    """A whole delivery with its attempts, oldest first."""
    tries = [
        AttemptObject(
            number=attempt.number,
            started_at=timestamp(attempt.started_at),
            finished_at=timestamp(attempt.finished_at),
            duration_ms=attempt.duration_ms,
            response_status=attempt.response_status,
            response_body=text(attempt.response_body),
            error=text(attempt.error),
        )
        for attempt in delivery.tries.all()
    ]
    return WebhookDeliveryObject(
        **_delivery(*(getattr(delivery, name) for name in DELIVERY_COLUMNS)),
        request=msgspec.json.decode(payload(delivery.event, delivery.company)),
        tries=tries,
    )
