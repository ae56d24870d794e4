"""The pages about customers."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django_htmx.http import trigger_client_event

from bigledger_crm.custom_fields.pages.values import value_details
from bigledger_crm.custom_fields.queries import fields_for
from bigledger_crm.kernel.errors import DomainError, FieldError
from bigledger_crm.kernel.languages import LANGUAGES
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.web import formatting
from bigledger_crm.web.components import DetailField, Metric
from bigledger_crm.web.form_views import ServiceFormView
from bigledger_crm.web.htmx import htmx_of
from bigledger_crm.web.owners import owner_choice, owner_fact
from bigledger_crm.web.timeline import timeline
from customers.models import Customer
from customers.pages.autocomplete import customer_label
from customers.pages.currencies import recent_currencies
from customers.pages.customer_tabs import CUSTOMER, CustomerTabView, customer_href
from customers.pages.extensions import customer_page
from customers.pages.forms import (
    EINVOICE_PREFERENCES,
    IDENTIFICATIONS,
    TIN_CHECKS,
    TYPES,
    CustomerForm,
    customer_initial,
)
from customers.pages.merging import PossibleDuplicates, duplicates_of, require_new
from customers.queries import customer_by_public_id
from customers.services import create_customer, delete_customer, update_customer


class CustomerDetailView(CustomerTabView):
    """One customer: figures, facts, and what happened.  How they buy and pay is fetched by itself."""

    place, panel = "customers:detail", "customers/panels/overview.html"

    def fill(self, customer: Customer) -> dict[str, Any]:
        """The overview."""
        summary = customer_page().summary if self.actor.may("analytics", "read") else ""
        return {
            **CUSTOMER.context_for(self.actor, customer),
            "metrics": _metrics(self.actor, customer),
            "details": [*_facts(customer), *self._custom_fields(customer)],
            "timeline": timeline(self.request, customer.pk),
            "summary": reverse(summary, args=[customer.public_id]) if summary else "",
        }

    def _custom_fields(self, customer: Customer) -> Sequence[DetailField]:
        company = self.actor.company
        return value_details(fields_for(self.actor, "customers"), customer.custom_fields, company.currency)


def _metrics(actor: Actor, customer: Customer) -> list[Metric]:
    currency, page = customer.currency, customer_page()
    invoices = _list_of(customer, page.invoices)
    limit = customer.credit_limit
    note = _("of %(limit)s credit limit") % {"limit": formatting.amount(limit, currency)} if limit is not None else ""
    sales = Metric(_("Sales"), formatting.amount(customer.total_sales, currency), invoices, _("incl. tax"), currency)
    return [
        Metric(
            _("Balance"),
            formatting.amount(customer.current_balance, currency),
            invoices and f"{invoices}&show=open",
            note,
            currency,
        ),
        *([sales] if actor.may("analytics", "read") else []),
        Metric(_("Last sale"), formatting.day(customer.last_sale_date), _list_of(customer, page.orders)),
    ]


def _list_of(customer: Customer, page: str) -> str:
    """The list at `page`, of this customer; "" where there is none."""
    return f"{reverse(page)}?customerId={customer.public_id}" if page else ""


def _facts(customer: Customer) -> list[DetailField]:
    email = f"mailto:{customer.email}" if customer.email else ""
    phone = f"tel:{customer.phone}" if customer.phone else ""
    return [
        owner_fact(customer),
        DetailField(_("Type"), TYPES[customer.type]),
        DetailField(_("Email"), customer.email, href=email),
        DetailField(_("Phone"), formatting.phone(customer.phone), href=phone),
        DetailField(_("Website"), customer.website),
        DetailField(_("Tax number"), customer.tax_number),
        DetailField(_("TIN"), customer.tin),
        DetailField(IDENTIFICATIONS.get(customer.identification_type, ""), customer.identification_number),
        _tin_check(customer),
        DetailField(_("Government or authority"), _("Yes") if customer.is_government else ""),
        DetailField(
            _("E-invoices"),
            "" if customer.einvoice_preference == "individual" else EINVOICE_PREFERENCES[customer.einvoice_preference],
        ),
        DetailField(_("Currency"), customer.currency),
        DetailField(_("Payment terms"), _("%(days)s days") % {"days": customer.payment_terms}),
        DetailField(_("Reminders"), _("Yes") if customer.reminders_enabled else _("No")),
        DetailField(_("Email language"), LANGUAGES.get(customer.language, "")),
        DetailField(_("Tags"), ", ".join(customer.tags)),
        DetailField(_("Address"), "\n".join(formatting.address_lines(customer.address))),
        DetailField(_("Billing address"), "\n".join(formatting.address_lines(customer.billing_address))),
        DetailField(_("Shipping address"), "\n".join(formatting.address_lines(customer.shipping_address))),
    ]


def _tin_check(customer: Customer) -> DetailField:
    """What LHDN said of the TIN, and when; nothing before it was asked."""
    said = TIN_CHECKS.get(customer.tin_check, "")
    text = f"{said} ({formatting.day(customer.tin_checked_at)})" if said else ""
    return DetailField(_("TIN check"), text, wide=True, tone="bad" if customer.tin_check == "differs" else "neutral")


class _CustomerFormView(ServiceFormView):
    """A form with everything about a customer."""

    resource = "customers"
    template = "customers/form.html"

    def offer_custom_fields(self, form: CustomerForm, stored: dict[str, Any] | None) -> None:
        """Those of the company."""
        form.offer_custom_fields(fields_for(self.actor, "customers"), stored, self.actor.company.currency)

    def also_wrong(self, form: CustomerForm) -> list[FieldError]:
        """By the rules."""
        return form.also_wrong(self.actor.company)


class CustomerCreateView(_CustomerFormView):
    """A new customer; warns of those that may be meant already.

    `then` in the URL is the page of ours to go on with; with `pick` the dialog hands the customer to the form that
    it stands over.
    """

    duplicates: Sequence[Customer] = ()
    may_exist = False

    def post(self, request: HttpRequest, public_id: str = "") -> HttpResponse:
        """Saves, and goes on or tells the form under the dialog."""
        response = super().post(request, public_id)
        if "pick" in request.GET and htmx_of(request) and isinstance(response, HttpResponseRedirect):
            customer = customer_by_public_id(response.url.rpartition("/")[2])
            label = {"label": customer_label(customer)}
            return trigger_client_event(HttpResponse(status=204), "customer-made", label)
        return response

    def make_form(self, data: Any = None) -> CustomerForm:
        """An empty form with the company's ways."""
        company = self.actor.company
        country = {"address_country": company.country}
        usual = {"currency": company.currency, "payment_terms": company.payment_terms, "reminders_enabled": True}
        currencies = [company.currency, *recent_currencies()]
        owner = {"owner_id": owner_choice(self.actor.member)}
        form = CustomerForm(data, initial={**usual, **country, **owner}, currencies=currencies)
        form.offer_owners(self.actor)
        form.offer_identification(self.actor.company.country)
        if "owner_id" in form.fields:
            form.fields["owner_id"].help_text = _("New documents of the customer get the same owner.")
        del form.fields["status"]  # a new customer is active
        self.offer_custom_fields(form, None)
        return form

    def save(self, form: CustomerForm) -> str:
        """To the new customer's page."""
        require_new(form, self.actor.company.country)
        customer = create_customer(self.actor, form.customer_input())
        self.done(_("Customer %(number)s created") % {"name": customer.name, "number": customer.customer_number})
        then = "" if "pick" in self.request.GET else self.request.GET.get("then", "")
        if then.startswith("/") and url_has_allowed_host_and_scheme(then, allowed_hosts=None):
            return f"{then}{'&' if '?' in then else '?'}customer={customer.public_id}"
        return customer_href(customer.public_id)

    def get_context(self) -> dict[str, Any]:
        """Texts."""
        title, back = _("New customer"), reverse("customers:list")
        return {
            "title": title,
            "submit": _("Create customer"),
            "back": back,
            "duplicates": self.duplicates,
            "may_exist": self.may_exist,
        }

    def refuse(self, form: CustomerForm, error: DomainError) -> None:
        """A warning of duplicates names them and offers to go on."""
        self.duplicates, self.may_exist = duplicates_of(error), isinstance(error, PossibleDuplicates)
        super().refuse(form, error)


class CustomerUpdateView(_CustomerFormView):
    """A customer's form."""

    customer: Customer

    def prepare(self, public_id: str = "") -> None:
        """The customer."""
        self.customer = customer_by_public_id(public_id)

    def make_form(self, data: Any = None) -> CustomerForm:
        """What is stored."""
        own, usual = self.customer.currency, [self.actor.company.currency, *recent_currencies()]
        form = CustomerForm(data, initial=customer_initial(self.customer), currencies=[own, *usual])
        form.offer_owners(self.actor)
        form.offer_identification(self.actor.company.country)
        if self.customer.credit_limit is not None and not self.actor.may("credit-limit", "raise"):
            form.fields["credit_limit"].help_text = _("You can lower the limit. Finance can raise or remove it.")
        if self.customer.status == "blocked" and not self.actor.may("customers", "unblock"):
            form.keep_blocked()
        self.offer_custom_fields(form, self.customer.custom_fields)
        return form

    def save(self, form: CustomerForm) -> str:
        """Back to the customer's page."""
        update_customer(self.actor, self.customer, form.customer_input())
        self.done(_("Changes saved"))
        return customer_href(self.customer.public_id)

    def get_context(self) -> dict[str, Any]:
        """Texts."""
        differs = self.customer.tin_check == "differs"
        return {
            "title": _("Edit %(name)s") % {"name": self.customer.name},
            "submit": _("Save"),
            "back": customer_href(self.customer.public_id),
            "caution": _("LHDN doesn’t know this TIN with this number. Correct one of them.") if differs else "",
        }


class CustomerDeleteView(ServiceFormView):
    """Asks before a customer goes."""

    resource = "customers"
    customer: Customer

    def prepare(self, public_id: str = "") -> None:
        """The customer."""
        self.customer = customer_by_public_id(public_id)

    def make_form(self, data: Any = None) -> forms.Form:
        """Nothing to fill in."""
        return forms.Form(data)

    def save(self, form: forms.Form) -> str:
        """To the list."""
        delete_customer(self.actor, self.customer)
        self.done(_("%(name)s deleted") % {"name": self.customer.name})
        return reverse("customers:list")

    def get_context(self) -> dict[str, Any]:
        """Texts."""
        return {
            "title": _("Delete %(name)s?") % {"name": self.customer.name},
            "text": _("Their contacts are deleted too. Customers with documents cannot be deleted."),
            "submit": _("Delete customer"),
            "danger": True,
            "back": customer_href(self.customer.public_id),
        }
