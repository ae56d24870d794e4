"""What can be refused about items, quotes and orders."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from bigledger_crm.kernel.errors import Conflict, DomainError


class ItemCodeTaken(Conflict):
    """Another item has this code."""

    code = "ITEM_CODE_TAKEN"


class TaxCodeTaken(Conflict):
    """Another tax code has this code."""

    code = "TAX_CODE_TAKEN"


class QuoteExpired(DomainError):
    """The quote's last valid day has passed."""

    code = "QUOTE_EXPIRED"

    def __init__(self, action: str, quote_id: str, valid_until: date, today: date) -> None:
        super().__init__(
            f"Cannot {action} expired quote",
            details=[{"quoteId": quote_id, "validUntil": valid_until.isoformat(), "currentDate": today.isoformat()}],
        )


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


class CustomerBlocked(DomainError):
    """Nothing is sold to a blocked customer."""

    code = "CUSTOMER_BLOCKED"


class CreditLimitExceeded(DomainError):
    """The order would take the customer above the credit limit; amounts are in the customer's currency."""

    code = "CREDIT_LIMIT_EXCEEDED"

    def __init__(self, customer_id: str, limit: Decimal, exposure: Decimal, order: Decimal, currency: str) -> None:
        super().__init__(
            "Order exceeds the customer's credit limit",
            details=[
                {
                    "customerId": customer_id,
                    "creditLimit": limit,
                    "openAmount": exposure,
                    "orderTotal": order,
                    "currency": currency,
                }
            ],
        )


class QuantityExceedsRemaining(DomainError):
    """More than is left of one or more order lines."""

    code = "QUANTITY_EXCEEDS_REMAINING"

    def __init__(self, lines: Sequence[Mapping[str, Any]]) -> None:
        super().__init__("Quantity exceeds what remains of the order", details=lines)
