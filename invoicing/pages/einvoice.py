"""The page about the e-invoices of a document: what to correct, the buyer's details, and what was sent and answered."""

from collections.abc import Sequence
from typing import Any, ClassVar, Literal

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_htmx.http import HttpResponseClientRefresh

from bigledger_crm.kernel.errors import DomainError, PermissionDenied
from bigledger_crm.web import formatting
from bigledger_crm.web.form_fields import address_fields, address_initial, address_of
from bigledger_crm.web.form_views import SubmitOnceView, show_refusal
from bigledger_crm.web.htmx import htmx_of, status_for, wanted_part
from bigledger_crm.web.timeouts import retryable
from customers.inputs import CustomerInput
from customers.models import Customer
from customers.pages.forms import IDENTIFICATIONS
from customers.services import update_customer
from invoicing.einvoice_errors import EInvoiceNotReady
from invoicing.models import Invoice
from invoicing.pages.credit_notes import credit_note_href
from invoicing.pages.einvoice_history import history_of
from invoicing.pages.einvoice_panel import EInvoicePanel, einvoice_href, panel_of
from invoicing.pages.einvoice_problems import ProblemGroup, found_by_check, problem_groups
from invoicing.pages.invoices import invoice_href
from invoicing.queries import credit_note_by_public_id, invoice_by_public_id
from invoicing.queries.einvoices import Document, latest_einvoice, number_of
from invoicing.services import problems_of, submit_einvoice

DocumentKind = Literal["invoice", "credit_note"]
_IDENTITY = ("tin", "identification_type", "identification_number")


def find_document(kind: DocumentKind, public_id: str) -> Document:
    """The invoice or credit note with a public id.  Raises NotFound."""
    return invoice_by_public_id(public_id) if kind == "invoice" else credit_note_by_public_id(public_id)


def document_href(document: Document) -> str:
    """The page of an invoice or credit note."""
    return (invoice_href if isinstance(document, Invoice) else credit_note_href)(document.public_id)


class BuyerForm(forms.Form):
    """What of a customer LHDN rejects most often."""

    tin = forms.CharField(label=gettext_lazy("Tax identification number (TIN)"), required=False)
    identification_type = forms.ChoiceField(
        label=gettext_lazy("Identification"),
        required=False,
        choices=[("", gettext_lazy("None")), *IDENTIFICATIONS.items()],
    )
    identification_number = forms.CharField(label=gettext_lazy("Identification number"), required=False)
    phone = forms.CharField(
        label=gettext_lazy("Phone"), required=False, widget=forms.TextInput(attrs={"inputmode": "tel"})
    )

    def __init__(self, data: Any = None, *, customer: Customer) -> None:
        """Filled in with what is stored; the address is the one that invoices have."""
        self.address_name = "billing_address" if customer.billing_address else "address"
        initial = {name: getattr(customer, name) for name in _IDENTITY}
        initial["phone"] = formatting.phone(customer.phone)
        super().__init__(
            data, initial=initial | address_initial(getattr(customer, self.address_name), self.address_name)
        )
        self.fields.update(address_fields(self.address_name))

    def customer_input(self) -> CustomerInput:
        """What the service takes."""
        values = self.cleaned_data
        given: dict[str, Any] = {name: values[name] for name in (*_IDENTITY, "phone")}
        given[self.address_name] = address_of(values, self.address_name)
        return CustomerInput(**given)


class EInvoiceView(SubmitOnceView):
    """Where a document stands, and what was sent of it."""

    resource = "einvoices"
    partials = {"einvoice": "invoicing/einvoice_panel.html"}
    kind: ClassVar[DocumentKind] = "invoice"
    document: Document
    customer: Customer | None

    def get(self, request: HttpRequest, public_id: str) -> HttpResponse:
        """The page, or the panel alone."""
        self.document = find_document(self.kind, public_id)
        if wanted_part(request) == "einvoice":
            return self._panel()
        self.customer = self._correctable_customer()
        return self.show(BuyerForm(customer=self.customer) if self.customer else None)

    def show(self, form: BuyerForm | None, *, status: int = 200) -> HttpResponse:
        """The page."""
        document, einvoice = self.document, latest_einvoice(self.document)
        is_open = not self._is_cancelled() and (einvoice is None or not einvoice.is_live)
        groups = self._to_correct(document) if is_open else []
        panel = panel_of(document, self.actor, to_correct=bool(groups))
        return self.page(
            "invoicing/einvoice.html",
            status=status_for(self.request, status),
            title=_("E-invoice of %(number)s") % {"number": number_of(document)},
            lead=document.customer_name,
            einvoice=panel,
            is_own_page=True,
            is_checked=is_open,
            is_rejected=einvoice is not None and einvoice.status == "rejected",
            groups=groups,
            form=form if is_open else None,
            is_buyer_wrong=_is_about_buyer(panel, groups),
            may_submit=self.actor.may("einvoices", "write") and self._can_be_submitted(panel),
            form_key=self.form_key,
            form_href=_buyer_href(document),
            history=history_of(document),
            back=document_href(document),
            back_label=_("Invoice") if self.kind == "invoice" else _("Credit note"),
        )

    def _panel(self) -> HttpResponse:
        """The panel, for the page that waits for what comes next; the whole page once something else changes too."""
        panel = panel_of(self.document, self.actor)
        is_own_page = htmx_of(self.request).current_url_abs_path == self.request.path
        if panel is None or (not panel.refresh and (is_own_page or self._is_cancelled())):
            return HttpResponseClientRefresh()
        return self.page("invoicing/einvoice.html", einvoice=panel, is_own_page=is_own_page)

    def _to_correct(self, document: Document) -> list[ProblemGroup]:
        found = found_by_check(problems_of(document, self.actor.company))
        return problem_groups(document, self.actor, found)

    def _is_cancelled(self) -> bool:
        return isinstance(self.document, Invoice) and self.document.status == "cancelled"

    def _can_be_submitted(self, panel: EInvoicePanel | None) -> bool:
        is_issued = not isinstance(self.document, Invoice) or self.document.status == "sent"
        return is_issued and panel is not None and not panel.is_live

    def _correctable_customer(self) -> Customer | None:
        """Whom the actor may correct, while nothing that LHDN has says otherwise."""
        if not self.actor.may("customers", "write") or self._is_cancelled():
            return None
        return Customer.objects.filter(pk=self.document.customer_id, anonymised_at=None).first()


class EInvoiceBuyerView(EInvoiceView):
    """Corrects the customer of a document, and submits it where that is wanted; errors are told on the page itself."""

    resource = "customers"
    verb = "write"

    def get(self, request: HttpRequest, public_id: str) -> HttpResponse:
        """The form is on the page about the e-invoice."""
        return HttpResponseRedirect(einvoice_href(find_document(self.kind, public_id)))

    def post(self, request: HttpRequest, public_id: str) -> HttpResponse:
        """Changes the customer."""
        if (before := self.saved_before()) is not None:
            return before
        self.document = find_document(self.kind, public_id)
        self.customer = self._correctable_customer()
        if self.customer is None:
            return self.show(None, status=409)
        form = BuyerForm(request.POST, customer=self.customer)
        if not form.is_valid():
            return self.show(form, status=400)
        try:
            return self.save_once(lambda: self._save(form))
        except PermissionDenied:
            raise
        except DomainError as error:
            show_refusal(form, error)
            return retryable(self.show(form, status=error.status), error)

    def _save(self, form: BuyerForm) -> str:
        assert self.customer is not None  # noqa: S101  the caller has looked
        update_customer(self.actor, self.customer, form.customer_input())
        if "submit" not in self.request.POST:
            self.done(_("Customer saved"))
            return einvoice_href(self.document)
        try:
            submit_einvoice(self.actor, self.document)
        except EInvoiceNotReady:
            messages.warning(self.request, _("Customer saved. LHDN would still reject the e-invoice: see below."))
        else:
            self.done(_("Customer saved, and the e-invoice is on its way to LHDN"))
        return einvoice_href(self.document)


def _buyer_href(document: Document) -> str:
    name = "correct-buyer" if isinstance(document, Invoice) else "correct-buyer-of-credit-note"
    return reverse(f"invoicing:{name}", args=[document.public_id])


def _is_about_buyer(panel: EInvoicePanel | None, groups: Sequence[ProblemGroup]) -> bool:
    """Whether something that is known to be wrong is the buyer's."""
    every = [*groups, *(panel.groups if panel is not None else ())]
    return any(problem.path[0] == "buyer" for group in every for problem in group.problems)
