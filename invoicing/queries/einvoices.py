"""Reading e-invoices."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.db.models import Min, Q, QuerySet

from bigledger_crm.audit.models import AuditEntry
from bigledger_crm.kernel import ids
from bigledger_crm.tenancy.lookups import Lookup
from bigledger_crm.tenancy.models import Company
from bigledger_crm.tenancy.queries import by_public_id
from invoicing.lifecycle import LIVE_EINVOICE
from invoicing.models import CreditNote, EInvoice, EInvoiceExchange, EInvoiceSettings, EInvoiceSource, Invoice
from invoicing.myinvois.environments import environment, share_url
from invoicing.queries.einvoice_settings import reporting_settings
from invoicing.rules.consolidation import needs_own
from invoicing.rules.einvoices import NOT_REQUIRED, PENDING, is_reported

if TYPE_CHECKING:
    from collections.abc import Iterable

Document = Invoice | CreditNote
MOST_EXCHANGES = 50


def _latest(column: str) -> Lookup[EInvoice]:
    def narrow(rows: QuerySet[EInvoice], document: UUID) -> QuerySet[EInvoice]:
        sources = EInvoiceSource.objects.filter(**{column: document})
        return rows.filter(pk__in=sources.values("einvoice")).defer("document").order_by("-id")[:1]

    return Lookup(EInvoice, narrow)


_LATEST_OF_INVOICE, _LATEST_OF_CREDIT_NOTE = _latest("invoice"), _latest("credit_note")


@dataclass(frozen=True, slots=True)
class ReportedDocument:
    """A document of an e-invoice: `type` is `invoice` or `credit_note`."""

    type: str
    pk: UUID
    number: str
    customer_id: UUID
    customer_name: str

    @property
    def public_id(self) -> str:
        """Its public id."""
        return ids.encode(Invoice.PREFIX if self.type == "invoice" else CreditNote.PREFIX, self.pk)


def einvoice_by_public_id(public_id: str) -> EInvoice:
    """The e-invoice with an `einv_…` id, whose bytes are read when they are needed.  Raises NotFound."""
    return by_public_id(EInvoice.objects.defer("document"), "E-invoice", public_id)


def lock_einvoice(pk: UUID) -> EInvoice:
    """The e-invoice, locked until the transaction ends; after the documents that it reports."""
    return EInvoice.objects.select_for_update(no_key=True).get(pk=pk)


def einvoices_of(document: Document) -> list[EInvoice]:
    """All e-invoices that reported a document, the newest first."""
    return list(_of(document).order_by("-id"))


def latest_einvoice(document: Document) -> EInvoice | None:
    """The e-invoice that says how a document stands with LHDN."""
    latest = _LATEST_OF_INVOICE if isinstance(document, Invoice) else _LATEST_OF_CREDIT_NOTE
    return latest.first(document.pk)


def live_einvoice(document: Document) -> EInvoice | None:
    """The one e-invoice of a document that is on its way or accepted."""
    sources = _sources(document).filter(is_live=True)
    return EInvoice.objects.filter(pk__in=sources.values("einvoice")).first()


def sources_of(einvoice: EInvoice) -> list[Document]:
    """The documents that an e-invoice reports."""
    sources = EInvoiceSource.objects.filter(einvoice=einvoice).select_related("invoice", "credit_note").order_by("id")
    found: Iterable[Document | None] = (source.invoice or source.credit_note for source in sources)
    return [document for document in found if document is not None]


def documents_by_einvoice(einvoice_ids: Collection[UUID]) -> dict[UUID, list[ReportedDocument]]:
    """The documents that each of several e-invoices reports, in one query."""
    of_invoice = ("invoice_id", "invoice__invoice_number", "invoice__customer_id", "invoice__customer_name")
    of_note = (
        *("credit_note_id", "credit_note__credit_note_number"),
        *("credit_note__customer_id", "credit_note__customer_name"),
    )
    found: dict[UUID, list[ReportedDocument]] = defaultdict(list)
    sources = EInvoiceSource.objects.filter(einvoice__in=einvoice_ids).order_by("id")
    for einvoice_id, *columns in sources.values_list("einvoice_id", *of_invoice, *of_note):
        type_, own = ("invoice", columns[:4]) if columns[0] is not None else ("credit_note", columns[4:])
        found[einvoice_id].append(ReportedDocument(type_, *own))
    return found


def validation_url(environment_name: str, uuid: str, long_id: str) -> str:
    """LHDN's public page of an e-invoice; "" before it is accepted, and where the simulator is gone."""
    if not long_id:
        return ""
    try:
        place = environment(environment_name, settings.MYINVOIS_SIMULATOR_URL)
    except LookupError:
        return ""
    return share_url(place.portal_url, uuid, long_id)


def exchanges_about(einvoice_ids: Collection[UUID]) -> list[EInvoiceExchange]:
    """The last calls to MyInvois about these e-invoices, the newest first."""
    about = EInvoiceExchange.objects.filter(einvoices__overlap=list(einvoice_ids))
    return list(about.order_by("-created_at", "-id")[:MOST_EXCHANGES]) if einvoice_ids else []


def number_of(document: Document) -> str:
    """The number under which a document is known."""
    return document.invoice_number if isinstance(document, Invoice) else document.credit_note_number


def is_to_report(document: Document, found: EInvoiceSettings | None) -> bool:
    """Whether a document belongs to what the company reports, issued or not yet; what is imported was elsewhere."""
    if found is None or not document.total or document.is_imported:
        return False
    if isinstance(document, Invoice):
        return document.status != "cancelled" and is_reported(found.starts_on, document.invoice_date)
    return is_reported(found.starts_on, document.credit_note_date)


def is_to_consolidate(invoice: Invoice, found: EInvoiceSettings) -> bool:
    """Whether an invoice is reported with the others of its month: its customer asks for none, and LHDN allows it."""
    return (
        invoice.customer.einvoice_preference == "consolidated"
        and invoice.currency == "MYR"
        and not needs_own(invoice.total, invoice.invoice_date, found.relaxation_until)
    )


def einvoice_status(document: Document, einvoice: EInvoice | None) -> str:
    """The status that the API shows: that of its newest e-invoice, else whether there has to be one."""
    if einvoice is not None:
        return einvoice.status
    return PENDING if is_to_report(document, reporting_settings()) else NOT_REQUIRED


def with_status(status: str) -> Q:
    """The e-invoices that the status of the API names; `live` are all that may yet count."""
    return Q(status__in=LIVE_EINVOICE) if status == "live" else Q(status=status)


def due_companies(now: datetime) -> list[UUID]:
    """The companies that have something to tell or to ask LHDN now, the one that waits longest first."""
    due = EInvoice.unscoped.filter(next_attempt_at__lte=now).order_by().values("company_id")
    return list(due.annotate(since=Min("next_attempt_at")).order_by("since").values_list("company_id", flat=True))


def consolidated_einvoices(month: date) -> list[EInvoice]:
    """The consolidated e-invoices of a month, whose numbers name it, without their bytes; the newest first."""
    found = EInvoice.objects.filter(is_consolidated=True, number__startswith=f"CONS-{month:%Y-%m}-")
    return list(found.defer("document").order_by("-id"))


def is_noted(company: Company, event: str, text: str) -> bool:
    """Whether the audit trail has an event of a company whose note has a text in it."""
    return AuditEntry.objects.filter(event=event, subjects__contains=[company.pk], note__contains=text).exists()


def _of(document: Document) -> QuerySet[EInvoice]:
    """The e-invoices of a document, without their bytes."""
    return EInvoice.objects.filter(pk__in=_sources(document).values("einvoice")).defer("document")


def _sources(document: Document) -> QuerySet[EInvoiceSource]:
    if isinstance(document, Invoice):
        return EInvoiceSource.objects.filter(invoice=document)
    return EInvoiceSource.objects.filter(credit_note=document)
