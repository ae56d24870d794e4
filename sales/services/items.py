"""Creating, changing and deleting items."""

import re
from collections.abc import Iterable
from typing import Any

from django.db import IntegrityError, transaction
from msgspec import UNSET, UnsetType

from bigledger_crm.custom_fields.queries import fields_for
from bigledger_crm.custom_fields.rules import DeclaredFields
from bigledger_crm.custom_fields.services import write_refusal
from bigledger_crm.kernel import clock, text
from bigledger_crm.kernel.changes import apply_changes
from bigledger_crm.kernel.errors import FieldError, InvalidData, field_error, first_per_field
from bigledger_crm.kernel.money import decimals_of
from bigledger_crm.outbox.events import record
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.queries import counts_of_references
from sales import rules
from sales.catalogue_inputs import ItemInput
from sales.errors import ItemCodeTaken, ItemInUse
from sales.models import Item
from sales.queries import active_tax_code

_NEVER_EMPTY = ("item_code", "name", "unit_price")


@transaction.atomic
def create_item(actor: Actor, inputs: ItemInput) -> Item:
    """A new item.  Raises InvalidData, ItemCodeTaken, CustomFieldTaken."""
    values, errors = _clean_item(inputs, fields_for(actor, "items"))
    missing = [name for name in _NEVER_EMPTY if values.get(name) in (None, "")]
    if errors := first_per_field([*errors, *_required(missing)]):
        raise InvalidData("Item", errors)
    item = Item(company=actor.company, **values)
    _save(item, None)
    record(actor, "item.created", item.pk)
    return item


@transaction.atomic
def update_item(actor: Actor, item: Item, inputs: ItemInput) -> Item:
    """Changes what is given only; documents keep what they say.

    Raises InvalidData, ItemCodeTaken, CustomFieldTaken.
    """
    stored = Item.objects.select_for_update(of=("self",)).select_related("tax_code").get(pk=item.pk)
    values, errors = _clean_item(inputs, fields_for(actor, "items"), stored)
    emptied = [name for name in _NEVER_EMPTY if name in values and values[name] in (None, "")]
    if errors := first_per_field([*errors, *_required(emptied)]):
        raise InvalidData("Item", errors)
    changes = apply_changes(stored, values)
    if not changes:
        return stored
    stored.updated_at = clock.now()
    _save(stored, [*changes, "updated_at", "search_text"])
    record(actor, "item.updated", stored.pk)
    return stored


@transaction.atomic
def delete_item(actor: Actor, item: Item) -> None:
    """Deletes an item that no document has a line of.  Raises ItemInUse with the counts of lines per kind."""
    stored = Item.objects.select_for_update(of=("self",)).get(pk=item.pk)
    counts = counts_of_references(stored)
    if counts:
        raise ItemInUse(f"Item '{stored.item_code}' is in use; make it inactive instead", details=[counts])
    stored.delete()
    record(actor, "item.deleted", item.pk, note=f"{item.item_code} {item.name}")


def check_item(inputs: ItemInput, declared: DeclaredFields, stored: Item | None = None) -> list[FieldError]:
    """The errors of the input of an item, with the custom fields of items."""
    return _clean_item(inputs, declared, stored)[1]


def _required(names: Iterable[str]) -> list[FieldError]:
    return [FieldError((name,), "This field is required") for name in names]


def _clean_item(
    inputs: ItemInput, declared: DeclaredFields, stored: Item | None = None
) -> tuple[dict[str, Any], list[FieldError]]:
    """The clean values and what is wrong; the item may go on with its own tax code though that is inactive by now."""
    values, errors = _clean_texts(inputs)
    own_tax_code = stored.tax_code if stored else None
    if inputs.unit_price is not UNSET:
        price = values["unit_price"] = inputs.unit_price
        if price is not None and (not 0 <= price < rules.MAX_QUANTITY or decimals_of(price) > 6):
            errors += field_error("unit_price", "Unit price must be 0 or more, with at most 6 decimals")
    if inputs.tax_code is not UNSET:
        code = inputs.tax_code
        is_own = own_tax_code is not None and code == own_tax_code.code
        values["tax_code"] = own_tax_code if is_own else active_tax_code(code) if code else None
        if code and values["tax_code"] is None:
            errors += field_error("tax_code", f"Tax code '{code}' does not exist")
    if inputs.is_active is not UNSET:
        values["is_active"] = inputs.is_active
    if inputs.type is not UNSET:
        values["type"] = inputs.type
        if inputs.type not in rules.ITEM_TYPES:
            errors += field_error("type", f"Type must be one of: {', '.join(rules.ITEM_TYPES)}")
    own, wrong = declared.clean(inputs.custom_fields, stored.custom_fields if stored else None)
    if not isinstance(own, UnsetType):
        values["custom_fields"] = own
    return values, errors + wrong


def _clean_texts(inputs: ItemInput) -> tuple[dict[str, Any], list[FieldError]]:
    values: dict[str, Any] = {}
    errors: list[FieldError] = []
    for name, length in {"item_code": 50, "name": 200, "unit": rules.MAX_UNIT}.items():
        value = getattr(inputs, name)
        if value is not UNSET:
            values[name] = text.clean_line(value or "")
            if len(values[name]) > length:
                errors += field_error(name, f"At most {length} characters are allowed")
    if inputs.classification_code is not UNSET:
        values["classification_code"] = text.clean_line(inputs.classification_code or "")
        if not re.fullmatch("([0-9]{3})?", values["classification_code"]):
            errors += field_error("classification_code", "A classification code has 3 digits, such as 022")
    if inputs.description is not UNSET:
        values["description"] = text.clean_block(inputs.description or "")
        if len(values["description"]) > 5000:
            errors += field_error("description", "At most 5000 characters are allowed")
    return values, errors


def _save(item: Item, update_fields: list[str] | None) -> None:
    item.search_text = text.fold(f"{item.item_code} {item.name}")
    try:
        with transaction.atomic():
            item.save(force_insert=update_fields is None, update_fields=update_fields)
    except IntegrityError as error:
        if "item_code_unique" not in str(error):
            raise write_refusal(error, item, item.company, "items") from error
        raise ItemCodeTaken(f"Item code '{item.item_code}' is taken") from error
