"""Pricing lines without keeping anything."""

from dataclasses import replace
from decimal import Decimal

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from bigledger_crm.api import fields
from bigledger_crm.api.answers import Answer
from bigledger_crm.api.responses import ApiStruct, amount, percent, quantity, text
from bigledger_crm.api.serializers import StrictSerializer
from bigledger_crm.api.viewsets import ApiViewSet
from bigledger_crm.kernel import ids
from bigledger_crm.kernel.errors import FieldError
from sales import inputs, rules
from sales.api.document_responses import price
from sales.api.inputs import LineInput
from sales.models import Item
from sales.pricing import LineTerms, working
from sales.services import Calculation, PreparedLine, calculate


class CalculationLineInput(LineInput):
    """A line as a document has it; it may do without a description."""

    def rule_errors(self, values: inputs.LineInput) -> list[FieldError]:
        """The rules of a line, but for its description."""
        described = values if values.description else replace(values, description="-")
        return rules.check_line(described, None, has_item=bool(values.item_id))


class CalculationInput(StrictSerializer):
    """What a document's amounts are made from."""

    makes = inputs.CalculationInput
    customer_id = fields.TextField(max_length=100)
    currency = fields.TextField()
    document_date = fields.DayField(required=False, allow_null=True)
    prices_include_tax = fields.FlagField(required=False)
    shipping_cost = fields.AmountField(required=False, allow_null=True, minimum=0)
    items = serializers.ListField(child=CalculationLineInput(), max_length=rules.MAX_LINES)


class CalculatedLine(ApiStruct):
    """A line's amounts, and how they come about."""

    item_id: str | None
    item_code: str | None
    description: str
    quantity: Decimal
    unit_price: Decimal
    gross: Decimal
    discount_percent: Decimal
    discount_amount: Decimal
    line_total: Decimal
    tax_code: str | None
    tax_rate: Decimal
    tax_amount: Decimal
    working: list[str]


class CalculatedTax(ApiStruct):
    """The tax of one code at one rate."""

    tax_code: str
    tax_rate: Decimal
    taxable_amount: Decimal
    tax_amount: Decimal


class CalculationObject(ApiStruct):
    """What a document would come to; amounts in `currency`."""

    currency: str
    document_date: str
    prices_include_tax: bool
    items: list[CalculatedLine]
    taxes: list[CalculatedTax]
    subtotal: Decimal
    total_discount: Decimal
    total_tax: Decimal
    shipping_cost: Decimal
    total: Decimal
    working: list[str]


class CalculationViewSet(ApiViewSet):
    """The calculator."""

    resource = "items"
    verb = "read"

    @extend_schema(request=CalculationInput, responses=Answer(CalculationObject))
    def create(self, request: Request) -> Response:
        """Prices lines as a document would, stores nothing, and shows its working."""
        return Response(calculation_object(calculate(self.actor, self.input(CalculationInput, "Calculation"))))


def calculation_object(made: Calculation) -> CalculationObject:
    """A calculation as it is in JSON."""
    currency, totals = made.currency, made.totals
    sums = {
        name: amount(getattr(totals, name), currency)
        for name in ("subtotal", "total_discount", "total_tax", "shipping_cost", "total")
    }
    return CalculationObject(
        currency=currency,
        document_date=made.document_date.isoformat(),
        prices_include_tax=made.prices_include_tax,
        items=[_line(line, currency) for line in made.lines],
        taxes=[
            CalculatedTax(
                tax_code=tax.tax_code,
                tax_rate=percent(tax.tax_rate),
                taxable_amount=amount(tax.taxable, currency),
                tax_amount=amount(tax.tax, currency),
            )
            for tax in made.taxes
        ],
        **sums,
        working=[
            f"{sums['subtotal']} + {sums['total_tax']} tax + {sums['shipping_cost']} shipping = {sums['total']}",
        ],
    )


def _line(line: PreparedLine, currency: str) -> CalculatedLine:
    values, priced = line.values, line.priced
    item: Item | None = values["item"]
    fixed = None if values["discount_percent"] or not priced.discount_amount else priced.discount_amount
    terms = LineTerms(values["quantity"], values["unit_price"], values["discount_percent"], fixed, values["tax_rate"])
    return CalculatedLine(
        item_id=ids.encode(Item.PREFIX, item.pk) if item is not None else None,
        item_code=text(values["item_code"]),
        description=values["description"],
        quantity=quantity(values["quantity"]),
        unit_price=price(values["unit_price"]),
        gross=amount(priced.gross, currency),
        discount_percent=percent(values["discount_percent"]),
        discount_amount=amount(priced.discount_amount, currency),
        line_total=amount(priced.line_total, currency),
        tax_code=text(values["tax_code"]),
        tax_rate=percent(values["tax_rate"]),
        tax_amount=amount(priced.tax_amount, currency),
        working=working(terms, priced),
    )
