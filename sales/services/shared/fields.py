"""What making a quote, an order and an invoice has in common."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from msgspec import UNSET

from bigledger_crm.custom_fields.services import clean_custom_fields, unique_fields_kept
from bigledger_crm.kernel import clock, text
from bigledger_crm.kernel.errors import FieldError, InvalidData, field_error
from bigledger_crm.kernel.inputs import given_or
from bigledger_crm.kernel.money import ZERO
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.record_owners import chosen_owner
from customers.models import Customer
from customers.queries import lock_customer_by_public_id
from customers.rules import clean_address, errors_of
from sales import rules
from sales.inputs import DocumentInput
from sales.models import DocumentLine, OwnedDocument, SaleDocument
from sales.pricing import Totals
from sales.services.shared.discounts import check_discounts
from sales.services.shared.lines import NONE_KEPT, PreparedLine, as_given, prepare_lines, totals_of

Line = TypeVar("Line", bound=DocumentLine)
ADDRESSES = ("billing_address", "shipping_address")
# How long the texts of documents can be; those of several lines come last.
_LENGTHS = {"reference": 100, "title": 200, "purchase_order": 100, "shipping_method": 100, "tracking_number": 100}
_BLOCKS = ("notes", "terms", "description")
_LENGTHS |= dict.fromkeys(_BLOCKS, 10_000)
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


def customer_for_document(inputs: DocumentInput, resource: str) -> Customer:
    """The customer of `customer_id`, locked so that its currency stays.

    Raises InvalidData, NotFound.
    """
    if not inputs.customer_id:
        raise InvalidData(resource, field_error("customer_id", "Customer is required"))
    customer = lock_customer_by_public_id(inputs.customer_id)
    if customer.merged_into_id:
        raise InvalidData(resource, field_error("customer_id", "This customer was merged into another one"))
    if customer.anonymised_at is not None:
        raise InvalidData(resource, field_error("customer_id", "Personal data about this customer was erased"))
    return customer


def prepare_document(
    actor: Actor,
    customer: Customer,
    inputs: DocumentInput,
    *,
    day: date,
    kept: Mapping[str, DocumentLine] = NONE_KEPT,
) -> tuple[dict[str, Any], list[PreparedLine], list[FieldError]]:
    """The columns that all documents share, the priced lines of `inputs.items`, and what is wrong.

    Raises NotFound for an item, MissingRight for another owner than the customer's.
    """
    currency = customer.currency
    inclusive = bool(inputs.prices_include_tax)
    texts, errors = clean_texts(inputs)
    addresses, address_errors = _addresses(customer, inputs)
    errors += address_errors
    if inputs.currency and inputs.currency != currency:
        errors += field_error("currency", f"The customer's currency is {currency}")
    owner, owner_errors = chosen_owner(actor, inputs.owner_id, customer.owner_id)
    errors += owner_errors
    exchange_rate = given_or(inputs.exchange_rate, None)
    errors += check_exchange_rate(actor, currency, exchange_rate)
    shipping = inputs.shipping_cost or ZERO
    errors += field_error("shipping_cost", rules.check_amount("Shipping cost", shipping, currency))
    lines, line_errors = prepare_lines(
        inputs.items or (),
        day=day,
        currency=currency,
        item_currency=actor.company.currency,
        prices_include_tax=inclusive,
        kept=kept,
    )
    errors += [*line_errors, *check_discounts(actor, lines, currency)]
    if errors:
        return {}, [], errors
    totals, too_large = totals_of(lines, shipping, currency)
    values = {
        **texts,
        **addresses,
        "company": actor.company,
        "customer": customer,
        "owner_id": owner,
        "customer_name": customer.name,
        "customer_email": customer.email,
        "customer_phone": customer.phone,
        "customer_tax_number": customer.tax_number,
        "currency": currency,
        "exchange_rate": Decimal(1) if exchange_rate is None else exchange_rate,
        "prices_include_tax": inclusive,
        **amounts(totals),
        **stamps(actor),
    }
    return values, lines, too_large


def custom_fields_of_new(
    actor: Actor, model: type[SaleDocument], inputs: DocumentInput, copied_fields: dict[str, Any] | None
) -> tuple[dict[str, Any], list[FieldError]]:
    """The column with the custom fields of a new document, and what is wrong with those of the input.

    `copied_fields`, which other documents have already, take their place: nobody is asked for what is required.
    """
    if copied_fields is not None:
        return {"custom_fields": copied_fields}, []
    return clean_custom_fields(actor, model, inputs.custom_fields, None)


def amounts(totals: Totals | SaleDocument) -> dict[str, Decimal]:
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
    """What makes a document like another one, by the fields of its input; without dates."""
    return {
        "items": [as_given(line) for line in lines],
        **{name: getattr(source, name) for name in _COPIED},
    }


def search_text(number: str, *others: str) -> str:
    """What the search over a document looks in."""
    return text.fold(" ".join([number, *others]))


def insert_document(document: OwnedDocument) -> None:
    """Inserts a document.  Raises CustomFieldTaken."""
    with unique_fields_kept(document.company, [document]):
        document.save(force_insert=True)


def insert_lines(model: type[Line], parent: SaleDocument, parent_name: str, lines: Sequence[PreparedLine]) -> None:
    """Inserts prepared lines of a document."""
    model._default_manager.bulk_create(
        [model(company_id=parent.company_id, **{parent_name: parent}, **line.values) for line in lines]
    )


def clean_texts(inputs: DocumentInput) -> tuple[dict[str, str], list[FieldError]]:
    """The given texts without what no text may hold, and which of them are too long."""
    values: dict[str, str] = {}
    errors: list[FieldError] = []
    for name, length in _LENGTHS.items():
        value = getattr(inputs, name, None)
        if isinstance(value, str):
            values[name] = text.clean_block(value) if name in _BLOCKS else text.clean_line(value)
            if len(values[name]) > length:
                errors += field_error(name, f"At most {length} characters are allowed")
    return values, errors


def _addresses(customer: Customer, inputs: DocumentInput) -> tuple[dict[str, Any], list[FieldError]]:
    """The given addresses, else the customer's."""
    values, errors = clean_addresses(inputs)
    for name in ADDRESSES:
        if given_or(getattr(inputs, name), None) is None:
            values[name] = getattr(customer, name) or customer.address
    return values, errors


def clean_addresses(inputs: DocumentInput) -> tuple[dict[str, Any], list[FieldError]]:
    """The given addresses, and what is wrong with them."""
    values: dict[str, Any] = {}
    errors: list[FieldError] = []
    for name in ADDRESSES:
        address = getattr(inputs, name)
        if address is not UNSET:
            try:
                values[name] = clean_address(address)
            except ValueError as error:
                errors += errors_of(name, error)
    return values, errors


def check_exchange_rate(actor: Actor, currency: str, rate: Decimal | None) -> list[FieldError]:
    """The errors of a rate, company currency per unit of `currency`; without one it is 1."""
    own = actor.company.currency
    message = None
    if rate is None:
        message = f"Exchange rate from {currency} to {own} is required" if currency != own else None
    elif currency == own and rate != 1:
        message = f"Exchange rate must be 1: the customer's currency is the company's, {own}"
    else:
        message = rules.check_exchange_rate(rate)
    return field_error("exchange_rate", message)
