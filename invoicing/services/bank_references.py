"""Matching what quotes the payment reference of an open invoice with its exact amount, when a statement is imported."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db import transaction

from bigledger_crm.kernel.errors import DomainError
from bigledger_crm.tenancy.actor import Actor
from customers.queries import lock_customer_of
from invoicing.inputs import AllocationInput
from invoicing.models import BankTransaction, Invoice
from invoicing.queries.settlement import due_of
from invoicing.rules.bank_matching import references_in
from invoicing.services.bank_matching import record_match

# So many are matched in the transaction of the import, which locks their customers; the rest waits as suggestions.
MOST = 200


def match_references(actor: Actor, rows: Iterable[BankTransaction]) -> int:
    """Matches those of the new transactions that are beyond doubt; returns how many.

    A transaction is, if its texts hold the payment reference of one open invoice, and its amount is all that is due.
    """
    chosen = _beyond_doubt(rows)
    # Customers are locked in one order: two imports never wait for each other.
    chosen.sort(key=lambda pair: (pair[1].customer_id, pair[1].pk))
    return sum(_match(actor, row, invoice) for row, invoice in chosen[:MOST])


def _beyond_doubt(rows: Iterable[BankTransaction]) -> list[tuple[BankTransaction, Invoice]]:
    named = [(row, references_in(f"{row.reference} {row.description}")) for row in rows if row.amount > 0]
    found = invoices_by_reference({reference for _row, references in named for reference in references})
    chosen, taken = [], set[UUID]()
    for row, references in named:
        invoices = [found[reference] for reference in references if reference in found]
        if len(invoices) == 1 and _fits(row, invoices[0]) and invoices[0].pk not in taken:
            taken.add(invoices[0].pk)
            chosen.append((row, invoices[0]))
    return chosen


def invoices_by_reference(references: Iterable[str]) -> dict[str, Invoice]:
    """The open invoices with these payment references, in one query for each thousand of them."""
    wanted, found = sorted(references), dict[str, Invoice]()
    for start in range(0, len(wanted), 1000):
        part: Sequence[str] = wanted[start : start + 1000]
        for invoice in Invoice.objects.filter(payment_reference__in=part, stage="open"):
            found[invoice.payment_reference] = invoice
    return found


def _fits(row: BankTransaction, invoice: Invoice) -> bool:
    return (invoice.currency, due_of(invoice)) == (row.currency, row.amount)


def _match(actor: Actor, row: BankTransaction, invoice: Invoice) -> bool:
    """Matches one, unless somebody paid the invoice meanwhile or something else forbids it: then it waits."""
    try:
        with transaction.atomic():
            customer = lock_customer_of(invoice)
            now = Invoice.objects.get(pk=invoice.pk)
            if now.stage != "open" or not _fits(row, now):
                return False
            part = AllocationInput(invoice_id=now.public_id, amount=row.amount)
            record_match(actor, row, customer, [part], is_automatic=True)
    except DomainError:
        return False
    return True
