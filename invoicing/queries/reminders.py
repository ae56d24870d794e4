"""Reading what can be reminded of: issued invoices with something to pay, sent quotes that are still valid."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Greatest

from bigledger_crm.outbox.models import OutboxEmail
from bigledger_crm.tenancy.queries import by_public_id
from customers.queries import addresses_by_customer
from invoicing.models import Invoice, Reminder, ReminderStep
from invoicing.rules.reminders import Step
from sales.models import Quote


@dataclass(frozen=True)
class Kind:
    """A kind of document and its columns: its number, the day that steps count from, when it was issued, its money.

    Its reminders go where the customer wants what it is `received_as`; an invoice has a reference for payments, too.
    """

    name: str
    model: type[Invoice] | type[Quote]
    number: str
    anchor: str
    issued: str
    amount: str
    received_as: str
    payment_reference: str = ""


INVOICE = Kind(
    *("invoice", Invoice, "invoice_number", "due_date", "issued_at", "amount_due", "reminders"),
    payment_reference="payment_reference",
)
QUOTE = Kind("quote", Quote, "quote_number", "valid_until", "sent_at", "total", "quotes")
KINDS = (INVOICE, QUOTE)


@dataclass(frozen=True, slots=True)
class Remindable:
    """What a reminder of a document needs to know; amounts are in `currency`.

    `went_out_at` is when it was issued or last emailed, and `done` are the steps that have a row already.
    """

    pk: UUID
    number: str
    anchor: date
    went_out_at: datetime
    amount: Decimal
    total: Decimal
    currency: str
    customer_id: UUID
    customer_name: str
    is_wanted: bool
    language: str
    payment_reference: str
    done: list[UUID]
    emails: list[str]


def active_steps(document: str = "") -> list[ReminderStep]:
    """The schedule in its order, of one kind of document where that is given."""
    steps = ReminderStep.objects.filter(removed_at=None).order_by("document", "days")
    return list(steps.filter(document=document) if document else steps)


def step_by_public_id(public_id: str) -> ReminderStep:
    """The step with a `step_…` id.  Raises NotFound for one that was removed, too."""
    return by_public_id(ReminderStep.objects.filter(removed_at=None), "Step", public_id)


_CUSTOMER = 7  # the customer's place among what _read takes
Place = tuple[date, UUID]


def documents_due(
    kind: Kind, steps: Sequence[Step], today: date, valid_on: date, most: int, after: Place | None
) -> list[Place]:
    """The documents that have a step whose day has come and that has no row yet, the longest waiting first.

    Quotes have to be valid on `valid_on`, too.  Each comes with its key and the day by which they are ordered; `after`
    is the last one of the part before.
    """
    rows = _open(kind, valid_on).filter(_has_step_until(kind, steps, today))
    if after is not None:
        day, pk = after
        rows = rows.filter(Q(**{f"{kind.anchor}__gt": day}) | Q(**{kind.anchor: day}, pk__gt=pk))
    return list(rows.order_by(kind.anchor, "pk").values_list(kind.anchor, "pk")[:most])


def lock_document(kind: Kind, pk: UUID) -> None:
    """Locks the document until the transaction ends."""
    kind.model._default_manager.select_for_update(no_key=True).get(pk=pk)


def remindable(kind: Kind, pk: UUID, valid_on: date) -> Remindable | None:
    """What a reminder of the document needs; None for one that needs none: paid, credited, cancelled, answered."""
    return next(iter(_read(kind, _open(kind, valid_on).filter(pk=pk))), None)


def open_invoice(pk: UUID) -> Remindable | None:
    """What a reminder of an invoice needs, whether or not the schedule reminds of it; None when nothing is due."""
    return next(iter(_read(INVOICE, Invoice.objects.filter(stage="open", pk=pk))), None)


def remindables_until(kind: Kind, steps: Sequence[Step], last_day: date, valid_on: date, most: int) -> list[Remindable]:
    """The documents, of customers who want reminders, with a step until `last_day` that has no row yet."""
    rows = _open(kind, valid_on).filter(_has_step_until(kind, steps, last_day), customer__reminders_enabled=True)
    return _read(kind, rows.order_by(kind.anchor, "pk")[:most])


def _has_step_until(kind: Kind, steps: Sequence[Step], day: date) -> Q:
    found = Q(pk__in=[])
    for step in steps:
        done = Reminder.objects.filter(step_id=step.key, **{kind.name: OuterRef("pk")})
        found |= Q(~Exists(done), **{f"{kind.anchor}__lte": day - timedelta(days=step.days)})
    return found


def _open(kind: Kind, valid_on: date) -> "QuerySet[Any]":
    if kind is INVOICE:
        return Invoice.objects.filter(stage="open", send_reminders=True)
    return Quote.objects.filter(status="sent", valid_until__gte=valid_on)


def _read(kind: Kind, documents: "QuerySet[Any]") -> list[Remindable]:
    kinds = (f"{kind.name}.sent", f"{kind.name}.reminder")  # one that a person sends is as good as a step of that day
    emails = OutboxEmail.objects.filter(related_id=OuterRef("pk"), kind__in=kinds).order_by()
    last_email = emails.values("related_id").annotate(at=Max("created_at")).values("at")
    done = Reminder.objects.filter(**{kind.name: OuterRef("pk")}).values("step_id")
    rows = documents.annotate(
        went_out_at=Coalesce(Greatest(F(kind.issued), Subquery(last_email)), "created_at"),
        done=ArraySubquery(done),
    ).values_list(
        "pk",
        kind.number,
        kind.anchor,
        "went_out_at",
        kind.amount,
        "total",
        "currency",
        "customer_id",
        "customer_name",
        "customer__reminders_enabled",
        "customer__language",
        F(kind.payment_reference) if kind.payment_reference else Value(""),
        "done",
    )
    found = list(rows)
    addresses = addresses_by_customer({facts[_CUSTOMER] for facts in found}, kind.received_as)
    return [Remindable(*(*facts, addresses[facts[_CUSTOMER]])) for facts in found]
