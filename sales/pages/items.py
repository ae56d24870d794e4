"""The pages about items."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from bigledger_crm.kernel.errors import FieldError
from bigledger_crm.kernel.money import plain_price
from bigledger_crm.web.form_views import ServiceFormView
from sales.models import Item, TaxCode
from sales.pages.forms import ItemForm
from sales.queries import item_by_public_id
from sales.services import check_item, create_item, update_item


class ItemCreateView(ServiceFormView):
    """A new item."""

    resource = "items"

    def also_wrong(self, form: ItemForm) -> list[FieldError]:
        """By the rules."""
        return check_item(form.item_input())

    def make_form(self, data: Any = None) -> ItemForm:
        """An empty form."""
        return ItemForm(data, initial={"is_active": True, "type": "goods"}, tax_codes=_tax_codes())

    def save(self, form: ItemForm) -> str:
        """To the list."""
        item = create_item(self.actor, form.item_input())
        self.done(_("Item %(code)s created") % {"code": item.item_code})
        return reverse("sales:items")

    def get_context(self) -> dict[str, Any]:
        """Texts."""
        return {"title": _("New item"), "submit": _("Create item"), "back": reverse("sales:items")}


class ItemUpdateView(ServiceFormView):
    """An item's form."""

    resource = "items"
    item: Item

    def prepare(self, public_id: str = "") -> None:
        """The item."""
        self.item = item_by_public_id(public_id)

    def also_wrong(self, form: ItemForm) -> list[FieldError]:
        """By the rules."""
        return check_item(form.item_input(), self.item.tax_code)

    def make_form(self, data: Any = None) -> ItemForm:
        """What is stored."""
        names = ("item_code", "name", "type", "unit", "description", "is_active")
        own_code = [self.item.tax_code.code] if self.item.tax_code else []
        initial = {name: getattr(self.item, name) for name in names} | {"tax_code": "".join(own_code)}
        initial["unit_price"] = plain_price(self.item.unit_price, self.actor.company.currency)
        return ItemForm(data, initial=initial, tax_codes=sorted({*_tax_codes(), *own_code}))

    def save(self, form: ItemForm) -> str:
        """To the list."""
        update_item(self.actor, self.item, form.item_input())
        self.done(_("Changes saved"))
        return reverse("sales:items")

    def get_context(self) -> dict[str, Any]:
        """Texts."""
        return {"title": self.item.name, "submit": _("Save"), "back": reverse("sales:items")}


def _tax_codes() -> list[str]:
    return list(TaxCode.objects.filter(is_active=True).order_by("code").values_list("code", flat=True))
