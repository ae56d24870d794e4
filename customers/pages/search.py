"""What the search over everything finds among customers and their people."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.web.search import SearchProvider, SearchQuery, SearchResult, newest
from customers.models import Contact, Customer
from customers.pages.labels import STATES


def find_customers(wanted: SearchQuery, actor: Actor, limit: int) -> list[SearchResult]:
    """Customers by words of their name, email address and number, by phone, or by the beginning of their name."""
    condition = wanted.within("search_text")
    if wanted.digits:
        condition = (condition or Q()) | Q(phone__contains=wanted.digits)
    if condition is None:
        beginning = Customer.objects.filter(name_sort__startswith=wanted.start).order_by("name_sort", "pk")
        customers = list(beginning[:limit])
    else:
        customers = newest(Customer.objects.all(), condition, limit)
    return [
        SearchResult(
            customer.name,
            "customers:detail",
            customer.public_id,
            customer.customer_number,
            badge=STATES[customer.status],
        )
        for customer in customers
    ]


def find_contacts(wanted: SearchQuery, actor: Actor, limit: int) -> list[SearchResult]:
    """People at customers, by words of their name, email address, title and telephone."""
    condition = wanted.within("search_text")
    if wanted.digits:
        condition = (condition or Q()) | Q(search_text__contains=wanted.digits)
    contacts = newest(Contact.objects.select_related("customer"), condition, limit)
    return [
        SearchResult(contact.name, "customers:detail", contact.customer.public_id, contact.customer.name)
        for contact in contacts
    ]


CUSTOMERS = SearchProvider(_("Customers"), "customers", find_customers, "users", "customers:list")
CONTACTS = SearchProvider(_("Contacts"), "customers", find_contacts, "person")
