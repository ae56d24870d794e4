"""Events: noted in the audit trail and queued for those who asked to be told, in the transaction of the change."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
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
from bigledger_crm.registry import ObjectType, object_types
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.lookups import Lookup
from bigledger_crm.tenancy.models import Company
from bigledger_crm.tenancy.rehearsal import note as note_for_rehearsal

_asked_for = Lookup(
    WebhookEndpoint,
    lambda rows, kind, event: rows.filter(disabled_at=None, events__overlap=("*", kind, event)).only("pk"),
)
_tells_webhooks: ContextVar[bool] = ContextVar("tells_webhooks", default=True)
# The core's own objects of events, told after those of the apps.
EMAIL = ObjectType("email", "dlv", ("sent", "failed", "unknown", "withdrawn"), subject=1)


def events() -> tuple[str, ...]:
    """The names of the events that webhooks can ask for."""
    return tuple(f"{known.name}.{verb}" for known in (*object_types, EMAIL) for verb in known.events)


def subscriptions() -> tuple[str, ...]:
    """What a webhook can ask for: everything, all about a kind of object, or one event."""
    return ("*", *(f"{known.name}.*" for known in (*object_types, EMAIL)), *events())


@contextmanager
def without_webhooks() -> Iterator[None]:
    """Notes events and tells no webhook of them: for what is told as a whole by an event of its own."""
    token = _tells_webhooks.set(False)
    try:
        yield
    finally:
        _tells_webhooks.reset(token)


def record(
    actor: Actor, event: str, *subjects: UUID, note: str = "", changes: Mapping[str, Any] | None = None
) -> AuditEntry:
    """Notes that `actor` did `event` to the objects with these keys, the main one first, and queues its webhooks.

    `changes` is JSON-ready: for an edit, field name -> [before, after].
    """
    (entry,) = record_each(actor, event, [subjects], note=note, changes=[changes or {}])
    return entry


def record_each(
    actor: Actor,
    event: str,
    subjects: Sequence[Sequence[UUID]],
    *,
    note: str = "",
    notes: Sequence[str] = (),
    changes: Sequence[Mapping[str, Any]],
) -> list[AuditEntry]:
    """The same of many objects: an event for each of `subjects`, with the changes and the note in its place."""
    entries = audit.record_each(actor, event, subjects, note=note, notes=notes, changes=changes)
    name, _dot, verb = event.partition(".")
    known = _type_of(name)
    if known is not None and verb in known.events and _tells_webhooks.get():
        _queue(event, entries)
    return entries


def object_id(entry: AuditEntry) -> str:
    """The public id of what an event happened to; "" for events of other kinds than those of webhooks."""
    known = _type_of(entry.event.partition(".")[0])
    return ids.encode(known.id_prefix, entry.subjects[known.subject]) if known is not None else ""


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


def _type_of(name: str) -> ObjectType | None:
    return EMAIL if name == EMAIL.name else object_types.get(name)


def _queue(event: str, entries: Sequence[AuditEntry]) -> None:
    endpoints = _asked_for(f"{event.partition('.')[0]}.*", event)
    deliveries = WebhookDelivery.objects.bulk_create(
        WebhookDelivery(company_id=entry.company_id, endpoint_id=endpoint.pk, event=entry, event_type=event)
        for endpoint in endpoints
        for entry in entries
    )
    note_for_rehearsal("webhooks", *deliveries)
    for delivery in deliveries:
        transaction.on_commit(
            partial(worker_notifications.notify_worker, delivery.pk, worker_notifications.DELIVER_WEBHOOK), robust=True
        )
