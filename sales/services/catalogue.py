"""Making and changing items and tax codes."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
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
from sales.errors import ItemCodeTaken, ItemInUse, TaxCodeInUse, TaxCodeTaken
from sales.models import DocumentLine, Item, TaxCode, TaxRate
from sales.queries import active_tax_code


@transaction.atomic
def create_tax_code(actor: Actor, fields: Mapping[str, Any]) -> TaxCode:
    """A new tax code with `code`, `name` and either `rate` (from the beginning of time) or dated `rates`.

    Each of `rates` has `rate` in percent and `valid_from`.  Raises InvalidData, TaxCodeTaken.
    """
    code = text.clean_line(fields.get("code") or "")
    errors = rules.merge({"code": None if 0 < len(code) <= 20 else "Code must have 1 to 20 characters"})
    rates = list(fields.get("rates") or ())
    if fields.get("rate") is not None and not rates:
        rates = [{"rate": fields["rate"], "valid_from": date.min}]
    errors |= _check_rates(rates, dated=bool(fields.get("rates")))
    name = text.clean_line(fields.get("name") or code)
    if len(name) > 100:
        errors["name"] = "Name can have at most 100 characters"
    if errors:
        raise InvalidData("Tax code", errors)
    try:
        with transaction.atomic():
            tax_code = TaxCode.objects.create(
                company=actor.company, code=code, name=name, is_active=fields.get("is_active", True)
            )
    except IntegrityError as error:
        raise TaxCodeTaken(f"Tax code '{code}' exists already") from error
    TaxRate.objects.bulk_create(
        TaxRate(company=actor.company, tax_code=tax_code, rate=rate["rate"], valid_from=rate["valid_from"])
        for rate in rates
    )
    record(actor, "tax_code.created", tax_code.pk)
    return tax_code


@transaction.atomic
def update_tax_code(actor: Actor, tax_code: TaxCode, fields: Mapping[str, Any]) -> TaxCode:
    """Changes `name`, `is_active` and the rates; documents keep the rates that they were made with.

    `rates` replaces the dated rates; `rate` is the one from today on.  The object as it was read may be sent back:
    what says the same as before changes nothing.  Raises InvalidData.
    """
    stored = TaxCode.objects.select_for_update().get(pk=tax_code.pk)
    today = actor.today()
    before = list(stored.rates.order_by("valid_from").values_list("valid_from", "rate"))
    rates, errors = _changed_rates(before, fields, today)
    if "code" in fields and fields["code"] != stored.code:
        errors["code"] = f"The code stays '{stored.code}': documents name it"
    values = {name: fields[name] for name in ("name", "is_active") if name in fields}
    if "name" in values:
        values["name"] = text.clean_line(values["name"] or "")
        if not 0 < len(values["name"]) <= 100:
            errors["name"] = "Name must have 1 to 100 characters"
    if errors:
        raise InvalidData("Tax code", errors)
    changes, other_rates = apply_changes(stored, values), sorted(rates.items()) != before
    if not changes and not other_rates:
        return stored
    stored.updated_at = clock.now()
    stored.save(update_fields=[*changes, "updated_at"])
    if other_rates:
        stored.rates.all().delete()
        TaxRate.objects.bulk_create(
            TaxRate(company=actor.company, tax_code=stored, valid_from=day, rate=rate) for day, rate in rates.items()
        )
    record(actor, "tax_code.updated", stored.pk)
    return stored


def _changed_rates(
    before: list[tuple[date, Decimal]], fields: Mapping[str, Any], today: date
) -> tuple[dict[date, Decimal], dict[str, str]]:
    rates = dict(before)
    was = rules.rate_on(before, today)
    if "rates" in fields:
        given = list(fields["rates"])
        errors = _check_rates(given, dated=True)
        if errors:
            return rates, errors
        rates = {rate["valid_from"]: rate["rate"] for rate in given}
    rate = fields.get("rate")
    if rate is None or rate in (was, rules.rate_on(rates.items(), today)):
        return rates, {}
    if rates != dict(before):
        return rates, {"rate": "Give the rate from today on or all dated rates, not both"}
    return {**rates, today: rate}, _check_rates([{"rate": rate, "valid_from": today}], dated=False)


@transaction.atomic
def delete_tax_code(actor: Actor, tax_code: TaxCode) -> None:
    """Deletes a tax code that no item and no line of a document names.  Raises TaxCodeInUse."""
    stored = TaxCode.objects.select_for_update().get(pk=tax_code.pk)
    named = any(kind.objects.filter(tax_code=stored.code).exists() for kind in DocumentLine.__subclasses__())
    counts = counts_of_references(stored)
    if counts or named:
        raise TaxCodeInUse(f"Tax code '{stored.code}' is in use; make it inactive instead", details=[counts])
    stored.delete()
    record(actor, "tax_code.deleted", tax_code.pk, note=tax_code.code)


def _check_rates(rates: list[dict[str, Any]], *, dated: bool) -> dict[str, str]:
    if not rates:
        return {"rate": "A rate is required"}
    errors = {}
    for index, rate in enumerate(rates):
        value: Decimal = rate["rate"]
        if not 0 <= value <= 100 or decimals_of(value) > 4:
            name = f"rates[{index}].rate" if dated else "rate"
            errors[name] = "Rate must be between 0 and 100 percent, with at most 4 decimals"
    if len({rate["valid_from"] for rate in rates}) < len(rates):
        errors["rates"] = "Two rates begin on the same day"
    return errors


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
    """What is wrong with the given fields of an item, by their name on the wire."""
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
