"""Making e-invoices that nobody asked for: what was not ready when it was issued, and each day's documents."""

from datetime import date, timedelta
from typing import TypeVar

from django.db import transaction
from django.db.models import Exists, Model, OuterRef, QuerySet

from bigledger_crm.kernel import clock
from bigledger_crm.tenancy.actor import system_actor
from bigledger_crm.tenancy.models import Company
from bigledger_crm.tenancy.scope import company_scope
from customers.queries import lock_customer_of
from invoicing.einvoice.preflight import check
from invoicing.models import CreditNote, EInvoiceSettings, EInvoiceSource, Invoice
from invoicing.queries.einvoice_settings import lock_settings_of, settings_of
from invoicing.queries.einvoices import Document, is_to_consolidate, is_to_report, live_einvoice
from invoicing.rules.consolidation import LIMIT
from invoicing.services.einvoices import CANNOT_SIGN, facts_of, lock_document, queue_einvoice

# What is older was left out on purpose, or waits for a correction for so long that a person has to look.
LOOKED_BACK = timedelta(days=40)
MOST = 500
_Row = TypeVar("_Row", bound=Model)


def queue_einvoices() -> int:
    """Makes the e-invoices that are due by the settings of all companies; how many."""
    made = 0
    wanting = EInvoiceSettings.unscoped.filter(submit_when__in=("on_issue", "daily")).exclude(environment="")
    for found in wanting.select_related("company"):
        with company_scope(found.company):
            made += _queue_of_company(found)
    return made


def _queue_of_company(found: EInvoiceSettings) -> int:
    if settings_of(found.company) is None:
        return 0
    today = clock.today(found.company.time_zone)
    # A daily company's documents of today wait for tomorrow.
    last = today if found.submit_when == "on_issue" else today - timedelta(days=1)
    return sum(_queue(found.company, document) for document in _unreported(found, last))


def _unreported(found: EInvoiceSettings, last: date) -> list[Document]:
    """Documents that never had an e-invoice; a rejected one is a person's to correct."""
    first = max(found.starts_on or last, last - LOOKED_BACK)
    issued = Invoice.objects.filter(status="sent", invoice_date__range=(first, last), total__gt=0, is_imported=False)
    invoices = issued.exclude(customer__einvoice_preference="consolidated", currency="MYR", total__lte=LIMIT)
    notes = CreditNote.objects.filter(credit_note_date__range=(first, last), total__gt=0, is_imported=False)
    return [*_without_einvoice(invoices, "invoice"), *_without_einvoice(notes, "credit_note")]


def _without_einvoice(rows: QuerySet[_Row], column: str) -> QuerySet[_Row]:
    return rows.exclude(Exists(EInvoiceSource.objects.filter(**{column: OuterRef("pk")}))).order_by("id")[:MOST]


def _queue(company: Company, document: Document) -> bool:
    """Makes one, unless LHDN would reject it, it can't be signed or somebody was quicker; tells whether it did."""
    with transaction.atomic():
        lock_customer_of(document)
        stored = lock_document(document)
        found = lock_settings_of(company)
        if found is None or not is_to_report(stored, found) or live_einvoice(stored) is not None:
            return False
        if isinstance(stored, Invoice) and is_to_consolidate(stored, found):
            return False
        now = clock.now()
        facts = facts_of(stored, company, found, now)
        if check(facts, now):
            return False
        try:
            queue_einvoice(system_actor(company), found, facts, [stored])
        except CANNOT_SIGN:  # the settings say so, and Home
            return False
    return True
