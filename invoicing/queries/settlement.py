"""Reading and locking what settles invoices: payments, credit notes, their allocations and refunds, write-offs.

Whatever moves money locks in one order: the customer, invoices by id, the payment or credit note, then counters.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar
from uuid import UUID

from django.db.models import F, OuterRef, Prefetch, Q, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from bigledger_crm.kernel.money import ZERO
from bigledger_crm.tenancy.queries import by_public_id
from customers.models import Customer
from invoicing.models import Allocation, CreditNote, Invoice, Payment, Refund, WriteOff
from invoicing.rules import amount_due
from invoicing.rules.allocations import Used

if TYPE_CHECKING:
    from django.db.models import QuerySet

# What can leave credit: payments and credit notes.
Source: TypeAlias = Payment | CreditNote
S = TypeVar("S", bound=Payment | CreditNote)


@dataclass
class History:
    """How an invoice was settled, or a payment or credit note was spent: by which days, and what of it is used."""

    changes: list[tuple[date, Decimal]]
    used: Used = field(default_factory=Used)

    def spend(self, day: date, amount: Decimal, base: Decimal) -> None:
        """`amount` is used on a day; a reversal is below zero."""
        self.changes.append((day, -amount))
        self.used = self.used.plus(amount, base)


def due_of(invoice: Invoice) -> Decimal:
    """What is due on an invoice, by its sums as they stand in memory."""
    return amount_due(
        invoice.status, invoice.total, invoice.amount_paid, invoice.amount_credited, invoice.amount_written_off
    )


def amount_of(source: Source) -> Decimal:
    """All of a payment or a credit note."""
    return source.amount if isinstance(source, Payment) else source.total


def day_of(source: Source) -> date:
    """Since when there is a payment or credit note."""
    return source.payment_date if isinstance(source, Payment) else source.credit_note_date


def unapplied_of(source: Source) -> Decimal:
    """What is neither allocated nor refunded, by the sums as they stand in memory; nothing of a voided payment."""
    if isinstance(source, Payment) and source.voided_at is not None:
        return ZERO
    return amount_of(source) - source.amount_allocated - source.amount_refunded


def key_of(source: Source) -> dict[str, Source]:
    """The column that allocations and refunds name it by."""
    return {"payment" if isinstance(source, Payment) else "credit_note": source}


def lock_source(source: S) -> S:
    """A payment or credit note, locked until the transaction ends; after its customer and the invoices."""
    rows: QuerySet[Any] = type(source).objects.select_for_update(no_key=True)
    found: S = rows.get(pk=source.pk)
    return found


def lock_invoices(pks: Iterable[UUID]) -> dict[UUID, Invoice]:
    """Invoices by their keys, locked in the order of these until the transaction ends; after their customer."""
    rows = Invoice.objects.select_for_update(no_key=True).filter(pk__in=set(pks)).order_by("pk")
    return {invoice.pk: invoice for invoice in rows}


def invoice_histories(invoices: Collection[Invoice]) -> dict[UUID, History]:
    """How invoices were settled: two queries."""
    found = {invoice.pk: History([(invoice.invoice_date, invoice.total)]) for invoice in invoices}
    allocations = Allocation.objects.filter(invoice__in=found)
    for pk, *part in allocations.values_list("invoice_id", "allocation_date", "amount", "invoice_base_amount"):
        found[pk].spend(*part)
    write_offs = WriteOff.objects.filter(invoice__in=found)
    for pk, day, amount, base, back in write_offs.values_list(
        "invoice_id", "write_off_date", "amount", "base_amount", "reversal_date"
    ):
        found[pk].spend(day, amount, base)
        if back is not None:
            found[pk].spend(back, -amount, -base)
    return found


def new_source(source: Source) -> History:
    """The history of a payment or credit note of which nothing was ever spent."""
    return History([(day_of(source), amount_of(source))])


def source_history(source: Source) -> History:
    """How a payment or credit note was spent: two queries."""
    found = new_source(source)
    allocations = Allocation.objects.filter(**key_of(source))
    for part in allocations.values_list("allocation_date", "amount", "source_base_amount"):
        found.spend(*part)
    refunds = Refund.objects.filter(**key_of(source))
    for day, amount, base, back in refunds.values_list("refund_date", "amount", "base_amount", "void_date"):
        found.spend(day, amount, base)
        if back is not None:
            found.spend(back, -amount, -base)
    return found


def settling(invoice: Invoice) -> Q:
    """Which payments were recorded for an invoice or allocated to it, reversed allocations included."""
    allocated = Allocation.objects.filter(invoice=invoice, payment__isnull=False).values_list("payment_id")
    # Two ways to a few keys, each by its index: with OR the planner would read every payment.
    return Q(pk__in=allocated.union(Payment.objects.filter(invoice=invoice).values_list("pk")))


def live_allocations(source: Source) -> "QuerySet[Allocation]":
    """The allocations of a payment or credit note that stand, oldest first, with their invoices."""
    rows = Allocation.objects.filter(**key_of(source), reverses=None, reversals=None)
    return rows.select_related("invoice", "company").order_by("created_at", "pk")


def with_allocations(payments: "QuerySet[Payment]") -> "QuerySet[Payment]":
    """Payments, each with the allocations that stand as `standing`, oldest first, and their invoices: a query more."""
    rows = Allocation.objects.filter(reverses=None, reversals=None).select_related("invoice")
    return payments.prefetch_related(Prefetch("allocations", rows.order_by("created_at", "pk"), to_attr="standing"))


def applied_to_invoice(note: CreditNote) -> Decimal:
    """What of a credit note settled its own invoice when it was issued."""
    return Decimal(notes_with_applied().values_list("applied_to_invoice", flat=True).get(pk=note.pk))


def notes_with_applied() -> "QuerySet[Any]":
    """Credit notes, each with what of it settled its own invoice when it was issued: `applied_to_invoice`."""
    own = Allocation.objects.filter(credit_note=OuterRef("pk"), is_initial=True)
    sums = own.order_by().values("credit_note").annotate(sum=Sum("amount")).values("sum")
    return CreditNote.objects.annotate(
        applied_to_invoice=Coalesce(Subquery(sums), Value(ZERO), output_field=CreditNote._meta.get_field("total"))
    )


def allocations_by_source(model: type[Source], pks: Collection[UUID]) -> dict[UUID, list[Allocation]]:
    """The allocations that stand of many payments or credit notes, with their invoices: one query.

    Of a voided payment, those that voiding took back.
    """
    name = "payment" if model is Payment else "credit_note"
    shown = Q(reversals=None) | Q(reversals__created_at=F("payment__voided_at"))
    rows = Allocation.objects.filter(shown, **{f"{name}__in": pks}, reverses=None)
    found: dict[UUID, list[Allocation]] = defaultdict(list)
    for allocation in rows.select_related("invoice", "company").order_by("created_at", "pk"):
        found[getattr(allocation, f"{name}_id")].append(allocation)
    return found


def open_invoices(customer: Customer) -> "QuerySet[Invoice]":
    """What a customer has to pay, what is due first at the head."""
    return Invoice.objects.filter(customer=customer, stage="open").order_by("due_date", "invoice_date", "pk")


def unapplied_credit(customer: Customer) -> Decimal:
    """All that a customer has for invoices to come, in the customer's currency: two queries."""
    found = (payments_with_credit(customer), credit_notes_with_credit(customer))
    return sum((Decimal(rows.aggregate(sum=Sum("unapplied", default=ZERO))["sum"]) for rows in found), ZERO)


def unapplied_by_customer(customers: Collection[UUID]) -> dict[UUID, Decimal]:
    """What each of the customers has for invoices to come, in its currency, where that is something: two queries."""
    found: dict[UUID, Decimal] = defaultdict(Decimal)
    for model in (Payment, CreditNote):
        rows = model.objects.filter(customer__in=customers, unapplied__gt=0).order_by()
        for pk, left in rows.values_list("customer_id").annotate(sum=Sum("unapplied")):
            found[pk] += left
    return found


def payments_with_credit(customer: Customer) -> "QuerySet[Payment]":
    """A customer's payments of which something is left, oldest first."""
    return Payment.objects.filter(customer=customer, unapplied__gt=0).order_by("payment_date", "pk")


def credit_notes_with_credit(customer: Customer) -> "QuerySet[CreditNote]":
    """A customer's credit notes of which something is left, oldest first."""
    return CreditNote.objects.filter(customer=customer, unapplied__gt=0).order_by("credit_note_date", "pk")


def refund_by_public_id(public_id: str) -> Refund:
    """The refund with an `rf_…` id.  Raises NotFound."""
    rows = Refund.objects.select_related("payment", "credit_note")
    return by_public_id(rows, "Refund", public_id)


def write_off_by_public_id(invoice: Invoice, public_id: str) -> WriteOff:
    """An invoice's write-off with a `wo_…` id.  Raises NotFound."""
    return by_public_id(WriteOff.objects.filter(invoice=invoice), "Write-off", public_id)
