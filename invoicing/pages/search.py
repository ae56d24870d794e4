"""What the search over everything finds among invoices, credit notes and payments."""

from django.utils.translation import gettext_lazy as _

from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.web import formatting
from bigledger_crm.web.search import SearchProvider, SearchQuery, SearchResult, newest
from invoicing.models import CreditNote, Invoice, Payment
from invoicing.pages.labels import PAYMENT_STATES, invoice_badge
from invoicing.queries import state_of
from sales.pages.search import documents, total_of


def find_invoices(wanted: SearchQuery, actor: Actor, limit: int) -> list[SearchResult]:
    """Invoices by words of their number, reference and customer's name."""
    return [
        SearchResult(
            invoice.invoice_number,
            "invoicing:invoice",
            invoice.public_id,
            invoice.customer_name,
            total_of(invoice),
            invoice_badge(state_of(invoice, actor.today())),
        )
        for invoice in newest(Invoice.objects.all(), documents(wanted), limit)
    ]


def find_credit_notes(wanted: SearchQuery, actor: Actor, limit: int) -> list[SearchResult]:
    """Credit notes by words of their number, invoice and customer's name."""
    notes = CreditNote.objects.all()
    return [
        SearchResult(
            note.credit_note_number,
            "invoicing:credit-note",
            note.public_id,
            note.customer_name,
            total_of(note),
        )
        for note in newest(notes, documents(wanted), limit)
    ]


def find_payments(wanted: SearchQuery, actor: Actor, limit: int) -> list[SearchResult]:
    """Payments by words of their reference."""
    payments = Payment.objects.select_related("customer")
    return [
        SearchResult(
            payment.reference,
            "invoicing:payment",
            payment.public_id,
            payment.customer.name,
            formatting.amount_with_currency(payment.amount, payment.currency),
            PAYMENT_STATES[payment.status],
        )
        for payment in newest(payments, wanted.within("search_text"), limit)
    ]


INVOICES = SearchProvider(_("Invoices"), "invoices", find_invoices, "receipt", "invoicing:invoices")
CREDIT_NOTES = SearchProvider(_("Credit notes"), "credit-notes", find_credit_notes, "file-check")
PAYMENTS = SearchProvider(_("Payments"), "payments", find_payments, "wallet", "invoicing:payments")
