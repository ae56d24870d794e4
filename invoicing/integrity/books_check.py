"""Doing a check that an operator asked for, and keeping what it found."""

from collections.abc import Collection
from itertools import islice
from uuid import UUID

from django.db.models import Model

from bigledger_crm.kernel import clock
from bigledger_crm.tenancy.models import Company
from customers.models import Customer, ReceivableEntry
from invoicing.integrity import find_discrepancies, snapshot
from invoicing.models import BooksCheck, CreditNote, Invoice, Payment
from sales.models import Quote, SalesOrder

COUNTED: tuple[type[Model], ...] = (Customer, Quote, SalesOrder, Invoice, CreditNote, Payment, ReceivableEntry)
KEPT_FINDINGS = 500


def counts(companies: Collection[Company]) -> dict[str, int]:
    """How many rows of each kind companies have, by the plural of the kind."""
    return {
        str(model._meta.verbose_name_plural): model._base_manager.filter(company__in=companies).count()
        for model in COUNTED
    }


def run_books_check(pk: UUID) -> bool:
    """Checks the books and keeps the findings, once: a second task for the same check does nothing.

    Tells whether it was done.
    """
    claimed = BooksCheck.unscoped.filter(pk=pk, started_at=None, finished_at=None).update(started_at=clock.now())
    if not claimed:
        return False
    company = BooksCheck.unscoped.select_related("company").get(pk=pk).company
    with snapshot():
        differences = find_discrepancies(company)
        findings = [str(found) for found in islice(differences, KEPT_FINDINGS)]
        number = len(findings) + sum(1 for _ in differences)
        counted = counts([company])
    BooksCheck.unscoped.filter(pk=pk, finished_at=None).update(
        finished_at=clock.now(), differences=number, findings=findings, counted=counted
    )
    return True
