"""The PDF of a quote: frozen when it is sent, else rendered from what the quote says now."""

from typing import Any

from bigledger_crm.documents.filenames import pdf_filename
from bigledger_crm.documents.models import StoredDocument
from bigledger_crm.documents.services import RenderedPdf, freeze, render_current
from bigledger_crm.tenancy.actor import Actor
from sales import rules
from sales.models import Quote
from sales.services.shared.print_context import print_context


def render_quote_pdf(actor: Actor, quote: Quote) -> RenderedPdf:
    """The PDF of a quote: what was sent, else what it says now."""
    mark = rules.watermark(quote.status)
    return render_current(
        "quote", quote.pk, lambda: quote_context(actor, quote, watermark=mark), moment=quote.updated_at
    )


def get_or_freeze_quote_document(actor: Actor, quote: Quote) -> StoredDocument:
    """The quote's frozen document, made the first time; for the transaction that holds the quote's lock."""
    existing = StoredDocument.objects.filter(kind="quote", document_id=quote.pk).first()
    if existing is not None:
        return existing
    return freeze(
        actor,
        kind="quote",
        document_id=quote.pk,
        number=quote.quote_number,
        filename=quote_filename(quote),
        context=quote_context(actor, quote),
    )


def quote_filename(quote: Quote) -> str:
    """The name of the quote's PDF."""
    return pdf_filename(quote.quote_number)


def quote_context(actor: Actor, quote: Quote, *, watermark: str = "") -> dict[str, Any]:
    """What the PDF of the quote says."""
    return print_context(
        actor.company,
        quote,
        list(quote.lines.all()),
        kind="quote",
        title="Quote",
        number=quote.quote_number,
        dates=[("Quote date", quote.quote_date), ("Valid until", quote.valid_until)],
        references=[
            ("Your reference", quote.reference),
            ("Replaces", quote.supersedes.quote_number if quote.supersedes is not None else ""),
        ],
        heading=quote.title,
        description=quote.description,
        watermark=watermark,
    )
