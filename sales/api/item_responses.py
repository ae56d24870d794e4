"""Items as they are in JSON."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from bigledger_crm.api.responses import ApiStruct, text, timestamp, word
from bigledger_crm.custom_fields.rules import DeclaredFields
from bigledger_crm.kernel import ids
from sales.api.document_responses import ItemType, price
from sales.models import Item


class ItemObject(ApiStruct):
    """An item; the unit price is in the company's currency."""

    id: str
    item_code: str
    name: str
    description: str | None
    unit: str | None
    type: ItemType
    unit_price: Decimal
    tax_code: str | None
    classification_code: str | None
    is_active: bool
    custom_fields: dict[str, Any]
    created_at: str | None
    updated_at: str | None


ITEM_COLUMNS = (
    "id",
    "item_code",
    "name",
    "description",
    "unit",
    "type",
    "unit_price",
    "tax_code__code",
    "classification_code",
    "is_active",
    "custom_fields",
    "created_at",
    "updated_at",
)


def item_object(
    pk: UUID,
    code: str,
    name: str,
    description: str,
    unit: str,
    type_: str,
    unit_price: Decimal,
    tax_code: str | None,
    classification_code: str,
    is_active: bool,
    custom_fields: dict[str, Any],
    created_at: datetime,
    updated_at: datetime,
) -> ItemObject:
    """An item from ITEM_COLUMNS, with the custom fields that are shown."""
    return ItemObject(
        id=ids.encode(Item.PREFIX, pk),
        item_code=code,
        name=name,
        description=text(description),
        unit=text(unit),
        type=word(type_),
        unit_price=price(unit_price),
        tax_code=tax_code,
        classification_code=text(classification_code),
        is_active=is_active,
        custom_fields=custom_fields,
        created_at=timestamp(created_at),
        updated_at=timestamp(updated_at),
    )


def item_row(declared: DeclaredFields) -> Callable[..., ItemObject]:
    """Makes items from ITEM_COLUMNS; `declared` are the custom fields of items."""
    place = ITEM_COLUMNS.index("custom_fields")

    def make(*columns: Any) -> ItemObject:
        values: Any = (*columns[:place], declared.shown(columns[place]), *columns[place + 1 :])
        return item_object(*values)

    return make


def show_item(item: Item, declared: DeclaredFields) -> ItemObject:
    """A whole item; `declared` are the custom fields of items."""
    return item_object(
        item.pk,
        item.item_code,
        item.name,
        item.description,
        item.unit,
        item.type,
        item.unit_price,
        item.tax_code.code if item.tax_code is not None else None,
        item.classification_code,
        item.is_active,
        declared.shown(item.custom_fields),
        item.created_at,
        item.updated_at,
    )
