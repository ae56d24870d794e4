"""Creating, changing and deleting tax codes."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from msgspec import UNSET

from bigledger_crm.kernel import clock, text
from bigledger_crm.kernel.changes import apply_changes
from bigledger_crm.kernel.errors import FieldError, InvalidData, field_error
from bigledger_crm.kernel.inputs import given_or
from bigledger_crm.kernel.money import decimals_of
from bigledger_crm.outbox.events import record
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.queries import counts_of_references
from sales import rules
from sales.catalogue_inputs import TaxCodeInput, TaxRateInput
from sales.errors import TaxCodeInUse, TaxCodeTaken
from sales.models import DocumentLine, TaxCode, TaxRate


@transaction.atomic
def create_tax_code(actor: Actor, inputs: TaxCodeInput) -> TaxCode:
    """A new tax code with `code`, `name` and either `rate` (from the beginning of time) or dated `rates`.

    Raises InvalidData, TaxCodeTaken.
    """
    code = text.clean_line(given_or(inputs.code, ""))
    errors = field_error("code", None if 0 < len(code) <= 20 else "Code must have 1 to 20 characters")
    dated, rate = given_or(inputs.rates, ()), given_or(inputs.rate, None)
    rates = [TaxRateInput(rate=rate, valid_from=date.min)] if rate is not None and not dated else dated
    errors += _check_rates(rates, dated=bool(dated))
    values, wrong = _clean_type(inputs)
    errors += wrong
    name = text.clean_line(given_or(inputs.name, "") or code)
    if len(name) > 100:
        errors += field_error("name", "Name can have at most 100 characters")
    if errors:
        raise InvalidData("Tax code", errors)
    try:
        with transaction.atomic():
            tax_code = TaxCode.objects.create(
                company=actor.company, code=code, name=name, is_active=given_or(inputs.is_active, True), **values
            )
    except IntegrityError as error:
        raise TaxCodeTaken(f"Tax code '{code}' exists already") from error
    TaxRate.objects.bulk_create(
        TaxRate(company=actor.company, tax_code=tax_code, rate=one.rate, valid_from=one.valid_from) for one in rates
    )
    record(actor, "tax_code.created", tax_code.pk)
    return tax_code


@transaction.atomic
def update_tax_code(actor: Actor, tax_code: TaxCode, inputs: TaxCodeInput) -> TaxCode:
    """Changes `name`, `is_active` and the rates; documents keep the rates that they were made with.

    `rates` replaces the dated rates; `rate` is the one from today on.  The object as it was read may be sent back:
    what says the same as before changes nothing.  Raises InvalidData.
    """
    stored = TaxCode.objects.select_for_update().get(pk=tax_code.pk)
    today = actor.today()
    before = list(stored.rates.order_by("valid_from").values_list("valid_from", "rate"))
    rates, errors = _changed_rates(before, inputs, today)
    if inputs.code not in (UNSET, stored.code):
        errors += field_error("code", f"The code stays '{stored.code}': documents name it")
    values, wrong = _clean_type(inputs)
    errors += wrong
    if inputs.is_active is not UNSET:
        values["is_active"] = inputs.is_active
    if inputs.name is not UNSET:
        values["name"] = text.clean_line(inputs.name or "")
        if not 0 < len(values["name"]) <= 100:
            errors += field_error("name", "Name must have 1 to 100 characters")
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


def _clean_type(inputs: TaxCodeInput) -> tuple[dict[str, Any], list[FieldError]]:
    """What e-invoices say of the tax."""
    values: dict[str, Any] = {}
    errors: list[FieldError] = []
    if inputs.tax_type is not UNSET:
        values["tax_type"] = inputs.tax_type or ""
        if values["tax_type"] not in ("", *rules.TAX_TYPES):
            errors += field_error("tax_type", f"Tax type must be one of: {', '.join(rules.TAX_TYPES)}")
    if inputs.exemption_reason is not UNSET:
        values["exemption_reason"] = text.clean_line(inputs.exemption_reason or "")
        if len(values["exemption_reason"]) > 300:
            errors += field_error("exemption_reason", "The reason can have at most 300 characters")
    return values, errors


def _changed_rates(
    before: list[tuple[date, Decimal]], inputs: TaxCodeInput, today: date
) -> tuple[dict[date, Decimal], list[FieldError]]:
    rates = dict(before)
    was = rules.rate_on(before, today)
    if inputs.rates is not UNSET:
        errors = _check_rates(inputs.rates, dated=True)
        if errors:
            return rates, errors
        rates = {one.valid_from: one.rate for one in inputs.rates}
    rate = given_or(inputs.rate, None)
    if rate is None or rate in (was, rules.rate_on(rates.items(), today)):
        return rates, []
    if rates != dict(before):
        return rates, field_error("rate", "Give either the rate from today or all dated rates, not both")
    return {**rates, today: rate}, _check_rates([TaxRateInput(rate=rate, valid_from=today)], dated=False)


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


def _check_rates(rates: Sequence[TaxRateInput], *, dated: bool) -> list[FieldError]:
    if not rates:
        return field_error("rate", "A rate is required")
    errors: list[FieldError] = []
    for index, one in enumerate(rates):
        if not 0 <= one.rate <= 100 or decimals_of(one.rate) > 4:
            path = ("rates", index, "rate") if dated else ("rate",)
            errors.append(FieldError(path, "Rate must be between 0 and 100 percent, with at most 4 decimals"))
    if len({one.valid_from for one in rates}) < len(rates):
        errors += field_error("rates", "Two rates start on the same date")
    return errors
