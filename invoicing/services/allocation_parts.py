"""Which invoices a payment or credit is to settle, and with how much."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from bigledger_crm.kernel import ids
from bigledger_crm.kernel.errors import FieldError, NotFound, field_error, under
from bigledger_crm.kernel.inputs import given_or
from bigledger_crm.kernel.money import ZERO
from customers.models import Customer
from invoicing.errors import InvoiceNotIssued
from invoicing.inputs import AllocationInput
from invoicing.models import Invoice
from invoicing.queries.settlement import due_of, lock_invoices, open_invoices
from invoicing.rules import AUTO_ALLOCATE, check_positive_amount


@dataclass(frozen=True)
class Part:
    """So much for an invoice, in its currency."""

    invoice: Invoice
    amount: Decimal


def find_parts(
    customer: Customer, currency: str, allocations: Iterable[AllocationInput]
) -> tuple[list[Part], list[FieldError]]:
    """The invoices and amounts that are meant, not locked, and what is wrong with them.

    Raises NotFound for what is no invoice of the customer, InvoiceNotIssued.
    """
    parts, errors = [], list[FieldError]()
    seen = set[UUID]()
    for position, given in enumerate(allocations):
        public_id, amount = given_or(given.invoice_id, ""), given_or(given.amount, None)
        wrong = field_error("amount", check_positive_amount(amount, currency))
        if not public_id:
            wrong += field_error("invoice_id", "Invoice is required")
        else:
            invoice = _invoice_of(customer, public_id)
            if invoice.pk in seen:
                wrong += field_error("invoice_id", "This invoice is listed twice")
            if invoice.currency != currency:
                wrong += field_error("invoice_id", f"This invoice is in {invoice.currency}, not {currency}")
            seen.add(invoice.pk)
            if not wrong and amount is not None:
                parts.append(Part(invoice, amount))
        errors += under(wrong, "allocations", position)
    if not errors:
        for part in parts:
            refuse_not_issued(part.invoice)
    return parts, errors


def _invoice_of(customer: Customer, public_id: str) -> Invoice:
    pk = ids.decode(Invoice.PREFIX, public_id)
    invoice = Invoice.objects.filter(pk=pk, customer=customer).first() if pk else None
    if invoice is None:
        raise NotFound("Invoice", public_id)
    return invoice


def refuse_not_issued(invoice: Invoice) -> None:
    if invoice.status != "sent":
        raise InvoiceNotIssued(
            f"Invoice {invoice.invoice_number} is not issued",
            details=[{"invoiceId": invoice.public_id, "status": invoice.status}],
        )


def check_auto_allocate(value: str) -> list[FieldError]:
    message = None if value in AUTO_ALLOCATE else f"Must be one of: {', '.join(AUTO_ALLOCATE)}"
    return field_error("auto_allocate", message)


def with_oldest(customer: Customer, parts: list[Part], credit: Decimal, auto_allocate: str) -> list[Part]:
    """`parts`, and with "oldest" as much of the rest of `credit` as the other open invoices take, longest due first."""
    if auto_allocate != "oldest":
        return parts
    left = credit - sum((part.amount for part in parts), ZERO)
    found, named = list(parts), {part.invoice.pk for part in parts}
    for invoice in open_invoices(customer).exclude(pk__in=named):
        if left <= 0:
            break
        found.append(Part(invoice, min(left, due_of(invoice))))
        left -= found[-1].amount
    return found


def lock_parts(parts: Sequence[Part]) -> list[Part]:
    """The same parts of the invoices as they are under their locks; for whoever holds the customer's."""
    locked = lock_invoices(part.invoice.pk for part in parts)
    return [Part(locked[part.invoice.pk], part.amount) for part in parts]
