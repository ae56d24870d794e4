"""Pricing lines without keeping anything."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from bigledger_crm.kernel.errors import InvalidData
from bigledger_crm.kernel.money import ZERO
from bigledger_crm.tenancy.actor import Actor
from customers.queries import customer_by_public_id
from customers.rules import clean_currency
from sales import rules
from sales.models import DocumentLine
from sales.pricing import TaxSummary, Totals, summarise_taxes
from sales.services.shared.fields import exchange_rate_of
from sales.services.shared.lines import NONE_KEPT, PreparedLine, prepare_lines, totals_of


@dataclass(frozen=True)
class Calculation:
    """What a document would come to; amounts in `currency`."""

    currency: str
    document_date: date
    prices_include_tax: bool
    lines: list[PreparedLine]
    totals: Totals
    taxes: list[TaxSummary]


def calculate(actor: Actor, fields: Mapping[str, Any]) -> Calculation:
    """Prices `items` as a document of `document_date` in `currency` would, by default today in the customer's.

    Raises InvalidData with every failing field, NotFound for a customer or an item.
    """
    calculation, errors = estimate(actor, fields)
    if errors:
        raise InvalidData("Calculation", errors)
    return calculation


def estimate(
    actor: Actor, fields: Mapping[str, Any], *, kept: Mapping[str, DocumentLine] = NONE_KEPT
) -> tuple[Calculation, dict[str, str]]:
    """As `calculate`, but prices what can be priced: lines with errors are left out, their errors returned.

    `kept` are the lines of the document that is edited, as for `prepare_lines`; an `exchange_rate`, where `fields` has
    one, is judged too.  Raises InvalidData for a currency that
    is none, NotFound for a customer or an item.
    """
    customer = customer_by_public_id(fields["customer_id"]) if fields.get("customer_id") else None
    home = actor.company.currency
    errors: dict[str, str] = {}
    currency = fields.get("currency") or (customer.currency if customer else home)
    try:
        clean_currency(currency)
    except ValueError as error:
        raise InvalidData("Calculation", {"currency": str(error)}) from None
    if customer is not None and currency != customer.currency:
        errors["currency"] = f"The customer's currency is {customer.currency}"
    day = fields.get("document_date") or actor.today()
    shipping = fields.get("shipping_cost") or ZERO
    errors |= rules.merge(
        {
            "documentDate": rules.check_document_date(day, actor.today()),
            "shippingCost": rules.check_amount("Shipping cost", shipping, currency),
        }
    )
    inclusive = bool(fields.get("prices_include_tax"))
    if "exchange_rate" in fields:
        exchange_rate_of(actor, currency, fields["exchange_rate"], errors)
    lines, line_errors = prepare_lines(
        [_described(line, number) for number, line in enumerate(fields.get("items") or (), start=1)],
        day=day,
        currency=currency,
        item_currency=home,
        prices_include_tax=inclusive,
        kept=kept,
    )
    errors |= line_errors
    totals, too_large = totals_of(lines, ZERO if "shippingCost" in errors else shipping, currency)
    errors = errors or too_large
    sums = [
        (line.values["tax_code"], line.values["tax_rate"], line.priced.line_total, line.priced.tax_amount)
        for line in lines
    ]
    return Calculation(currency, day, inclusive, lines, totals, summarise_taxes(sums)), errors


def _described(line: Mapping[str, Any], number: int) -> Mapping[str, Any]:
    """A line may do without a description here; one that is kept may not."""
    return line if line.get("item_id") or line.get("description") else {**line, "description": f"Line {number}"}
