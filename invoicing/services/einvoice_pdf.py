"""The PDFs of documents that LHDN has accepted: the frozen one, with LHDN's number, time and QR code."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from bigledger_crm.documents.models import StoredDocument
from bigledger_crm.documents.services import freeze
from bigledger_crm.outbox.services import release_held
from invoicing.models import EInvoice, Invoice
from invoicing.queries.einvoice_settings import settings_of
from invoicing.queries.einvoices import Document, is_to_report, latest_einvoice, number_of, validation_url


def freeze_accepted(einvoice: EInvoice, documents: Sequence[Document]) -> None:
    """Keeps the PDF's facts anew, with LHDN's, and lets the emails go that waited for them.

    For the transaction in which it is accepted.  Documents of a consolidated e-invoice stay as they were issued.
    """
    if einvoice.is_consolidated or einvoice.accepted_at is None:
        return
    validated = einvoice.accepted_at.astimezone(ZoneInfo(einvoice.company.time_zone))
    facts = {
        "uuid": einvoice.uuid,
        "validated": f"{validated:%Y-%m-%d %H:%M:%S %Z}",
        "link": validation_url(einvoice.environment, einvoice.uuid, einvoice.long_id),
        "is_simulated": einvoice.environment == "simulator",
    }
    for document in documents:
        kind = "invoice" if isinstance(document, Invoice) else "credit_note"
        latest = StoredDocument.objects.filter(kind=kind, document_id=document.pk).order_by("-created_at").first()
        if latest is None:
            continue
        stored = freeze(
            einvoice.company,
            kind=kind,
            document_id=document.pk,
            number=number_of(document),
            filename=latest.filename,
            context={**latest.context, "einvoice": facts},
        )
        release_held(document.pk, stored)


def waits_for_acceptance(document: Document) -> bool:
    """Whether emails with a document wait until LHDN has accepted it: the company wants it, and it is to be reported.

    One that goes into a consolidated e-invoice gets no number of its own to wait for.
    """
    found = settings_of(document.company)
    if found is None or not found.emails_wait or not is_to_report(document, found):
        return False
    latest = latest_einvoice(document)
    return latest is None or not (latest.is_consolidated or latest.status == "accepted")
