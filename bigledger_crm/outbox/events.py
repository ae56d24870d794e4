"""Events: noted in the audit trail and queued for those who asked to be told, in the transaction of the change."""

from collections.abc import Mapping
from functools import partial
from typing import Any
from uuid import UUID

import msgspec
from django.db import transaction

from bigledger_crm.audit import services as audit
from bigledger_crm.audit.models import AuditEntry
from bigledger_crm.kernel import ids
from bigledger_crm.outbox import worker_notifications
from bigledger_crm.outbox.models import WebhookDelivery, WebhookEndpoint
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.models import Company

# The kind of object, its prefix in JSON, where it stands among the subjects, and what can happen to it.
_OBJECTS: dict[str, tuple[str, int, str]] = {
    "customer": ("cust", 0, "created updated deleted"),
    "contact": ("contact", 0, "created updated deleted"),
    "item": ("item", 0, "created updated deleted"),
    "tax_code": ("tax", 0, "created updated deleted"),
    "quote": ("quote", 0, "created updated sent accepted declined cancelled revised converted reminded"),
    "sales_order": ("so", 0, "created updated confirmed shipped delivered cancelled"),
    "shipment": ("ship", 0, "created"),
    "invoice": ("inv", 0, "created updated issued sent paid overdue cancelled reminded"),
    "credit_note": ("cn", 0, "created"),
    "payment": ("pay", 0, "recorded voided"),
    "email": ("dlv", 1, "sent failed unknown withdrawn"),
}
EVENTS = tuple(f"{name}.{verb}" for name, (_, _, verbs) in _OBJECTS.items() for verb in verbs.split())
SUBSCRIPTIONS = ("*", *(f"{name}.*" for name in _OBJECTS), *EVENTS)


def record(
    actor: Actor, event: str, *subjects: UUID, note: str = "", changes: Mapping[str, Any] | None = None
) -> AuditEntry:
    """Notes that `actor` did `event` to the objects with these keys, the main one first, and queues its webhooks.

    `changes` is JSON-ready: for an edit, field name -> [before, after].
    """
    entry = audit.record(actor, event, *subjects, note=note, changes=changes)
    if event in EVENTS:
        _queue(entry)
    return entry


def object_id(entry: AuditEntry) -> str:
    """The public id of what an event happened to; "" for events of other kinds than those of webhooks."""
    prefix, position, _ = _OBJECTS.get(entry.event.partition(".")[0], ("", 0, ""))
    return ids.encode(prefix, entry.subjects[position]) if prefix else ""


def payload(entry: AuditEntry, company: Company) -> bytes:
    """The body that tells of an event: what happened to which object; the API says how the object stands now."""
    name = entry.event.partition(".")[0]
    return msgspec.json.encode(
        {
            "type": entry.event,
            "timestamp": entry.occurred_at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "companyId": company.public_id,
            "data": {
                "id": object_id(entry),
                "object": name,
                "actorId": entry.actor_id,
            },
        }
    )


def _queue(entry: AuditEntry) -> None:
    wanted = ("*", f"{entry.event.partition('.')[0]}.*", entry.event)
    endpoints = WebhookEndpoint.objects.filter(disabled_at=None, events__overlap=wanted).values_list("pk", flat=True)
    deliveries = WebhookDelivery.objects.bulk_create(
        WebhookDelivery(company_id=entry.company_id, endpoint_id=endpoint, event=entry, event_type=entry.event)
        for endpoint in endpoints
    )
    for delivery in deliveries:
        transaction.on_commit(
            partial(worker_notifications.notify_worker, delivery.pk, worker_notifications.DELIVER_WEBHOOK), robust=True
        )
