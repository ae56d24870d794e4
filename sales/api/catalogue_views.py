"""The addresses of items and tax codes."""

from django.http import HttpRequest, HttpResponse

from bigledger_crm.api.listing import Listing
from bigledger_crm.api.operations import operation
from bigledger_crm.api.paging import by_number, by_text, by_time
from bigledger_crm.api.responses import Deleted, single, success
from bigledger_crm.api.serializers import validated
from bigledger_crm.api.views import ApiView, SingleView
from sales.api.inputs import ItemInput, ItemUpdate, TaxCodeInput, TaxCodeUpdate
from sales.api.objects import (
    ITEM_COLUMNS,
    ItemObject,
    TaxCodeObject,
    item_object,
    show_item,
    show_tax_code,
    tax_code_object,
)
from sales.errors import ItemCodeTaken, ItemInUse, TaxCodeInUse, TaxCodeTaken
from sales.filters import ItemFilters, TaxCodeFilters
from sales.models import Item, TaxCode
from sales.queries import item_by_public_id, rates_by_tax_code, tax_code_by_public_id
from sales.services import (
    create_item,
    create_tax_code,
    delete_item,
    delete_tax_code,
    update_item,
    update_tax_code,
)


class ItemList(ApiView):
    """All items; a new item."""

    resource = "items"
    listing = Listing(
        row=ItemObject,
        columns=ITEM_COLUMNS,
        sorts={
            "itemCode": by_text("code_sort"),
            "name": by_text("name"),
            "unitPrice": by_number("unit_price"),
            "createdAt": by_time("created_at"),
        },
        default_sort="itemCode",
        filters=ItemFilters,
    )

    @operation(gives=ItemObject)
    def get(self, request: HttpRequest) -> HttpResponse:
        """A page of items."""
        return self.list_page(Item.objects.all(), item_object)

    @operation(gives=ItemObject, takes=ItemInput, status=201, refuses=(ItemCodeTaken,))
    def post(self, request: HttpRequest) -> HttpResponse:
        """A new item."""
        self.no_parameters()
        item = create_item(self.actor, self.input(ItemInput, "Item"))
        return self.created(show_item(item), f"/items/{item.public_id}")


class ItemDetail(SingleView[Item]):
    """One item."""

    resource = "items"

    def find(self, public_id: str) -> Item:
        """The item of the path."""
        return item_by_public_id(public_id)

    def show(self, row: Item) -> ItemObject:
        """The whole item."""
        return show_item(row)

    @operation(gives=ItemObject, takes=ItemUpdate, refuses=(ItemCodeTaken,))
    def put(self, request: HttpRequest, public_id: str) -> HttpResponse:
        """Changes the fields sent; documents keep what they say."""
        self.no_parameters()
        item = self.row
        values = validated(ItemUpdate, self.body(), "Item", actor=self.actor, item=item)
        return single(show_item(update_item(self.actor, item, values)))

    patch = put

    @operation(gives=Deleted, refuses=(ItemInUse,))
    def delete(self, request: HttpRequest, public_id: str) -> HttpResponse:
        """Deletes an item that no document has a line of."""
        self.no_parameters()
        delete_item(self.actor, self.row)
        return success(Deleted(id=public_id))


class TaxCodeList(ApiView):
    """All tax codes; a new tax code."""

    resource = "tax-codes"
    listing = Listing(
        row=TaxCodeObject,
        columns=("id", "code", "name", "is_active"),
        sorts={"code": by_text("code")},
        default_sort="code",
        filters=TaxCodeFilters,
    )

    @operation(gives=TaxCodeObject)
    def get(self, request: HttpRequest) -> HttpResponse:
        """A page of tax codes."""
        today = self.actor.today()
        rates = rates_by_tax_code()
        return self.list_page(
            TaxCode.objects.all(),
            lambda pk, code, name, is_active: tax_code_object(pk, code, name, is_active, rates.get(pk, []), today),
        )

    @operation(gives=TaxCodeObject, takes=TaxCodeInput, status=201, refuses=(TaxCodeTaken,))
    def post(self, request: HttpRequest) -> HttpResponse:
        """A new tax code."""
        self.no_parameters()
        tax_code = create_tax_code(self.actor, self.input(TaxCodeInput, "Tax code"))
        return self.created(show_tax_code(tax_code, self.actor.today()), f"/tax-codes/{tax_code.public_id}")


class TaxCodeDetail(SingleView[TaxCode]):
    """One tax code."""

    resource = "tax-codes"

    def find(self, public_id: str) -> TaxCode:
        """The tax code of the path."""
        return tax_code_by_public_id(public_id)

    def show(self, row: TaxCode) -> TaxCodeObject:
        """The whole tax code."""
        return show_tax_code(row, self.actor.today())

    @operation(gives=TaxCodeObject, takes=TaxCodeUpdate)
    def put(self, request: HttpRequest, public_id: str) -> HttpResponse:
        """Changes the fields sent; `rate` holds from today on, `rates` replaces all; documents keep their rates."""
        self.no_parameters()
        tax_code = self.row
        values = self.input(TaxCodeUpdate, "Tax code")
        return single(self.show(update_tax_code(self.actor, tax_code, values)))

    patch = put

    @operation(gives=Deleted, refuses=(TaxCodeInUse,))
    def delete(self, request: HttpRequest, public_id: str) -> HttpResponse:
        """Deletes a tax code that nothing names."""
        self.no_parameters()
        delete_tax_code(self.actor, self.row)
        return success(Deleted(id=public_id))
