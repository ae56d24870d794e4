"""Creating, changing and deleting items."""

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction

from bigledger_crm.kernel import clock, text
from bigledger_crm.kernel.changes import apply_changes
from bigledger_crm.kernel.errors import InvalidData
from bigledger_crm.kernel.money import decimals_of
from bigledger_crm.outbox.events import record
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.queries import counts_of_references
from customers.rules import clean_custom_fields
from sales import rules
from sales.errors import ItemCodeTaken, ItemInUse
from sales.models import Item, TaxCode
from sales.queries import active_tax_code


@transaction.atomic
def create_item(actor: Actor, fields: Mapping[str, Any]) -> Item:
    """A new item; `tax_code` is a code such as SST, `unit_price` is in the company's currency.

    Raises InvalidData, ItemCodeTaken.
    """
    values, errors = _clean_item(fields)
    errors |= {
        text.camel_case(name): "This field is required"
        for name in ("item_code", "name", "unit_price")
        if values.get(name) in (None, "") and text.camel_case(name) not in errors
    }
    if errors:
        raise InvalidData("Item", errors)
    item = Item(company=actor.company, **values)
    _save(item, None)
    record(actor, "item.created", item.pk)
    return item


@transaction.atomic
def update_item(actor: Actor, item: Item, fields: Mapping[str, Any]) -> Item:
    """Changes the given fields only; documents keep what they say.  Raises InvalidData, ItemCodeTaken."""
    stored = Item.objects.select_for_update(of=("self",)).select_related("tax_code").get(pk=item.pk)
    values, errors = _clean_item(fields, stored.tax_code)
    errors |= {
        text.camel_case(name): "This field is required"
        for name in ("item_code", "name", "unit_price")
        if name in values and values[name] in (None, "")
    }
    if errors:
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


def check_item(fields: Mapping[str, Any], own_tax_code: TaxCode | None = None) -> dict[str, str]:
    """What is wrong with the given fields of an item, by their name in JSON."""
    return _clean_item(fields, own_tax_code)[1]


def _clean_item(
    fields: Mapping[str, Any], own_tax_code: TaxCode | None = None
) -> tuple[dict[str, Any], dict[str, str]]:
    """The clean values and what is wrong; the item may go on with its own tax code though that is inactive by now."""
    values, errors = _clean_texts(fields)
    if "unit_price" in fields:
        price = values["unit_price"] = fields["unit_price"]
        if price is not None and (not 0 <= price < rules.MAX_QUANTITY or decimals_of(price) > 6):
            errors["unitPrice"] = "Unit price must be 0 or more, with at most 6 decimals"
    if "tax_code" in fields:
        code = fields["tax_code"]
        is_own = own_tax_code is not None and code == own_tax_code.code
        values["tax_code"] = own_tax_code if is_own else active_tax_code(code) if code else None
        if code and values["tax_code"] is None:
            errors["taxCode"] = f"Tax code '{code}' does not exist"
    if "is_active" in fields:
        values["is_active"] = fields["is_active"]
    if "type" in fields:
        values["type"] = fields["type"]
        if fields["type"] not in rules.ITEM_TYPES:
            errors["type"] = f"Type must be one of: {', '.join(rules.ITEM_TYPES)}"
    if "custom_fields" in fields:
        try:
            values["custom_fields"] = clean_custom_fields(fields["custom_fields"])
        except ValueError as error:
            errors["customFields"] = str(error)
    return values, errors


def _clean_texts(fields: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    values: dict[str, Any] = {}
    errors: dict[str, str] = {}
    for name, length in {"item_code": 50, "name": 200, "unit": rules.MAX_UNIT}.items():
        if name in fields:
            values[name] = text.clean_line(fields[name] or "")
            if len(values[name]) > length:
                errors[text.camel_case(name)] = f"At most {length} characters are allowed"
    if "description" in fields:
        values["description"] = text.clean_block(fields["description"] or "")
        if len(values["description"]) > 5000:
            errors["description"] = "At most 5000 characters are allowed"
    return values, errors


def _save(item: Item, update_fields: list[str] | None) -> None:
    item.search_text = text.fold(f"{item.item_code} {item.name}")
    try:
        with transaction.atomic():
            item.save(force_insert=update_fields is None, update_fields=update_fields)
    except IntegrityError as error:
        if "item_code_unique" not in str(error):
            raise
        raise ItemCodeTaken(f"Item code '{item.item_code}' is taken") from error
