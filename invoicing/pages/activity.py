"""What was done last in a company, each with the object it was done to."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import Value
from django.urls import reverse

from bigledger_crm.audit.models import AuditEntry
from bigledger_crm.kernel import ids
from bigledger_crm.outbox.models import OutboxEmail
from bigledger_crm.pages.components import Happening
from bigledger_crm.pages.timeline import event_words
from bigledger_crm.tenancy.fields import CompanyOwnedModel
from customers.models import Customer
from invoicing.models import Invoice
from sales.models import Quote, SalesOrder

NEWEST = 10
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
    "email": (OutboxEmail, "subject", "pages:mail"),
}


def newest_activity() -> list[Happening]:
    """The newest entries of the audit trail, and the objects that they are about: two queries."""
    entries = list(AuditEntry.objects.order_by("-occurred_at", "-id")[:NEWEST])
    names = _names(entries)
    happenings = []
    for entry in entries:
        name, href = next((names[subject] for subject in entry.subjects if subject in names), ("", ""))
        happenings.append(
            Happening(entry.occurred_at, event_words(entry.event), entry.actor_name, about=name, href=href)
        )
    return happenings


def _names(entries: list[AuditEntry]) -> dict[UUID, tuple[str, str]]:
    wanted: dict[tuple[type[CompanyOwnedModel], str, str], list[UUID]] = {}
    for entry in entries:
        kind = _KINDS.get(entry.event.partition(".")[0])
        if kind:
            wanted.setdefault(kind, []).extend(entry.subjects)
    named = [
        model.objects.filter(pk__in=subjects).order_by().values_list("pk", column, Value(page), Value(model.PREFIX))
        for (model, column, page), subjects in wanted.items()
    ]
    found: Iterable[Any] = named[0].union(*named[1:], all=True) if named else []
    return {pk: (name, reverse(page, args=[ids.encode(prefix, pk)])) for pk, name, page, prefix in found}
