"""Pricing lines without keeping anything."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from msgspec import UNSET

from bigledger_crm.kernel.errors import FieldError, InvalidData, field_error
from bigledger_crm.kernel.money import ZERO
from bigledger_crm.tenancy.actor import Actor
from customers.models import Customer
from customers.queries import customer_by_public_id
from customers.rules import clean_currency
from sales import rules
from sales.inputs import CalculationInput, LineInput
from sales.models import DocumentLine
from sales.pricing import TaxSummary, Totals, summarise_taxes
from sales.services.shared.fields import check_exchange_rate
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


def calculate(actor: Actor, inputs: CalculationInput) -> Calculation:
    """Prices `items` as a document of `document_date` in `currency` would, by default today in the customer's.

    Raises InvalidData with every failing field, NotFound for a customer or an item.
    """
    calculation, errors = estimate(actor, inputs)
    if errors:
        raise InvalidData("Calculation", errors)
    return calculation


def estimate(
    actor: Actor, inputs: CalculationInput, *, kept: Mapping[str, DocumentLine] = NONE_KEPT
) -> tuple[Calculation, list[FieldError]]:
    """As `calculate`, but prices what can be priced: lines with errors are left out, their errors returned.

    `kept` are the lines of the document that is edited, as for `prepare_lines`; an `exchange_rate` that is given is
    judged too.  Raises InvalidData for a currency that is none, NotFound for a customer or an item.
    """
    customer = customer_by_public_id(inputs.customer_id) if inputs.customer_id else None
    home = actor.company.currency
    currency = inputs.currency or (customer.currency if customer else home)
    try:
        clean_currency(currency)
    except ValueError as error:
        raise InvalidData("Calculation", field_error("currency", str(error))) from None
    day = inputs.document_date or actor.today()
    shipping = inputs.shipping_cost or ZERO
    wrong_shipping = field_error("shipping_cost", rules.check_amount("Shipping cost", shipping, currency))
    errors = [
        *field_error("currency", _check_customers_currency(customer, currency)),
        *field_error("document_date", rules.check_document_date(day, actor.today())),
        *wrong_shipping,
    ]
    if inputs.exchange_rate is not UNSET:
        errors += check_exchange_rate(actor, currency, inputs.exchange_rate)
    inclusive = bool(inputs.prices_include_tax)
    lines, line_errors = prepare_lines(
        [_described(line, number) for number, line in enumerate(inputs.items, start=1)],
        day=day,
        currency=currency,
        item_currency=home,
        prices_include_tax=inclusive,
        kept=kept,
    )
    errors += line_errors
    totals, too_large = totals_of(lines, ZERO if wrong_shipping else shipping, currency)
    sums = [
        (line.values["tax_code"], line.values["tax_rate"], line.priced.line_total, line.priced.tax_amount)
        for line in lines
    ]
    return Calculation(currency, day, inclusive, lines, totals, summarise_taxes(sums)), errors or too_large


def _check_customers_currency(customer: Customer | None, currency: str) -> str | None:
    if customer is None or currency == customer.currency:
        return None
    return f"The customer's currency is {customer.currency}"


def _described(line: LineInput, number: int) -> LineInput:
    """A line may do without a description here; one that is kept may not."""
    return line if line.item_id or line.description else replace(line, description=f"Line {number}")
