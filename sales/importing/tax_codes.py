"""Tax codes as rows of files, each with the rate that it has now or has from a date on."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from bigledger_crm.imports.applying import apply_rows, changes_between, each, locking, remove_each
from bigledger_crm.imports.kinds import ImportField, ImportKind, RowResult, Values
from bigledger_crm.kernel.errors import DomainError, InvalidData, NotFound, field_error
from bigledger_crm.kernel.text import snake_case
from bigledger_crm.tenancy.actor import Actor
from sales.catalogue_inputs import TaxCodeInput, TaxRateInput
from sales.importing.documents import key_of
from sales.models import TaxCode
from sales.rules import rate_on
from sales.services import create_tax_code, delete_tax_code, update_tax_code

FIELDS = (
    ImportField(name="code", label=_("Code"), known_as=("tax code", "tax", "id", "short name")),
    ImportField(name="name", label=_("Name"), known_as=("tax name", "description", "title", "tax display name")),
    ImportField(
        name="rate",
        label=_("Rate in percent"),
        type="number",
        known_as=("rate", "tax rate", "percent", "percentage", "amount", "tax percentage"),
    ),
    ImportField(name="validFrom", label=_("Valid from"), type="date", known_as=("from", "start date", "effective")),
    ImportField(name="taxType", label=_("Type for e-invoices"), known_as=("lhdn tax type",)),
    ImportField(name="exemptionReason", label=_("Reason of exemption")),
    ImportField(name="isActive", label=_("Active"), type="yes_no", known_as=("enabled", "status")),
)
_PLAIN = ("name", "taxType", "exemptionReason", "isActive")


def _apply(actor: Actor, rows: Sequence[Values], match_by: str) -> list[RowResult]:
    there: dict[str, list[TaxCode]] = {}
    for tax_code in TaxCode.objects.order_by("code"):
        there.setdefault(tax_code.code.upper(), []).append(tax_code)
    return apply_rows(
        rows,
        match_by,
        lambda values: there.get(key_of(values, match_by), ()),
        lambda new: each(new, lambda values: _create(actor, values)),
        lambda tax_code, values: _update(actor, tax_code, values),
    )


def _create(actor: Actor, values: Values) -> TaxCode:
    if "rate" not in values:
        raise InvalidData("Tax code", field_error("rate", "A rate is required"))
    return create_tax_code(actor, TaxCodeInput(code=str(values["code"]), **_inputs(values), **_rates({}, values)))


def _update(actor: Actor, tax_code: TaxCode, values: Values) -> Mapping[str, Sequence[Any]]:
    before = _facts(actor, tax_code, values)
    present = dict(tax_code.rates.values_list("valid_from", "rate"))
    inputs = TaxCodeInput(**_inputs(values), **_rates(present, values))
    return changes_between(before, _facts(actor, update_tax_code(actor, tax_code, inputs), values))


def _inputs(values: Values) -> dict[str, Any]:
    return {snake_case(name): values[name] for name in _PLAIN if name in values}


def _rates(present: Mapping[date, Decimal], values: Values) -> dict[str, Any]:
    """The rate that a row gives: from its date on beside those that there are, or now."""
    if "rate" not in values:
        return {}
    if "validFrom" not in values:
        return {"rate": values["rate"]}
    rates = {**present, values["validFrom"]: values["rate"]}
    return {"rates": [TaxRateInput(rate=rate, valid_from=day) for day, rate in sorted(rates.items())]}


def _facts(actor: Actor, tax_code: TaxCode, values: Values) -> dict[str, Any]:
    facts: dict[str, Any] = {name: getattr(tax_code, snake_case(name)) for name in _PLAIN if name in values}
    if "rate" in values:
        rates = list(tax_code.rates.values_list("valid_from", "rate"))
        rate = rate_on(rates, values.get("validFrom", actor.today()))
        facts["rate"] = None if rate is None else rate.normalize()
        if "validFrom" in values:
            facts["validFrom"] = [f"{day} {rate.normalize():f}" for day, rate in sorted(rates)]
    return facts


def _remove(actor: Actor, keys: Sequence[UUID]) -> Mapping[UUID, DomainError]:
    return remove_each(keys, lambda pk: delete_tax_code(actor, _tax_code(pk)))


def _restore(actor: Actor, pk: UUID, values: Values) -> None:
    tax_code = _tax_code(pk)
    given = _inputs(values)
    if "validFrom" in values:
        dated = (text.split(" ") for text in values["validFrom"])
        given["rates"] = [TaxRateInput(rate=Decimal(rate), valid_from=date.fromisoformat(day)) for day, rate in dated]
    elif values.get("rate") is not None:
        given["rate"] = Decimal(str(values["rate"]))
    update_tax_code(actor, tax_code, TaxCodeInput(**given))


def _tax_code(pk: UUID) -> TaxCode:
    tax_code = TaxCode.objects.filter(pk=pk).first()
    if tax_code is None:
        raise NotFound("Tax code", str(pk))
    return tax_code


TAX_CODES = ImportKind(
    name="tax-codes",
    label=_("Tax codes"),
    noun="Tax code",
    object_type="tax_code",
    resource="tax-codes",
    fields=FIELDS,
    match_by=("code",),
    key=key_of,
    apply=_apply,
    remove=_remove,
    restore=_restore,
    lock=locking(TaxCode),
)
