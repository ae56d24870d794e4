"""Tax codes as they are in JSON."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Literal
from uuid import UUID

from bigledger_crm.api.responses import ApiStruct, percent, text, word
from bigledger_crm.kernel import ids
from sales.models import TaxCode
from sales.rules import rate_on


class RateObject(ApiStruct):
    """A rate, in percent, from a day on."""

    rate: Decimal
    valid_from: str


class TaxCodeObject(ApiStruct):
    """A tax code; `rate` is today's."""

    id: str
    code: str
    name: str
    rate: Decimal | None
    rates: list[RateObject]
    is_active: bool
    tax_type: Literal["01", "02", "03", "04", "05", "06", "E"] | None
    exemption_reason: str | None


TAX_CODE_COLUMNS = ("id", "code", "name", "is_active", "tax_type", "exemption_reason")


def tax_code_object(
    columns: tuple[UUID, str, str, bool, str, str], rates: Sequence[tuple[date, Decimal]], today: date
) -> TaxCodeObject:
    """A tax code, from TAX_CODE_COLUMNS, with its dated rates."""
    pk, code, name, is_active, tax_type, exemption_reason = columns
    rate = rate_on(rates, today)
    return TaxCodeObject(
        id=ids.encode(TaxCode.PREFIX, pk),
        code=code,
        name=name,
        rate=None if rate is None else percent(rate),
        rates=[RateObject(rate=percent(dated), valid_from=start.isoformat()) for start, dated in rates],
        is_active=is_active,
        tax_type=word(tax_type) if tax_type else None,
        exemption_reason=text(exemption_reason),
    )


def show_tax_code(tax_code: TaxCode, today: date) -> TaxCodeObject:
    """A whole tax code."""
    rates = list(tax_code.rates.order_by("valid_from").values_list("valid_from", "rate"))
    columns = (
        tax_code.pk,
        tax_code.code,
        tax_code.name,
        tax_code.is_active,
        tax_code.tax_type,
        tax_code.exemption_reason,
    )
    return tax_code_object(columns, rates, today)
