"""The PDF of a credit note, frozen when it is issued."""

from typing import Any

from bigledger_crm.documents.filenames import pdf_filename
from bigledger_crm.documents.services import RenderedPdf, render_current
from bigledger_crm.tenancy.actor import Actor
from invoicing.models import CreditNote
from invoicing.services.invoice_pdf import references_of
from sales.services.shared.print_context import print_context


def render_credit_note_pdf(actor: Actor, note: CreditNote) -> RenderedPdf:
    """The PDF of a credit note, as it was issued."""
    return render_current("credit_note", note.pk, lambda: credit_note_context(actor, note), moment=note.created_at)


def credit_note_context(actor: Actor, note: CreditNote) -> dict[str, Any]:
    """What the PDF of the credit note says."""
    dates, references = [("Credit note date", note.credit_note_date)], list[tuple[str, str]]()
    if (invoice := note.invoice) is not None:
        dates.append(("Invoice date", invoice.invoice_date))
        references = [("Our invoice", invoice.invoice_number), *references_of(invoice)]
    return print_context(
        actor.company,
        note,
        list(note.lines.all()),
        kind="credit_note",
        title="Credit note",
        number=note.credit_note_number,
        dates=dates,
        references=references,
        heading=note.title,
        description=note.reason,
    )


def credit_note_filename(note: CreditNote) -> str:
    """The name of the credit note's PDF."""
    return pdf_filename(note.credit_note_number)
