"""The resource of items."""

from django.http.response import HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from bigledger_crm.api.answers import Answer
from bigledger_crm.api.bulk import BulkMixin
from bigledger_crm.api.listing import Listing
from bigledger_crm.api.paging import by_number, by_text, by_time
from bigledger_crm.api.responses import Deleted, created, single
from bigledger_crm.custom_fields.api.listing import CustomFieldsMixin
from bigledger_crm.custom_fields.errors import CustomFieldTaken
from sales import catalogue_inputs
from sales.api.catalogue_inputs import ItemInput, ItemUpdate
from sales.api.item_responses import ITEM_COLUMNS, ItemObject, item_row, show_item
from sales.errors import ItemCodeTaken, ItemInUse
from sales.filters import ItemFilters
from sales.models import Item
from sales.queries import item_by_public_id
from sales.services import create_item, delete_item, update_item


class ItemViewSet(CustomFieldsMixin, BulkMixin):
    """Items."""

    resource = "items"
    custom_fields_of = "items"
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
    noun = "Item"
    row_input = ItemInput

    def get_object(self) -> Item:
        """The item of the path."""
        return item_by_public_id(self.kwargs["public_id"])

    def serialize(self, row: Item) -> ItemObject:
        """The whole item."""
        return show_item(row, self.custom_fields)

    @extend_schema(responses=Answer(ItemObject))
    def list(self, request: Request) -> Response:
        """A page of items."""
        return self.page(Item.objects.all(), item_row(self.custom_fields))

    @extend_schema(request=ItemInput, responses=Answer(ItemObject, 201, refuses=[ItemCodeTaken, CustomFieldTaken]))
    def create(self, request: Request) -> Response:
        """A new item."""
        made = self.create_row(self.input(ItemInput, self.noun))
        return created(made, f"/items/{made.id}")

    @extend_schema(responses=Answer(ItemObject))
    def retrieve(self, request: Request, public_id: str) -> HttpResponseBase:
        """One item."""
        return self.one()

    @extend_schema(request=ItemUpdate, responses=Answer(ItemObject, refuses=[ItemCodeTaken, CustomFieldTaken]))
    def update(self, request: Request, public_id: str) -> Response:
        """Changes the fields sent; documents keep what they say."""
        item = self.get_object()
        return single(self.serialize(update_item(self.actor, item, self.input(ItemUpdate, self.noun, item=item))))

    partial_update = update

    @extend_schema(responses=Answer(Deleted, refuses=[ItemInUse]))
    def destroy(self, request: Request, public_id: str) -> Response:
        """Deletes an item that no document has a line of."""
        delete_item(self.actor, self.get_object())
        return Response(Deleted(id=public_id))

    def create_row(self, values: catalogue_inputs.ItemInput) -> ItemObject:
        """One item."""
        return self.serialize(create_item(self.actor, values))
