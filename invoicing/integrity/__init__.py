"""Proving the books: everything that is kept is computed again from first principles, and what differs is named.

Nothing here uses the services, the calculator or the ledger's own sums: a mistake there must not prove itself.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from bigledger_crm.tenancy.models import Company
from invoicing.integrity import (
    bank_checks,
    credit_note_checks,
    customer_sum_checks,
    document_checks,
    einvoice_checks,
    invoiced_quantity_checks,
    journal_checks,
    ledger_checks,
    number_checks,
    quote_sum_checks,
    sales_sum_checks,
    settlement_checks,
    status_checks,
    stored_document_checks,
)
from invoicing.integrity.discrepancy import Discrepancy

__all__ = ["Discrepancy", "check_integrity", "find_discrepancies", "snapshot"]


def check_integrity(company: Company | None = None) -> list[Discrepancy]:
    """Every difference in the books of one company or of all; empty when they are right."""
    companies = [company] if company is not None else Company.objects.order_by("name", "pk")
    with snapshot():
        return [difference for one in companies for difference in find_discrepancies(one)]


def find_discrepancies(company: Company) -> Iterator[Discrepancy]:
    """The differences in a company's books one after another, in memory that doesn't grow with the books."""
    for module in (
        ledger_checks,
        settlement_checks,
        bank_checks,
        journal_checks,
        document_checks,
        invoiced_quantity_checks,
        credit_note_checks,
        status_checks,
        number_checks,
        stored_document_checks,
        einvoice_checks,
        sales_sum_checks,
        quote_sum_checks,
        customer_sum_checks,
    ):
        yield from module.differences(company)


@contextmanager
def snapshot() -> Iterator[None]:
    """Reads the books as they are at one moment, while others go on selling."""
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield
