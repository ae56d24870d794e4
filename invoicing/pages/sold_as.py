"""What lists of invoices and credit notes can be narrowed by as reports group sales: item, tags and country."""

from django.utils.translation import gettext_lazy

from bigledger_crm.web import formatting
from bigledger_crm.web.components import Text
from bigledger_crm.web.lists import FilterField, Picker
from invoicing.filters import CountryFilter, SoldItemFilter
from sales.models import Item
from sales.queries import item_by_public_id

_NO_ITEM: dict[str, Text] = {
    SoldItemFilter.NONE: gettext_lazy("Without an item"),
    SoldItemFilter.SHIPPING: gettext_lazy("Shipping"),
}
_NO_COUNTRY: dict[str, Text] = {CountryFilter.NONE: gettext_lazy("Without a country")}


def _word(words: dict[str, Text], text: str) -> tuple[str, str] | None:
    return next(((word, str(label)) for word, label in words.items() if text in (word, str(label))), None)


def _picked_item(text: str) -> tuple[str, str] | None:
    """By its public id or its code, or what isn't one.  Raises NotFound for an id that the company hasn't."""
    of_id = text.startswith(f"{Item.PREFIX}_")
    item = item_by_public_id(text) if of_id else Item.objects.filter(item_code__iexact=text).first()
    return (item.public_id, item.item_code) if item else _word(_NO_ITEM, text)


def _picked_country(text: str) -> tuple[str, str] | None:
    """By its code."""
    code = text.upper()
    is_known = len(code) == 2 and formatting.country(code) != code
    return (code, code) if is_known else _word(_NO_COUNTRY, text)


SOLD_AS = (
    FilterField("itemId", gettext_lazy("Item"), picker=Picker(_picked_item, "sales:item-options")),
    FilterField("tags", gettext_lazy("Tags")),
    FilterField("tagged", gettext_lazy("Has tags"), {"true": gettext_lazy("Yes"), "false": gettext_lazy("No")}),
    FilterField("country", gettext_lazy("Country"), picker=Picker(_picked_country)),
)
