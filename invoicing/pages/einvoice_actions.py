"""Pages that submit and cancel e-invoices."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bigledger_crm.web import formatting
from bigledger_crm.web.form_views import ActionView, ConfirmView
from invoicing.models import EInvoice, Invoice
from invoicing.pages.einvoice import DocumentKind, document_href, find_document
from invoicing.pages.einvoice_panel import einvoice_href
from invoicing.queries.einvoices import Document, einvoice_by_public_id, number_of, sources_of
from invoicing.rules.einvoices import MAX_CANCEL_REASON, deadline
from invoicing.services import cancel_einvoice, submit_einvoice


class EInvoiceSubmitView(ActionView):
    """Has a document reported to LHDN; one that isn't ready leads to the page that says why."""

    resource = "einvoices"
    kind: ClassVar[DocumentKind] = "invoice"

    def act(self, public_id: str) -> str:
        """To the document, whose panel says what becomes of it."""
        document = find_document(self.kind, public_id)
        submit_einvoice(self.actor, document)
        self.done(_("The e-invoice of %(number)s is on its way to LHDN") % {"number": number_of(document)})
        return document_href(document)

    def back(self, public_id: str) -> str:
        """What there is to correct."""
        return einvoice_href(find_document(self.kind, public_id))


class CancelForm(forms.Form):
    """Why."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=MAX_CANCEL_REASON,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("LHDN shows it to the buyer."),
    )


class EInvoiceCancelView(ConfirmView):
    """Asks LHDN to cancel an e-invoice, and says what happens to its invoice."""

    resource = "einvoices"
    verb = "cancel"
    einvoice: EInvoice
    document: Document

    def prepare(self, public_id: str = "") -> None:
        """The e-invoice and the first document that it reports."""
        self.einvoice = einvoice_by_public_id(public_id)
        self.document = sources_of(self.einvoice)[0]

    def make_form(self, data: Any = None) -> forms.Form:
        """The reason."""
        return CancelForm(data)

    def save(self, form: forms.Form) -> str:
        """Back to the document."""
        einvoice = cancel_einvoice(self.actor, self.einvoice, reason=form.cleaned_data["reason"])
        withdrawn = einvoice.status == "cancelled"
        self.done(_("E-invoice withdrawn") if withdrawn else _("LHDN is asked to cancel the e-invoice"))
        return document_href(self.document)

    def get_context(self) -> dict[str, Any]:
        """Texts."""
        return {
            "title": _("Cancel the e-invoice of %(number)s?") % {"number": self.einvoice.number},
            "text": self._text(),
            "submit": _("Cancel e-invoice"),
            "danger": True,
            "back": document_href(self.document),
        }

    def _text(self) -> str:
        einvoice = self.einvoice
        if einvoice.status == "pending":
            return _("It hasn’t been sent to LHDN yet and is withdrawn. The document stays as it is.")
        until = deadline(einvoice.status, einvoice.accepted_at)
        texts = [_("LHDN is asked to cancel it, and its buyer sees that.")]
        if isinstance(self.document, Invoice) and not einvoice.is_consolidated:
            texts.append(
                _("Invoice %(number)s is cancelled with it: the customer no longer owes this amount.")
                % {"number": self.document.invoice_number}
            )
        else:
            texts.append(_("The documents that it reports stay as they are."))
        if until is not None:
            texts.append(_("This is possible until %(time)s.") % {"time": formatting.moment(until)})
        return " ".join(texts)
