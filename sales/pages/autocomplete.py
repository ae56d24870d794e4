"""Items to choose while one types."""

from collections.abc import Sequence

from django import forms
from django.db.models import Case, Q, When

from bigledger_crm.kernel.money import plain_price
from bigledger_crm.web import formatting
from bigledger_crm.web.autocomplete import LIMIT, AutocompleteView, Suggestion
from bigledger_crm.web.search import SearchQuery
from customers.pages.autocomplete import find_customer
from sales.models import Item


class ItemAutocompleteView(AutocompleteView):
    """Active items by words of their code and name; what an item says of itself fills an empty line.

    Its price is in the company's currency, so it fills only lines of a document in it: one for the `customer`, or of
    the `currency`.
    """

    resource = "items"

    def suggestions(self, wanted: SearchQuery | None) -> Sequence[Suggestion]:
        """Items by code: the one that has just this code first, then those whose code begins so."""
        items = Item.objects.filter(is_active=True)
        if wanted:
            typed = self.request.GET.get("q", "").replace("\0", "").strip()
            rank = Case(When(item_code__iexact=typed, then=0), When(item_code__istartswith=typed, then=1), default=2)
            items = items.filter(Q(*(Q(search_text__contains=word) for word in wanted.words))).order_by(
                rank, "code_sort"
            )
        else:
            items = items.order_by("code_sort")
        found = list(items[:LIMIT])
        prices_fill = self._currency() == self.actor.company.currency
        return [self._offer(item, prices_fill) for item in found]

    def _offer(self, item: Item, prices_fill: bool) -> Suggestion:
        currency = self.actor.company.currency
        fills = {"description": item.description or item.name}
        if prices_fill:
            fills["unit_price"] = plain_price(item.unit_price, currency)
        if item.unit:
            fills["unit"] = item.unit
        price = f"{currency}\u00a0{formatting.unit_price(item.unit_price, currency)}"
        note = f"{item.item_code} · {item.unit}" if item.unit else item.item_code
        return Suggestion(item.item_code, item.name, note, price, fills)

    def _currency(self) -> str:
        asked = self.request.GET
        if currency := asked.get("currency"):
            return currency
        try:
            customer = find_customer(asked.get("customer", ""))
        except forms.ValidationError:
            return ""
        return customer.currency if customer else self.actor.company.currency
