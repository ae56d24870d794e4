"""What was done last in a company, each with the object it was done to."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db.models import CharField, DecimalField, Value
from django.db.models.functions import Cast
from django.urls import reverse

from bigledger_crm.audit.models import AuditEntry
from bigledger_crm.kernel import ids
from bigledger_crm.outbox.models import OutboxEmail
from bigledger_crm.registry import object_types
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.base_models import CompanyOwnedModel
from bigledger_crm.web import formatting
from bigledger_crm.web.components import TimelineEntry
from bigledger_crm.web.timeline import EventObject, event_label, note_of
from customers.models import Customer
from invoicing.models import EInvoice, Invoice
from sales.models import Quote, SaleDocument, SalesOrder

NEWEST = 10
RECENT = 5
# How far back a person's own work is looked for among everybody's.
_LOOKED_THROUGH = 500
# With its type: PostgreSQL takes an untyped NULL of two arms of a UNION for text.
_NO_AMOUNT = Cast(Value(None), DecimalField(max_digits=24, decimal_places=4))
_NOTHING = Value("", output_field=CharField())
_DOCUMENT = ("customer_name", "total", "currency")
# What an event's object is by the first word of its name, with the column that names it and its page.
_KINDS: dict[str, tuple[type[CompanyOwnedModel], str, str]] = {
    "customer": (Customer, "name", "customers:detail"),
    "contact": (Customer, "name", "customers:detail"),
    "quote": (Quote, "quote_number", "sales:quote"),
    "sales_order": (SalesOrder, "order_number", "sales:order"),
    "shipment": (SalesOrder, "order_number", "sales:order"),
    "invoice": (Invoice, "invoice_number", "invoicing:invoice"),
    "payment": (Invoice, "invoice_number", "invoicing:invoice"),
    "credit_note": (Invoice, "invoice_number", "invoicing:invoice"),
    "einvoice": (EInvoice, "number", "invoicing:einvoice"),
    "email": (OutboxEmail, "subject", "pages:email"),
}


def newest_activity() -> list[TimelineEntry]:
    """The newest entries of the audit trail, and the objects that they are about: two queries."""
    entries = list(AuditEntry.objects.order_by("-occurred_at", "-id")[:NEWEST])
    about = objects_of(entries)
    timeline = []
    for entry in entries:
        found = about.get(entry.pk, EventObject())
        timeline.append(
            TimelineEntry(
                entry.occurred_at,
                event_label(entry.event),
                entry.actor_name,
                about=found.name,
                href=found.href,
                note=" · ".join(filter(None, [found.customer, found.amount])),
            )
        )
    return timeline


def recent_objects(actor: Actor) -> list[EventObject]:
    """What the actor did something to last, newest first, each once: two queries."""
    newest = AuditEntry.objects.order_by("-occurred_at", "-id").values("pk")[:_LOOKED_THROUGH]
    entries = list(AuditEntry.objects.filter(pk__in=newest, actor_id=actor.id).order_by("-occurred_at", "-id"))
    about = objects_of(entries)
    found = [about[entry.pk] for entry in entries if entry.pk in about]
    return list({one.href: one for one in found if one.href}.values())[:RECENT]


def objects_of(entries: Sequence[AuditEntry], apart_from: UUID | None = None) -> dict[UUID, EventObject]:
    """What each entry, by its key, is about: which, whose and how much; one query.

    `apart_from` is the object that the page is about already.
    """
    known = _objects(entries)
    about = {}
    for entry in entries:
        kind = entry.event.partition(".")[0]
        found = next((known[subject] for subject in entry.subjects if subject in known and subject != apart_from), None)
        own = known.get(apart_from) if apart_from is not None else None
        if found is not None and own is not None and kind == "payment" and _same_page(own, found):
            continue  # one payment for several invoices, on the page of one of them
        if apart_from is not None and kind == "einvoice":
            continue  # it has the number of the document whose page it is
        if found is not None:
            known_type = object_types.get(kind)
            tells_amount = known_type is not None and known_type.notes_are_amounts
            amount = note_of(entry) if tells_amount else "" if kind == "shipment" else found.amount
            about[entry.pk] = replace(found, amount=amount)
    return about


def _same_page(one: EventObject, other: EventObject) -> bool:
    return one.href.rpartition("/")[0] == other.href.rpartition("/")[0]


def _objects(entries: Sequence[AuditEntry]) -> dict[UUID, EventObject]:
    wanted: dict[tuple[type[CompanyOwnedModel], str, str], set[UUID]] = {}
    for entry in entries:
        kind = _KINDS.get(entry.event.partition(".")[0])
        if kind:
            wanted.setdefault(kind, set()).update(entry.subjects)
    named = [
        model.objects.filter(pk__in=subjects)
        .order_by()
        .values_list("pk", column, *_facts(model), Value(page), Value(model.PREFIX))
        for (model, column, page), subjects in wanted.items()
    ]
    found: Iterable[Any] = named[0].union(*named[1:], all=True) if named else []
    return {
        pk: EventObject(
            name,
            reverse(page, args=[ids.encode(prefix, pk)]),
            customer,
            "" if amount is None else formatting.amount_with_currency(amount, currency),
        )
        for pk, name, customer, amount, currency, page, prefix in found
    }


def _facts(model: type[CompanyOwnedModel]) -> tuple[Any, ...]:
    """Whose it is, and how much in which currency."""
    return _DOCUMENT if issubclass(model, SaleDocument) else (_NOTHING, _NO_AMOUNT, _NOTHING)
