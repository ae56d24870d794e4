"""What can be refused about items, quotes and orders."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from bigledger_crm.kernel.errors import Conflict, DomainError, FieldError
from bigledger_crm.kernel.money import ZERO, plain_number, quantize, with_currency
from bigledger_crm.tenancy.permissions import EXCEED_DISCOUNTS
from customers.rules import CreditUse


class ItemCodeTaken(Conflict):
    """Another item has this code."""

    code = "ITEM_CODE_TAKEN"


class TaxCodeTaken(Conflict):
    """Another tax code has this code."""

    code = "TAX_CODE_TAKEN"


class ChangedMeanwhile(Conflict):
    """Somebody else changed the document since it was opened for editing."""


class ItemInUse(Conflict):
    """An item that documents have lines of can't be deleted; `details` counts them per kind."""

    code = "ITEM_IN_USE"


class TaxCodeInUse(Conflict):
    """A tax code that items or lines name can't be deleted."""

    code = "TAX_CODE_IN_USE"


class QuoteExpired(DomainError):
    """The quote's last valid day has passed."""

    code = "QUOTE_EXPIRED"

    def __init__(self, action: str, quote_id: str, valid_until: date, today: date) -> None:
        super().__init__(
            f"Cannot {action} expired quote",
            details=[{"quoteId": quote_id, "validUntil": valid_until.isoformat(), "currentDate": today.isoformat()}],
        )


class QuoteNotEditable(DomainError):
    """A quote that is no draft says what it said."""

    code = "QUOTE_NOT_EDITABLE"

    def __init__(self, quote_id: str, status: str) -> None:
        by_status = {"sent": ". Revise it to create a new version", "accepted": ". The customer has agreed to it"}
        advice = by_status.get(status, "")
        super().__init__(
            f"Only a draft can be edited; this quote is {status}{advice}",
            details=[{"quoteId": quote_id, "status": status}],
        )


class QuoteNotRevisable(DomainError):
    """Only a quote that the customer has and did not answer gets a new version; names the one that it got already."""

    code = "QUOTE_NOT_REVISABLE"

    def __init__(self, quote_id: str, status: str, superseded_by: str | None = None) -> None:
        detail = {"quoteId": quote_id, "status": status}
        if superseded_by is not None:
            detail["supersededBy"] = superseded_by
        super().__init__(f"Only a sent quote can be revised; this one is {status}", details=[detail])


class QuoteConversionFailed(DomainError):
    """The quote is in no state to become an order; names the order if it became one already."""

    code = "QUOTE_CONVERSION_FAILED"

    def __init__(
        self, reason: str, quote_id: str, valid_until: date, today: date, sales_order_id: str | None = None
    ) -> None:
        detail = {"quoteId": quote_id, "validUntil": valid_until.isoformat(), "currentDate": today.isoformat()}
        if sales_order_id is not None:
            detail["salesOrderId"] = sales_order_id
        super().__init__(f"Cannot convert {reason} quote to sales order", details=[detail])


class OrderNotEditable(DomainError):
    """What was agreed can't be changed; names the fields, in JSON, that were to be."""

    code = "ORDER_NOT_EDITABLE"

    def __init__(self, order_id: str, status: str, fields: Sequence[str]) -> None:
        super().__init__(
            f"This can only be changed on a draft; the order is {status}: {', '.join(fields)}",
            details=[{"salesOrderId": order_id, "status": status, "fields": list(fields)}],
        )


class DiscountExceedsLimit(DomainError):
    """Lines with more discount than the company's limit, in percent, which the actor may not exceed."""

    code = "DISCOUNT_EXCEEDS_LIMIT"

    def __init__(self, limit: Decimal, errors: Iterable[FieldError]) -> None:
        super().__init__(
            f"Discounts above {plain_number(limit)}% need the permission '{EXCEED_DISCOUNTS}'",
            errors=errors,
            details=[{"maxDiscountPercent": limit}],
        )


class CustomerBlocked(DomainError):
    """Nothing is sold to a blocked customer."""

    code = "CUSTOMER_BLOCKED"


class CreditLimitExceeded(DomainError):
    """A document would take the customer above the credit limit; amounts are in the customer's currency.

    `kind` is `order` or `invoice`, `use` what of the limit is used without the document.
    """

    code = "CREDIT_LIMIT_EXCEEDED"

    def __init__(self, kind: str, customer_id: str, customer_name: str, use: CreditUse, total: Decimal) -> None:
        currency = use.currency
        limit, owed, orders, this, excess = (
            quantize(amount, currency)
            for amount in (use.limit or ZERO, use.owed, use.open_orders, total, use.excess(total))
        )
        words = [with_currency(amount, currency) for amount in (excess, limit, owed, orders, this)]
        super().__init__(
            f"This {kind} takes {customer_name} {words[0]} over the credit limit of {words[1]}: "
            f"{words[2]} owed, {words[3]} in open orders, {words[4]} for this {kind}",
            details=[
                {
                    "customerId": customer_id,
                    "creditLimit": limit,
                    "openAmount": owed + orders,
                    "amountOwed": owed,
                    "openOrders": orders,
                    f"{kind}Total": this,
                    "excess": excess,
                    "currency": currency,
                }
            ],
        )


class OrderNotConfirmed(DomainError):
    """A draft or cancelled order is neither shipped nor invoiced."""

    code = "ORDER_NOT_CONFIRMED"


class OrderAlreadyShipped(DomainError):
    """Nothing is left to ship."""

    code = "ORDER_ALREADY_SHIPPED"


class QuantityExceedsRemaining(DomainError):
    """More than is left of one or more order lines."""

    code = "QUANTITY_EXCEEDS_REMAINING"

    def __init__(self, lines: Sequence[Mapping[str, Any]]) -> None:
        super().__init__("Quantity exceeds what remains of the order", details=lines)
