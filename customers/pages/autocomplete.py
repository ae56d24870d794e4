"""Customers to choose while one types."""

import re
from collections.abc import Sequence

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _

from bigledger_crm.kernel.text import clean_line, fold
from bigledger_crm.web import formatting
from bigledger_crm.web.autocomplete import LIMIT, AutocompleteView, Suggestion
from bigledger_crm.web.lists import Picker
from bigledger_crm.web.search import SearchQuery
from customers.models import Customer
from customers.queries import MAX_SORT_KEY, customer_by_public_id

_IN_BRACKETS = re.compile(r".*\(([^()]+)\)", re.DOTALL)


def customer_label(customer: Customer) -> str:
    """What stands in the field of a chosen customer."""
    return f"{customer.name} ({customer.customer_number})"


def find_customer(text: str) -> Customer | None:
    """The one customer that a number, a full name or a label means.  Raises ValidationError when several do."""
    text = clean_line(text)
    if not text:
        return None
    numbers = [text, *(inside[1] for inside in [_IN_BRACKETS.fullmatch(text)] if inside)]
    for number in numbers:
        # Without an order: in that of a key the database might walk over all customers.
        if found := list(Customer.objects.filter(customer_number__iexact=number, merged_into=None).order_by()[:1]):
            return found[0]
    wanted = fold(text)
    same = Customer.objects.filter(name_sort=wanted[:MAX_SORT_KEY], merged_into=None)
    # Compared here: a database of locale C knows no capitals beyond ASCII.
    found = [customer for customer in same if fold(customer.name) == wanted]
    if len(found) > 1:
        raise forms.ValidationError(_("Several customers have this name. Enter the customer number."))
    return found[0] if found else None


def _picked(text: str) -> tuple[str, str] | None:
    """By the public id too.  Raises NotFound for one that the company hasn't."""
    customer = customer_by_public_id(text) if text.startswith(f"{Customer.PREFIX}_") else find_customer(text)
    return (customer.public_id, customer_label(customer)) if customer else None


CUSTOMER = Picker(_picked, "customers:options")


class CustomerAutocompleteView(AutocompleteView):
    """Active customers by words of their name, number and email address."""

    resource = "customers"

    def suggestions(self, wanted: SearchQuery | None) -> Sequence[Suggestion]:
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
            Suggestion(
                customer_label(one),
                one.name,
                f"{one.customer_number} · {one.email or formatting.phone(one.phone)}",
                exact=one.customer_number,
            )
            for one in found
        ]
