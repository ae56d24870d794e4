"""A customer's page: one frame, and panels that the apps above fill too.  A panel is a page of its own as well."""

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bigledger_crm.custom_fields.pages.values import people_of_company, value_details
from bigledger_crm.custom_fields.queries import fields_for
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.own_records import may_see
from bigledger_crm.web.components import Action, Column, Text, make_table
from bigledger_crm.web.notes_and_files import NOTES_AND_FILES_PARTIALS, Annotatable
from bigledger_crm.web.timeline import timeline
from bigledger_crm.web.views import CompanyView
from customers.models import Contact, Customer
from customers.pages.extensions import CustomerTab, customer_page
from customers.pages.labels import RECEIVES, STATES
from customers.queries import customer_by_public_id, customer_with_owner
from customers.services import attach_to_customer, detach_from_customer

NEWEST = 20
FIRST_TABS = (
    CustomerTab("customers:detail", gettext_lazy("Overview"), "customers"),
    CustomerTab("customers:contacts", gettext_lazy("Contacts"), "customers"),
)
LAST_TABS = (
    CustomerTab("customers:activity", gettext_lazy("Activity"), "customers"),
    CustomerTab("customers:attachments", gettext_lazy("Files"), "customers"),
)

CUSTOMER = Annotatable(
    "customers",
    "customer",
    "customers:detail",
    customer_by_public_id,
    lambda customer: [customer.pk],
    lambda actor, customer, filename, content: attach_to_customer(actor, customer, filename=filename, content=content),
    detach_from_customer,
)


def customer_href(public_id: str) -> str:
    """The page of a customer."""
    return reverse("customers:detail", args=[public_id])


class CustomerTabView(CompanyView):
    """One panel; `place` is the page of its tab, `panel` the template that fills it."""

    resource = "customers"
    place: ClassVar[str]
    panel: ClassVar[str]

    def get(self, request: HttpRequest, public_id: str) -> HttpResponse:
        """The customer's page with this panel, or the panel alone."""
        customer = customer_with_owner(public_id)
        kept = customer.merged_into
        self.partials = {"panel": "customers/panel.html", "summary": self.panel, **NOTES_AND_FILES_PARTIALS}  # type: ignore[misc]
        filled = self.fill(customer)
        return self.page(
            "customers/customer.html",
            title=customer.name,
            badge=STATES[customer.status],
            lead=customer.customer_number,
            customer=customer,
            merged_into=kept if kept is not None and may_see(Customer, kept.pk) else None,
            actions=customer_buttons(customer, self.actor) if self.actor.may("customers", "write") else [],
            panels=[
                (tab.page.replace(":", "-"), tab.label, reverse(tab.page, args=[public_id]), tab.page == self.place)
                for tab in (*FIRST_TABS, *customer_page().tabs, *LAST_TABS)
                if self.actor.may(tab.resource, "read")
            ],
            panel=self.panel,
            **filled,
        )

    def fill(self, customer: Customer) -> dict[str, Any]:
        """What the panel's template needs; `status` where what was asked can't be."""
        raise NotImplementedError


def customer_buttons(customer: Customer, actor: Actor) -> list[Action]:
    """What may be done with a customer; nothing with one that was merged into another or anonymised."""
    if customer.merged_into_id or customer.anonymised_at:
        return []

    def to(name: str) -> str:
        return reverse(f"customers:{name}", args=[customer.public_id])

    merge = Action(_("Merge"), to("merge"), more=True, icon="git-merge")
    for_person = [
        Action(_("Prepare archive"), to("archive"), dialog=True, more=True, icon="archive"),
        Action(_("Erase personal data"), to("erase"), danger=True, more=True, icon="trash-2"),
    ]
    return [
        Action(_("Delete"), to("delete"), danger=True, dialog=True, more=True, icon="ban"),
        *(for_person if actor.may("privacy", "manage") else []),
        *([merge] if actor.may("customers", "merge") else []),
        Action(_("Edit"), to("edit"), icon="pencil"),
        *filter(None, (button(customer) for button in customer_page().buttons)),
    ]


class CustomerRowsTabView(CustomerTabView):
    """The newest rows of a kind, and the way to all of them."""

    panel = "customers/panels/rows.html"
    everything: ClassVar[str]
    empty: ClassVar[tuple[Text, Text]]

    def columns(self) -> Sequence[Column]:
        """The columns."""
        raise NotImplementedError

    def rows(self, customer: Customer) -> Any:
        """The customer's rows, newest first."""
        raise NotImplementedError

    def href(self) -> Callable[[Any], str]:
        """What gives a row's page."""
        raise NotImplementedError

    def fill(self, customer: Customer) -> dict[str, Any]:
        """The table."""
        rows = list(self.rows(customer)[: NEWEST + 1])
        return {
            "table": make_table(self.columns(), rows[:NEWEST], self.href()),
            "has_more": len(rows) > NEWEST,
            "everything": f"{reverse(self.everything)}?customerId={customer.public_id}",
            "empty_title": self.empty[0],
            "empty_text": self.empty[1],
        }


class CustomerContactsView(CustomerTabView):
    """The people."""

    place, panel = "customers:contacts", "customers/panels/contacts.html"

    def fill(self, customer: Customer) -> dict[str, Any]:
        """The contacts, the primary one first."""
        contacts = Contact.objects.filter(customer=customer).order_by("-is_primary", "created_at", "id")
        declared, company = fields_for(self.actor, "contacts"), self.actor.company
        people = people_of_company() if any(field.type == "person" for field in declared.present) else {}
        return {
            "contacts": [
                (contact, _receives(contact), value_details(declared, contact.custom_fields, company.currency, people))
                for contact in contacts
            ],
            "may_write": self.actor.may("customers", "write")
            and not (customer.merged_into_id or customer.anonymised_at),
            "may_archive": self.actor.may("privacy", "manage"),
        }


def _receives(contact: Contact) -> str:
    return ", ".join(str(RECEIVES[kind]) for kind in contact.receives)


class CustomerActivityView(CustomerTabView):
    """Everything that happened, with notes."""

    place, panel = "customers:activity", "components/timeline.html"

    def fill(self, customer: Customer) -> dict[str, Any]:
        """The timeline."""
        return {**CUSTOMER.context_for(self.actor, customer), "timeline": timeline(self.request, customer.pk)}


class CustomerFilesView(CustomerTabView):
    """The files attached to the customer."""

    place, panel = "customers:attachments", "components/files.html"

    def fill(self, customer: Customer) -> dict[str, Any]:
        """The files."""
        return CUSTOMER.context_for(self.actor, customer)
