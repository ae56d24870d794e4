"""Items as rows of files."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from bigledger_crm.imports.applying import apply_rows, changes_between, each, facts_of, inputs_of, locking, remove_each
from bigledger_crm.imports.kinds import ImportField, ImportKind, RowResult, Values
from bigledger_crm.kernel import ids
from bigledger_crm.kernel.errors import DomainError, NotFound
from bigledger_crm.tenancy.actor import Actor
from sales.catalogue_inputs import ItemInput
from sales.importing.sources import ITEM_SOURCES
from sales.models import Item
from sales.services import create_item, delete_item, update_item

_LONGEST_CODE = 50
_TYPES = {
    **dict.fromkeys(("goods", "good", "product", "inventory", "stock", "consumable", "non-inventory"), "goods"),
    **dict.fromkeys(("service", "services", "labour", "labor"), "service"),
}
FIELDS = (
    ImportField(
        name="itemCode",
        label=_("Item code"),
        known_as=("code", "sku", "item no", "item number", "product code", "internal reference", "part number"),
    ),
    ImportField(
        name="name",
        label=_("Name"),
        known_as=("item name", "product name", "product", "item", "product service name", "title"),
    ),
    ImportField(name="id", label=_("ID in BigLedger CRM"), known_as=("bigledger id",)),
    ImportField(name="description", label=_("Description"), known_as=("sales description", "notes", "details")),
    ImportField(
        name="unitPrice",
        label=_("Unit price"),
        type="number",
        known_as=("price", "sales price", "rate", "selling price", "sales price rate", "list price"),
    ),
    ImportField(name="unit", label=_("Unit"), known_as=("unit of measure", "uom", "usage unit", "unit name")),
    ImportField(name="type", label=_("Type"), type="choice", known_as=("product type", "item type"), choices=_TYPES),
    ImportField(name="taxCode", label=_("Tax code"), known_as=("tax", "tax name", "sales tax")),
    ImportField(name="classificationCode", label=_("Classification code"), known_as=("lhdn classification",)),
    ImportField(name="isActive", label=_("Active"), type="yes_no", known_as=("enabled", "status")),
)


def _key(values: Values, match_by: str) -> str:
    """What tells items apart, without case."""
    return str(values[match_by]).strip().upper()


def _find(wanted: Sequence[str], match_by: str) -> Mapping[str, Sequence[Item]]:
    rows = Item.objects.select_related("tax_code")
    if match_by == "id":
        rows = rows.filter(pk__in=[pk for key in wanted if (pk := ids.decode(Item.PREFIX, key.lower()))])
    else:
        column = "item_code" if match_by == "itemCode" else "name"
        rows = rows.annotate(upper=Upper(column)).filter(upper__in=wanted)
    found: dict[str, list[Item]] = defaultdict(list)
    for item in rows:
        told = {"id": item.public_id, "itemCode": item.item_code, "name": item.name}
        found[_key(told, match_by)].append(item)
    return found


def _apply(actor: Actor, rows: Sequence[Values], match_by: str) -> list[RowResult]:
    there = _find([_key(values, match_by) for values in rows], match_by)

    def found(values: Values) -> Sequence[Item]:
        """Of codes that differ in case the very same."""
        several = there.get(_key(values, match_by), ())
        exact = [item for item in several if match_by == "itemCode" and item.item_code == values["itemCode"]]
        return exact or several

    return apply_rows(
        rows,
        match_by,
        found,
        lambda new: each(new, lambda values: _create(actor, values, match_by)),
        lambda item, values: _update(actor, item, values),
    )


def _create(actor: Actor, values: Values, match_by: str) -> Item:
    """A new item; one that is told by its name has that as its code, unless it has another."""
    if match_by == "id":
        raise NotFound("Item", str(values["id"]))
    code = {"itemCode": str(values["name"])[:_LONGEST_CODE]} if match_by == "name" else {}
    return create_item(actor, _inputs({**code, **values}, None))


def _update(actor: Actor, item: Item, values: Values) -> Mapping[str, Sequence[Any]]:
    before = _facts(item, values)
    return changes_between(before, _facts(update_item(actor, item, _inputs(values, item)), values))


def _facts(item: Item, values: Values) -> dict[str, Any]:
    facts = facts_of(item, [name for name in values if name != "id"])
    if "taxCode" in facts:
        facts["taxCode"] = item.tax_code.code if item.tax_code else None
    return facts


def _inputs(values: Values, item: Item | None) -> ItemInput:
    return ItemInput(**inputs_of({name: value for name, value in values.items() if name != "id"}, item))


def _remove(actor: Actor, keys: Sequence[UUID]) -> Mapping[UUID, DomainError]:
    return remove_each(keys, lambda pk: delete_item(actor, _item(pk)))


def _restore(actor: Actor, pk: UUID, values: Values) -> None:
    item = _item(pk)
    update_item(actor, item, _inputs(values, item))


def _item(pk: UUID) -> Item:
    item = Item.objects.filter(pk=pk).first()
    if item is None:
        raise NotFound("Item", ids.encode(Item.PREFIX, pk))
    return item


ITEMS = ImportKind(
    name="items",
    label=_("Items"),
    noun="Item",
    object_type="item",
    resource="items",
    fields=FIELDS,
    match_by=("id", "itemCode", "name"),
    key=_key,
    apply=_apply,
    remove=_remove,
    restore=_restore,
    lock=locking(Item),
    sources=ITEM_SOURCES,
    takes_custom_fields=True,
)
