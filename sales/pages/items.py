"""The pages about items."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bigledger_crm.custom_fields.pages.lists import CustomFieldListPage
from bigledger_crm.custom_fields.queries import fields_for
from bigledger_crm.custom_fields.rules import NO_FIELDS, DeclaredFields
from bigledger_crm.kernel.errors import FieldError
from bigledger_crm.kernel.money import plain_price
from bigledger_crm.web import formatting
from bigledger_crm.web.components import Action, Column, StatusBadge
from bigledger_crm.web.form_views import ServiceFormView
from bigledger_crm.web.lists import FilterField
from sales.filters import ItemFilters
from sales.models import Item, TaxCode
from sales.pages.forms import ItemForm
from sales.pages.labels import ITEM_TYPES
from sales.queries import item_by_public_id
from sales.services import check_item, create_item, update_item


class _ItemFormView(ServiceFormView):
    """A form with everything about an item."""

    resource = "items"
    item: Item | None = None

    @property
    def custom_fields(self) -> DeclaredFields:
        """Those of the company's items."""
        return fields_for(self.actor, "items")

    def also_wrong(self, form: ItemForm) -> list[FieldError]:
        """By the rules; custom fields know by themselves what is wrong with them."""
        return check_item(form.item_input(), NO_FIELDS, self.item)


class ItemCreateView(_ItemFormView):
    """A new item."""

    def make_form(self, data: Any = None) -> ItemForm:
        """An empty form."""
        initial = {"is_active": True, "type": "goods"}
        form = ItemForm(data, initial=initial, tax_codes=active_tax_codes(), country=self.actor.company.country)
        form.offer_custom_fields(self.custom_fields, None, self.actor.company.currency)
        return form

    def save(self, form: ItemForm) -> str:
        """To the list."""
        item = create_item(self.actor, form.item_input())
        self.done(_("Item %(code)s created") % {"code": item.item_code})
        return reverse("sales:items")

    def get_context(self) -> dict[str, Any]:
        """Texts."""
        return {"title": _("New item"), "submit": _("Create item"), "back": reverse("sales:items")}


class ItemUpdateView(_ItemFormView):
    """An item's form."""

    item: Item

    def prepare(self, public_id: str = "") -> None:
        """The item."""
        self.item = item_by_public_id(public_id)

    def make_form(self, data: Any = None) -> ItemForm:
        """What is stored."""
        names = ("item_code", "name", "type", "unit", "description", "is_active", "classification_code")
        own_code = [self.item.tax_code.code] if self.item.tax_code else []
        initial = {name: getattr(self.item, name) for name in names} | {"tax_code": "".join(own_code)}
        initial["unit_price"] = plain_price(self.item.unit_price, self.actor.company.currency)
        tax_codes = sorted({*active_tax_codes(), *own_code})
        form = ItemForm(data, initial=initial, tax_codes=tax_codes, country=self.actor.company.country)
        form.offer_custom_fields(self.custom_fields, self.item.custom_fields, self.actor.company.currency)
        return form

    def save(self, form: ItemForm) -> str:
        """To the list."""
        update_item(self.actor, self.item, form.item_input())
        self.done(_("Changes saved"))
        return reverse("sales:items")

    def get_context(self) -> dict[str, Any]:
        """Texts."""
        return {"title": self.item.name, "submit": _("Save"), "back": reverse("sales:items")}


def active_tax_codes() -> list[str]:
    """Those that can be chosen, in order."""
    return list(TaxCode.objects.filter(is_active=True).order_by("code").values_list("code", flat=True))


class ItemListView(CustomFieldListPage):
    """All items."""

    resource = "items"
    custom_fields_of = "items"
    filters = ItemFilters
    title = gettext_lazy("Items")
    sorts = {"code": "code_sort"}
    default_sort = "code"
    chips = (("active", gettext_lazy("Active")), ("inactive", gettext_lazy("Archived")))
    narrow_by = (
        FilterField("type", gettext_lazy("Type"), ITEM_TYPES),
        FilterField("taxCode", gettext_lazy("Tax code")),
    )
    search_label = gettext_lazy("Code or name")
    empty_title = gettext_lazy("No items yet")
    empty_text = gettext_lazy("Your goods and services appear here, with price and tax, ready for quotes and invoices.")
    create = Action(gettext_lazy("New item"), reverse_lazy("sales:new-item"), primary=True)

    def columns(self) -> Sequence[Column]:
        """The columns of the list; prices are in the company's currency."""
        currency = self.actor.company.currency
        return (
            Column(_("Code"), lambda item: item.item_code, "main", "code"),
            Column(_("Name"), lambda item: item.name, name="name"),
            Column(_("Status"), _item_badge, "badge", name="status"),
            Column(_("Type"), lambda item: ITEM_TYPES[item.type], name="type", optional=True),
            Column(_("Unit"), lambda item: item.unit, name="unit"),
            Column(_("Tax"), lambda item: item.tax_code.code if item.tax_code else None, name="tax"),
            Column(
                _("Unit price %(currency)s") % {"currency": currency},
                lambda item: formatting.unit_price(item.unit_price, currency),
                "figure",
                name="price",
                exact=lambda item: item.unit_price,
            ),
            *self.custom_columns(),
        )

    def all_rows(self) -> QuerySet[Any]:
        """Items with their taxes."""
        return Item.objects.select_related("tax_code")

    def chosen(self, rows: QuerySet[Any], chip: str) -> QuerySet[Any]:
        """Those sold, or no longer."""
        return rows.filter(is_active=chip == "active")

    def href(self, row: Item) -> str:
        """The item's form."""
        return reverse("sales:item", args=[row.public_id])


def _item_badge(item: Item) -> StatusBadge:
    return StatusBadge(_("Active"), "good") if item.is_active else StatusBadge(_("Archived"))
