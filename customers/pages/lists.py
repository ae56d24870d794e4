"""The lists of customers and of their contacts."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bigledger_crm.custom_fields.pages.lists import CustomFieldListPage
from bigledger_crm.tenancy.record_owners import owner_name
from bigledger_crm.web import formatting
from bigledger_crm.web.components import Action, Column, StatusBadge
from bigledger_crm.web.lists import BulkAction, FilterField
from bigledger_crm.web.lists.tagging import tag_actions
from bigledger_crm.web.owners import OWNER_FILTER, owner_action, owner_column
from customers.filters import ContactFilters, CustomerFilters
from customers.inputs import CustomerInput
from customers.models import Contact, Customer
from customers.pages.customer_tabs import customer_href
from customers.pages.extensions import customer_page
from customers.pages.forms import STATUSES, TYPES
from customers.pages.labels import STATES
from customers.services import change_tags, update_customer


class CustomerListView(CustomFieldListPage):
    """All customers."""

    resource = "customers"
    custom_fields_of = "customers"
    filters = CustomerFilters
    title = gettext_lazy("Customers")
    sorts = {"name": "name_sort", "number": "number_sort", "balance": "current_balance", "sales": "total_sales"}
    default_sort = "name"
    chips = tuple(STATUSES.items())
    narrow_by = (
        FilterField("type", gettext_lazy("Type"), TYPES),
        OWNER_FILTER,
        FilterField("tags", gettext_lazy("Tags")),
        FilterField("currency", gettext_lazy("Currency")),
        FilterField("balance", gettext_lazy("Balance")),
        FilterField("creditLimit", gettext_lazy("Credit limit")),
        FilterField("created", gettext_lazy("Created")),
    )
    bulk = (
        *tag_actions("customers", change_tags),
        owner_action(
            lambda actor, row, owner: update_customer(actor, row, CustomerInput(owner_id=owner)),
            gettext_lazy("Open documents of the customers that have the same owner follow."),
        ),
    )
    search_label = gettext_lazy("Name, email or number")
    empty_title = gettext_lazy("No customers yet")
    empty_text = gettext_lazy("Everyone you sell to appears here, with their balance.")
    create = Action(gettext_lazy("New customer"), reverse_lazy("customers:new"), primary=True)

    def bulk_actions(self) -> Sequence[BulkAction]:
        """Those of other apps first."""
        return (*customer_page().bulk, *self.bulk)

    def columns(self) -> Sequence[Column]:
        """The columns of the list."""
        sales = Column(_("Sales"), lambda customer: customer.total_sales, "amount", "sales", name="sales")
        return (
            Column(_("Name"), lambda customer: customer.name, "main", "name", lambda customer: customer.email),
            Column(_("Number"), lambda customer: customer.customer_number, sort="number", name="number"),
            Column(_("Email"), lambda customer: customer.email, name="email", optional=True),
            Column(_("Phone"), lambda customer: formatting.phone(customer.phone), name="phone", optional=True),
            Column(_("Type"), lambda customer: TYPES[customer.type], name="kind", optional=True),
            Column(_("Tags"), lambda customer: ", ".join(customer.tags), name="tags", optional=True),
            Column(_("Status"), lambda customer: STATES[customer.status], "badge", name="status"),
            owner_column(),
            Column(_("Last sale"), lambda customer: customer.last_sale_date, "day", name="last-sale", optional=True),
            Column(_("Balance"), lambda customer: customer.current_balance, "amount", "balance", name="owes"),
            Column(_("Credit limit"), lambda customer: customer.credit_limit, "amount", name="limit", optional=True),
            *([sales] if self.actor.may("analytics", "read") else []),
            *self.custom_columns(),
        )

    def all_rows(self) -> QuerySet[Any]:
        """Customers with their owners' names."""
        return Customer.objects.annotate(owner_name=owner_name())

    def href(self, row: Customer) -> str:
        """The customer's page."""
        return customer_href(row.public_id)


class ContactListView(CustomFieldListPage):
    """The people of all customers."""

    resource = "customers"
    filters = ContactFilters
    custom_fields_of = "contacts"
    title = gettext_lazy("Contacts")
    sorts = {"name": "name"}
    default_sort = "name"
    chips = (("there", gettext_lazy("Current")), ("main", gettext_lazy("Main contacts")))
    search_label = gettext_lazy("Name, email, phone, job title or department")
    empty_title = gettext_lazy("No contacts yet")
    empty_text = gettext_lazy("The people at your customers appear here. Add them on the customer's page.")

    def columns(self) -> Sequence[Column]:
        """The columns of the list."""
        return (
            Column(_("Name"), lambda contact: contact.name, "main", "name", lambda contact: contact.title),
            Column(_("Customer"), lambda contact: contact.customer.name, name="customer"),
            Column(_("Email"), lambda contact: contact.email, name="email"),
            Column(_("Phone"), lambda contact: formatting.phone(contact.phone or contact.mobile), name="phone"),
            Column(_("Job title"), lambda contact: contact.title, name="title", optional=True),
            Column(_("Department"), lambda contact: contact.department, name="department", optional=True),
            Column(_("Status"), _contact_badge, "badge", name="state"),
            *self.custom_columns(),
        )

    def all_rows(self) -> QuerySet[Any]:
        """Contacts with their customers."""
        return Contact.objects.select_related("customer")

    def chosen(self, rows: QuerySet[Any], chip: str) -> QuerySet[Any]:
        """Those who are there, or main contacts."""
        return rows.filter(is_primary=True) if chip == "main" else rows.filter(is_active=True)

    def href(self, row: Contact) -> str:
        """The people of the contact's customer."""
        return reverse("customers:contacts", args=[row.customer.public_id])


def _contact_badge(contact: Contact) -> StatusBadge:
    if not contact.is_active:
        return StatusBadge(_("Left"))
    return StatusBadge(_("Main contact"), "info") if contact.is_primary else StatusBadge(_("Contact"))
