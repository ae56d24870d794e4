"""The pages about items."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bigledger_crm.kernel.text import fold
from bigledger_crm.pages import formats
from bigledger_crm.pages.components import Column, Move, Pill
from bigledger_crm.pages.forms import FormPage
from bigledger_crm.pages.lists import ListPage
from sales.models import Item, TaxCode
from sales.pages.forms import ItemForm
from sales.queries import item_by_public_id
from sales.services import create_item, update_item


class ItemList(ListPage):
    """All items."""

    resource = "items"
    title = gettext_lazy("Items")
    sorts = {"code": "item_code"}
    default_sort = "code"
    chips = (("active", gettext_lazy("Sold")), ("inactive", gettext_lazy("No longer sold")))
    search_label = gettext_lazy("Code or name")
    empty_title = gettext_lazy("No items yet")
    empty_text = gettext_lazy("What you sell, with its price and tax, ready to be put on quotes and invoices.")
    create = Move(gettext_lazy("New item"), reverse_lazy("sales:new-item"), primary=True)

    def columns(self) -> Sequence[Column]:
        """What the list shows; prices are in the company's currency."""
        currency = self.actor.company.currency
        price = _("Unit price %(currency)s") % {"currency": currency}
        return (
            Column(_("Code"), lambda item: item.item_code, "main", "code"),
            Column(_("Name"), lambda item: item.name),
            Column(_("Status"), _pill, "pill"),
            Column(_("Unit"), lambda item: item.unit),
            Column(_("Tax"), lambda item: item.tax_code.code if item.tax_code else None),
            Column(price, lambda item: formats.unit_price(item.unit_price, currency), "figure"),
        )

    def rows(self, chip: str, search: str) -> QuerySet[Any]:
        """Items by part of their code or name."""
        items = Item.objects.select_related("tax_code")
        if chip:
            items = items.filter(is_active=chip == "active")
        return items.filter(search_text__contains=fold(search)) if search else items

    def href(self, row: Item) -> str:
        """The item's form."""
        return reverse("sales:item", args=[row.public_id])


def _pill(item: Item) -> Pill:
    return Pill(_("Sold"), "good") if item.is_active else Pill(_("No longer sold"))


class NewItem(FormPage):
    """A new item."""

    resource = "items"

    def make_form(self, data: Any = None) -> ItemForm:
        """An empty form."""
        return ItemForm(data, initial={"is_active": True}, tax_codes=_tax_codes())

    def save(self, form: ItemForm) -> str:
        """To the list."""
        item = create_item(self.actor, _service_fields(form))
        self.done(_("%(code)s can be sold now.") % {"code": item.item_code})
        return reverse("sales:items")

    def describe(self) -> dict[str, Any]:
        """Texts."""
        return {"title": _("New item"), "submit": _("Create item"), "back": reverse("sales:items")}


class EditItem(FormPage):
    """An item's form."""

    resource = "items"
    item: Item

    def prepare(self, public_id: str = "") -> None:
        """The item."""
        self.item = item_by_public_id(public_id)

    def make_form(self, data: Any = None) -> ItemForm:
        """What is stored."""
        names = ("item_code", "name", "unit", "unit_price", "description", "is_active")
        own_code = [self.item.tax_code.code] if self.item.tax_code else []
        initial = {name: getattr(self.item, name) for name in names} | {"tax_code": "".join(own_code)}
        return ItemForm(data, initial=initial, tax_codes=sorted({*_tax_codes(), *own_code}))

    def save(self, form: ItemForm) -> str:
        """To the list."""
        update_item(self.actor, self.item, _service_fields(form))
        self.done(_("Saved."))
        return reverse("sales:items")

    def describe(self) -> dict[str, Any]:
        """Texts."""
        return {"title": self.item.name, "submit": _("Save"), "back": reverse("sales:items")}


def _tax_codes() -> list[str]:
    return list(TaxCode.objects.filter(is_active=True).order_by("code").values_list("code", flat=True))


def _service_fields(form: ItemForm) -> dict[str, Any]:
    return {**form.cleaned_data, "tax_code": form.cleaned_data["tax_code"] or None}
