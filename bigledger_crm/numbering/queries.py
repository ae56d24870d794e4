"""Reading the counters."""

from bigledger_crm.numbering.models import DocumentSequence


def has_numbered_documents() -> bool:
    """Whether the company in scope ever made a quote, an order, an invoice or a credit note: none is ever deleted."""
    return DocumentSequence.objects.exclude(kind="customer").exists()
