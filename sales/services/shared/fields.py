"""What making a quote, an order and an invoice has in common."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from bigledger_crm.kernel import clock, text
from bigledger_crm.kernel.errors import InvalidData
from bigledger_crm.kernel.money import ZERO
from bigledger_crm.tenancy.actor import Actor
from customers.models import Customer
from customers.queries import customer_by_public_id, lock_customer
from customers.rules import clean_address, field_errors
from sales import rules
from sales.models import DocumentLine, SaleDocument
from sales.pricing import Totals
from sales.services.shared.lines import NONE_KEPT, PreparedLine, as_given, prepare_lines, totals_of

Line = TypeVar("Line", bound=DocumentLine)
_TEXTS = {"reference": 100, "title": 200, "purchase_order": 100, "shipping_method": 100, "tracking_number": 100}
_BLOCKS = ("notes", "terms", "description")
# What a document carries over into the next one of the sale.
CARRIED = (
    "customer_id",
    "customer_name",
    "customer_email",
    "customer_phone",
    "customer_tax_number",
    "billing_address",
    "shipping_address",
    "currency",
    "exchange_rate",
    "prices_include_tax",
    "title",
)
# What a document has in common with its copy.
_COPIED = (
    "billing_address",
    "shipping_address",
    "currency",
    "exchange_rate",
    "prices_include_tax",
    "title",
    "reference",
    "notes",
    "terms",
    "shipping_cost",
)
# What a line carries over unchanged.
LINE_FACTS = (
    "position",
    "item_id",
    "item_code",
    "description",
    "quantity",
    "unit",
    "type",
    "unit_price",
    "discount_percent",
    "discount_amount",
    "line_total",
    "tax_code",
    "tax_rate",
    "tax_amount",
    "notes",
)


def customer_for_document(fields: Mapping[str, Any], resource: str) -> Customer:
    """The customer of `customer_id`, locked so that its currency stays.

    Raises InvalidData, NotFound.
    """
    public_id = fields.get("customer_id")
    if not public_id:
        raise InvalidData(resource, {"customerId": "Customer is required"})
    customer = lock_customer(customer_by_public_id(public_id).pk)
    if customer.merged_into_id:
        raise InvalidData(resource, {"customerId": "This customer was merged into another one"})
    return customer


def prepare_document(
    actor: Actor,
    customer: Customer,
    fields: Mapping[str, Any],
    *,
    day: date,
    errors: dict[str, str],
    resource: str,
    kept: Mapping[str, DocumentLine] = NONE_KEPT,
) -> tuple[dict[str, Any], list[PreparedLine]]:
    """The columns that all documents share, and the priced lines of `fields["items"]`.

    `errors` holds what the caller found already.  Raises InvalidData with every failing field, NotFound for an item.
    """
    currency = customer.currency
    inclusive = bool(fields.get("prices_include_tax"))
    values: dict[str, Any] = dict(clean_texts(fields, errors))
    values |= _addresses(customer, fields, errors)
    given_currency = fields.get("currency")
    if given_currency and given_currency != currency:
        errors["currency"] = f"The customer's currency is {currency}"
    exchange_rate = exchange_rate_of(actor, currency, fields.get("exchange_rate"), errors)
    shipping = fields.get("shipping_cost") or ZERO
    errors |= rules.merge({"shippingCost": rules.check_amount("Shipping cost", shipping, currency)})
    lines, line_errors = prepare_lines(
        fields.get("items") or (),
        day=day,
        currency=currency,
        item_currency=actor.company.currency,
        prices_include_tax=inclusive,
        kept=kept,
    )
    errors |= line_errors
    if errors:
        raise InvalidData(resource, errors)
    totals, too_large = totals_of(lines, shipping, currency)
    if too_large:
        raise InvalidData(resource, too_large)
    values |= {
        "company": actor.company,
        "customer": customer,
        "customer_name": customer.name,
        "customer_email": customer.email,
        "customer_phone": customer.phone,
        "customer_tax_number": customer.tax_number,
        "currency": currency,
        "exchange_rate": exchange_rate,
        "prices_include_tax": inclusive,
        **amounts(totals),
        **stamps(actor),
    }
    return values, lines


def amounts(totals: Totals) -> dict[str, Decimal]:
    """The amount columns of a document."""
    return {
        "subtotal": totals.subtotal,
        "total_discount": totals.total_discount,
        "total_tax": totals.total_tax,
        "shipping_cost": totals.shipping_cost,
        "total": totals.total,
    }


def stamps(actor: Actor) -> dict[str, Any]:
    """Who made the row, and when."""
    now = clock.now()
    return {"created_by": actor.id, "created_at": now, "updated_at": now}


def carried(source: SaleDocument) -> dict[str, Any]:
    """The columns that go from a quote to its order and from an order to its invoices."""
    return {name: getattr(source, name) for name in CARRIED}


def copied(source: SaleDocument, lines: Iterable[DocumentLine]) -> dict[str, Any]:
    """What makes a document like another one, as its caller would give it; without dates."""
    return {
        "items": [as_given(line) for line in lines],
        **{name: getattr(source, name) for name in _COPIED},
    }


def search_text(number: str, *others: str) -> str:
    """What the search over a document looks in."""
    return text.fold(" ".join([number, *others]))


def insert_lines(model: type[Line], parent: SaleDocument, parent_name: str, lines: Sequence[PreparedLine]) -> None:
    """Inserts prepared lines of a document."""
    model._default_manager.bulk_create(
        [model(company_id=parent.company_id, **{parent_name: parent}, **line.values) for line in lines]
    )


def clean_texts(fields: Mapping[str, Any], errors: dict[str, str]) -> dict[str, str]:
    """The given texts without what no text may hold; what is too long goes to `errors`."""
    values: dict[str, str] = {}
    for name, length in _TEXTS.items():
        if fields.get(name) is not None:
            values[name] = text.clean_line(fields[name])
            if len(values[name]) > length:
                errors[text.camel_case(name)] = f"At most {length} characters are allowed"
    for name in _BLOCKS:
        if fields.get(name) is not None:
            values[name] = text.clean_block(fields[name])
            if len(values[name]) > 10_000:
                errors[text.camel_case(name)] = "At most 10000 characters are allowed"
    return values


def _addresses(customer: Customer, fields: Mapping[str, Any], errors: dict[str, str]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name in ("billing_address", "shipping_address"):
        values[name] = getattr(customer, name) or customer.address
        if fields.get(name) is not None:
            try:
                values[name] = clean_address(fields[name])
            except ValueError as error:
                errors |= field_errors(text.camel_case(name), error)
    return values


def exchange_rate_of(actor: Actor, currency: str, given: Decimal | None, errors: dict[str, str]) -> Decimal:
    """The rate (company currency per unit of `currency`) that was given, or 1; what is wrong goes to `errors`."""
    own = actor.company.currency
    if given is None:
        if currency != own:
            errors["exchangeRate"] = f"Exchange rate from {currency} to {own} is required"
        return Decimal(1)
    errors |= rules.merge({"exchangeRate": rules.check_exchange_rate(given)})
    if currency == own and given != 1:
        errors["exchangeRate"] = f"Exchange rate must be 1: the customer's currency is the company's, {own}"
    return given
