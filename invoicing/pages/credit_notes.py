"""The pages about credit notes."""

from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bigledger_crm.kernel.money import ZERO
from bigledger_crm.web import formatting
from bigledger_crm.web.components import Action, DetailField, StatusBadge
from bigledger_crm.web.pdf_response import pdf_response
from bigledger_crm.web.views import CompanyView
from invoicing.inputs import CreditNoteInput
from invoicing.models import Invoice
from invoicing.pages.einvoice_panel import panel_of
from invoicing.pages.forms import CreditQuantitiesForm
from invoicing.pages.invoices import invoice_href, reference_facts
from invoicing.pages.settlement import credit_buttons, spent
from invoicing.queries import (
    credit_note_by_public_id,
    invoice_by_public_id,
    state_of,
)
from invoicing.services import Creditable, create_credit_note, creditable, price_credit, render_credit_note_pdf
from sales.pages.document_pages import DocumentView, headline, totals_of
from sales.pages.quantity_forms import QuantitiesFormView

ISSUED = StatusBadge(gettext_lazy("Issued"), "info")


def credit_note_href(public_id: str) -> str:
    """The page of a credit note."""
    return reverse("invoicing:credit-note", args=[public_id])


class CreditNoteDetailView(DocumentView):
    """One credit note."""

    resource = "credit-notes"
    template = "invoicing/document.html"

    def get(self, request: HttpRequest, public_id: str) -> HttpResponse:
        """The page."""
        note = credit_note_by_public_id(public_id)
        lines = list(note.lines.all())
        facts = [DetailField(_("Credit note date"), formatting.day(note.credit_note_date))]
        if (invoice := note.invoice) is not None:
            href = invoice_href(invoice.public_id)
            facts = [DetailField(_("Invoice"), invoice.invoice_number, href=href), *facts, *reference_facts(invoice)]
        if note.reason:
            facts.append(DetailField(_("Reason"), note.reason, wide=True))
        return self.show(
            note,
            lines,
            number=note.credit_note_number,
            badge=ISSUED,
            lead=headline(note, note.title),
            details=facts,
            actions=[
                *_buttons(public_id, may_send=self.actor.may("credit-notes", "write")),
                *credit_buttons(note, self.actor),
            ],
            settlement=spent(note, self.actor),
            totals=totals_of(note, lines),
            einvoice=panel_of(note, self.actor),
        )


def _buttons(public_id: str, *, may_send: bool) -> list[Action]:
    pdf = Action(_("PDF"), reverse("invoicing:credit-note-pdf", args=[public_id]), icon="file-text")
    send = Action(_("Send"), reverse("invoicing:send-credit-note", args=[public_id]), dialog=True, icon="send")
    return [pdf, send] if may_send else [pdf]


class CreditNotePdfView(CompanyView):
    """A credit note as PDF."""

    resource = "credit-notes"

    def get(self, request: HttpRequest, public_id: str) -> HttpResponse:
        """As it was issued."""
        pdf = render_credit_note_pdf(self.actor, credit_note_by_public_id(public_id))
        return pdf_response(pdf.content, pdf.filename)


class InvoiceCreditView(QuantitiesFormView):
    """Shows what of an invoice isn't credited and credits what is left in the fields."""

    resource = "credit-notes"
    invoice: Invoice
    credit: Creditable
    due: Decimal

    def prepare(self, public_id: str = "") -> None:
        """The invoice, what of it isn't credited, and what of that still can be."""
        self.invoice = invoice_by_public_id(public_id)
        self.credit = creditable(self.invoice)
        self.due = state_of(self.invoice, self.actor.today()).amount_due

    def make_form(self, data: Any = None) -> CreditQuantitiesForm:
        """All that can be credited."""
        initial = {
            "credit_note_date": max(self.actor.today(), self.invoice.invoice_date),
            "shipping_cost": self.credit.shipping_cost or None,
            "keep_credit": not self.due,
        }
        lines = [(line, rest) for line, rest in self.credit.left if rest > 0]
        form = CreditQuantitiesForm(data, lines=lines, initial=initial, take=self.credit.quantities)
        if not self.credit.shipping_left:
            form.drop("shipping_cost")
        if self.due == self.invoice.total:
            form.drop("keep_credit")
        return form

    def total(self, form: CreditQuantitiesForm) -> tuple[str, str]:
        """With tax, and by how much that is more than what is due."""
        shipping = form.cleaned_data.get("shipping_cost") or ZERO
        total, currency = price_credit(self.invoice, form.parts(), shipping, self.credit).total, self.invoice.currency
        text = formatting.amount_with_currency(total, currency)
        if total <= self.due:
            return text, ""
        excess = formatting.amount_with_currency(total - self.due, currency)
        if form.cleaned_data.get("keep_credit"):
            return _("%(total)s, of which %(excess)s is kept as credit") % {"total": text, "excess": excess}, ""
        return text, _("This is %(amount)s more than can be credited.") % {"amount": excess}

    def save(self, form: CreditQuantitiesForm) -> str:
        """To the credit note."""
        values = form.cleaned_data
        note = create_credit_note(
            self.actor,
            CreditNoteInput(
                invoice_id=self.invoice.public_id,
                credit_note_date=values["credit_note_date"],
                reason=values["reason"],
                items=form.parts(),
                shipping_cost=values.get("shipping_cost") or ZERO,
                excess="credit" if values.get("keep_credit") else "refuse",
            ),
        )
        self.done(_("Credit note %(number)s issued") % {"number": note.credit_note_number})
        return credit_note_href(note.public_id)

    def get_context(self) -> dict[str, Any]:
        """Texts."""
        invoice = self.invoice
        amounts = {"due": self.due, "paid": invoice.amount_paid}
        words = {name: formatting.amount_with_currency(amount, invoice.currency) for name, amount in amounts.items()}
        text = _(
            "A credit note is issued immediately and reduces the customer's balance. At most %(due)s can be credited."
        )
        if invoice.amount_paid:
            text = _(
                "A credit note is issued immediately and reduces the customer's balance. %(paid)s has already been "
                "paid and %(due)s is due. What you credit first reduces what is due; the customer can keep the rest "
                "as credit, which you apply to other invoices or refund."
            )
        return {
            "title": _("Credit note for %(number)s") % {"number": invoice.invoice_number},
            "text": text % words,
            "remaining_label": _("Not credited"),
            "quantity_label": _("Credit now"),
            "has_total": True,
            "submit": _("Issue credit note"),
            "danger": True,
            "back": invoice_href(invoice.public_id),
        }
