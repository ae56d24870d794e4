"""Telling LHDN of a month's sales to consumers together."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from bigledger_crm.kernel import clock
from bigledger_crm.kernel.errors import FieldError, InvalidData
from bigledger_crm.kernel.money import ZERO
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.models import Company
from invoicing.einvoice.codes import NOT_TAXED
from invoicing.einvoice.facts import INVOICE, DocumentFacts, LineFacts, Period, TaxFacts, Version
from invoicing.einvoice.parties import GENERAL_PUBLIC
from invoicing.einvoice.preflight import check
from invoicing.einvoice_errors import EInvoiceNotReady, EInvoicingOff
from invoicing.models import EInvoice, EInvoiceSettings, EInvoiceSource, Invoice
from invoicing.queries.einvoice import line_facts_of, supplier_facts
from invoicing.queries.einvoice_settings import lock_settings_of, settings_of
from invoicing.queries.einvoices import is_to_consolidate
from invoicing.rules.consolidation import Part, consolidated_lines, last_day
from invoicing.services.einvoices import queue_einvoice

MOST_INVOICES = 10_000


@dataclass(frozen=True)
class Consolidation:
    """A month's sales to consumers: those that go together, and those that need an e-invoice of their own."""

    month: date
    together: Sequence[Invoice]
    own: Sequence[Invoice]


def to_consolidate(actor: Actor, month: date) -> Consolidation:
    """The invoices of a month, any day of it, to customers who don't ask for e-invoices of their own.

    Those that are reported already aren't among them; `own` are above LHDN's limit or in a foreign currency.  Raises
    EInvoicingOff.
    """
    found = _settings(actor)
    return _divided(found, month, _invoices(found, month)[:MOST_INVOICES])


@transaction.atomic
def consolidate(actor: Actor, month: date) -> list[EInvoice]:
    """Makes the consolidated e-invoice of a month, or several where it would be too long.

    Raises PermissionDenied, EInvoicingOff, InvalidData for a month that isn't over or has nothing to report, and
    EInvoiceNotReady.
    """
    actor.require("einvoices", "write")
    asked = _settings(actor)
    if last_day(month) >= actor.today():
        raise InvalidData("E-invoice", [FieldError(("month",), "The month is not over yet")])
    Company.objects.select_for_update(no_key=True).get(pk=actor.company.pk)  # nobody else consolidates meanwhile
    invoices = list(_invoices(asked, month).select_for_update(no_key=True, of=("self",))[:MOST_INVOICES])
    found = lock_settings_of(actor.company)
    if found is None:
        raise EInvoicingOff
    together = _divided(found, month, invoices).together
    if not together:
        message = "There are no sales to consumers in this month that aren't reported yet"
        raise InvalidData("E-invoice", [FieldError(("month",), message)])
    now = clock.now()
    parts = _parts(together)
    by_number = {invoice.invoice_number: invoice for invoice in together}
    made = []
    for document in consolidated_lines(parts[invoice.invoice_number] for invoice in together):
        facts = _facts(actor, found, month, document.lines, now)
        if problems := check(facts, now):
            raise EInvoiceNotReady(facts.number, problems)
        invoices = [by_number[number] for number in document.numbers]
        made.append(queue_einvoice(actor, found, facts, invoices, is_consolidated=True))
    return made


def _settings(actor: Actor) -> EInvoiceSettings:
    found = settings_of(actor.company)
    if found is None:
        raise EInvoicingOff
    return found


def _invoices(found: EInvoiceSettings, month: date) -> QuerySet[Invoice]:
    first = month.replace(day=1)
    reported = EInvoiceSource.objects.filter(invoice=OuterRef("pk"), is_live=True)
    return (
        Invoice.objects.filter(
            ~Exists(reported),
            status="sent",
            invoice_date__range=(max(first, found.starts_on or first), last_day(month)),
            total__gt=0,
            is_imported=False,
            customer__einvoice_preference="consolidated",
        )
        .select_related("customer")
        .order_by("number_sort", "id")
    )


def _divided(found: EInvoiceSettings, month: date, invoices: Iterable[Invoice]) -> Consolidation:
    together: list[Invoice] = []
    own: list[Invoice] = []
    for invoice in invoices:
        (together if is_to_consolidate(invoice, found) else own).append(invoice)
    return Consolidation(month.replace(day=1), together, own)


def _parts(invoices: Sequence[Invoice]) -> dict[str, list[Part]]:
    """By number what each invoice has under each tax; shipping, which isn't taxed, under none."""
    parts: dict[str, list[Part]] = {invoice.invoice_number: [] for invoice in invoices}
    for invoice, lines in line_facts_of(invoices):
        found = parts[invoice.invoice_number]
        found += [Part(invoice.invoice_number, line.tax, line.net) for line in lines if line.net]
        if invoice.shipping_cost:
            none = TaxFacts(NOT_TAXED, ZERO, ZERO)
            found.append(Part(invoice.invoice_number, none, invoice.shipping_cost))
    return parts


def _facts(
    actor: Actor, found: EInvoiceSettings, month: date, lines: Sequence[LineFacts], now: datetime
) -> DocumentFacts:
    net = sum((line.net for line in lines), ZERO)
    tax = sum((line.tax.amount for line in lines), ZERO)
    version: Version = "1.1" if found.version == "1.1" else "1.0"
    return DocumentFacts(
        kind=INVOICE,
        version=version,
        number=_next_number(month),
        issued_at=now,
        currency="MYR",
        supplier=supplier_facts(actor.company),
        buyer=GENERAL_PUBLIC,
        lines=tuple(lines),
        subtotal=net,
        total_tax=tax,
        total=net + tax,
        period=Period(month.replace(day=1), last_day(month), "Monthly"),
    )


def _next_number(month: date) -> str:
    """`CONS-2026-11-1`: the next of the month, under the lock of the company."""
    prefix = f"CONS-{month:%Y-%m}-"
    count = EInvoice.objects.filter(number__startswith=prefix).count()
    return f"{prefix}{count + 1}"
