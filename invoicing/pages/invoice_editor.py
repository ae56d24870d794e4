"""Writing invoices."""

from datetime import datetime
from functools import cached_property
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from bigledger_crm.tenancy.models import Company
from bigledger_crm.web.form_fields import DayField
from customers.models import Customer
from customers.rules import CreditUse
from invoicing.inputs import InvoiceInput
from invoicing.models import Invoice
from invoicing.pages.invoices import invoice_href
from invoicing.queries import credit_use_before, invoice_with_customer
from invoicing.services import OF_AN_ISSUED_ONE, create_invoice, update_invoice
from sales.models import SaleDocument
from sales.pages.base_editor import BaseEditorView
from sales.pages.document_forms import DocumentForm
from sales.queries import credit_use
from sales.rules import days_later


class InvoiceForm(DocumentForm):
    """An invoice."""

    makes = InvoiceInput
    custom_fields_of = "invoices"
    invoice_date = DayField(label=gettext_lazy("Invoice date"))
    due_date = DayField(
        label=gettext_lazy("Due date"),
        required=False,
        counts_from="invoice_date",
        help_text=gettext_lazy("Leave empty to use the customer's payment terms."),
    )
    purchase_order = forms.CharField(label=gettext_lazy("Purchase order"), required=False)
    tags = forms.CharField(label=gettext_lazy("Tags"), required=False, help_text=gettext_lazy("Separate with commas."))
    send_reminders = forms.BooleanField(label=gettext_lazy("Send reminders when overdue"), required=False)
    needed = ("due_date",)
    field_order = ("customer", "title", "reference", "purchase_order", "invoice_date", "due_date", "tags")

    def __init__(self, data: Any = None, **options: Any) -> None:
        super().__init__(data, **options)
        if "due_date" in self.fields and self.document is not None:
            self.fields["due_date"].help_text = ""
            if self._follows is not None:
                days = {"data-follows": "invoice_date", "data-follows-days": str(self._follows)}
                self.fields["due_date"].widget.attrs |= days

    @property
    def is_issued(self) -> bool:
        """Whether what the PDF shows is fixed."""
        return isinstance(self.document, Invoice) and self.document.status != "draft"

    @cached_property
    def _follows(self) -> int | None:
        """How many days the due date comes after the invoice date; None where somebody chose another one."""
        draft = self.document
        if not isinstance(draft, Invoice):
            return None
        terms = draft.customer.payment_terms
        return terms if draft.due_date == days_later(draft.invoice_date, terms) else None

    def clean(self) -> dict[str, Any]:
        """A due date that was left as it is moves with the invoice date."""
        values = super().clean() or self.cleaned_data
        invoice_date, draft = values.get("invoice_date"), self.document
        is_untouched = isinstance(draft, Invoice) and values.get("due_date") == draft.due_date
        if invoice_date and is_untouched and self._follows is not None:
            values["due_date"] = days_later(invoice_date, self._follows)
        return values

    def clean_tags(self) -> list[str]:
        """Each tag."""
        return [tag.strip() for tag in self.cleaned_data["tags"].split(",") if tag.strip()]

    @classmethod
    def initial_of(cls, document: SaleDocument, company: Company) -> dict[str, Any]:
        """What the form shows of a stored invoice."""
        initial = super().initial_of(document, company)
        return {**initial, "tags": ", ".join(initial["tags"])}


class InvoiceEditorView(BaseEditorView):
    """Invoices: a draft, but not what it bills of an order; of an issued one a few notes."""

    resource = "invoices"
    kind = "invoice"
    form_class = InvoiceForm
    day = "invoice_date"
    new_title = gettext_lazy("New invoice")
    list_url = "invoicing:invoices"

    def find(self, public_id: str) -> Invoice:
        """The invoice."""
        return invoice_with_customer(public_id)

    def fields_of(self, document: SaleDocument) -> frozenset[str] | None:
        """By the invoice's state."""
        if not isinstance(document, Invoice) or document.status not in ("draft", "sent"):
            return frozenset()
        if document.status == "sent":
            return OF_AN_ISSUED_ONE
        locked = {"customer", "shipping_cost", "prices_include_tax"}
        return frozenset(InvoiceForm.base_fields) - locked | {"custom_fields"} if document.order_id else None

    def get_initial(self) -> dict[str, Any]:
        """Today; a reminder is on its way as the company does it."""
        return {"invoice_date": self.actor.today(), "terms": self.actor.company.invoice_terms, "send_reminders": True}

    def create(self, inputs: InvoiceInput) -> Invoice:
        """A draft."""
        return create_invoice(self.actor, inputs)

    def update(self, document: Invoice, inputs: InvoiceInput, expected: datetime | None) -> Invoice:
        """The invoice."""
        return update_invoice(self.actor, document, inputs, expected=expected)

    def credit_used(self, customer: Customer) -> CreditUse:
        """Without what a draft bills of its order."""
        return (
            credit_use_before(self.document, customer) if isinstance(self.document, Invoice) else credit_use(customer)
        )

    def href(self, document: SaleDocument) -> str:
        """The invoice's page."""
        return invoice_href(document.public_id)

    def number(self, document: Invoice) -> str:
        """The invoice's number."""
        return document.invoice_number
