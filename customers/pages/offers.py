"""Customers to choose while one types."""

from collections.abc import Sequence

from django.db.models import Q

from bigledger_crm.pages.offers import LIMIT, Offer, Options
from bigledger_crm.pages.searching import Wanted
from customers.models import Customer


def customer_label(customer: Customer) -> str:
    """What stands in the field of a chosen customer."""
    return f"{customer.name} ({customer.customer_number})"


class CustomerOptions(Options):
    """Active customers by words of their name, number and address of mail."""

    resource = "customers"

    def offers(self, wanted: Wanted | None) -> Sequence[Offer]:
        """By name, those whose name begins so first."""
        customers = Customer.objects.filter(status="active")
        if wanted is None:
            found = list(customers.order_by("name_sort", "pk")[:LIMIT])
        else:
            beginning = customers.filter(name_sort__startswith=wanted.start).order_by("name_sort", "pk")
            found = list(beginning[:LIMIT])
            if len(found) < LIMIT:
                within = Q(*(Q(search_text__contains=word) for word in wanted.words))
                others = customers.filter(within).exclude(pk__in=[customer.pk for customer in found])
                found += others.order_by("name_sort", "pk")[: LIMIT - len(found)]
        return [
            Offer(customer_label(one), one.name, f"{one.customer_number} · {one.email or one.phone}") for one in found
        ]
