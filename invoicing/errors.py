"""What can be refused about invoices and payments."""

from decimal import Decimal

from bigledger_crm.kernel.errors import DomainError


class OrderNotInvoiceable(DomainError):
    """Only a confirmed, shipped or delivered order is invoiced."""

    code = "ORDER_NOT_CONFIRMED"

    def __init__(self, order_id: str, status: str) -> None:
        super().__init__(
            f"Cannot invoice an order that is '{status}'", details=[{"salesOrderId": order_id, "status": status}]
        )


class OrderAlreadyInvoiced(DomainError):
    """Nothing of the order is left to invoice."""

    code = "ORDER_ALREADY_INVOICED"


class InvoiceNotIssued(DomainError):
    """Payments need an issued invoice."""

    code = "INVOICE_NOT_ISSUED"


class PaymentExceedsAmountDue(DomainError):
    """More than is due, in the invoice's currency."""

    code = "PAYMENT_EXCEEDS_AMOUNT_DUE"

    def __init__(self, amount: Decimal, amount_due: Decimal, currency: str) -> None:
        super().__init__(
            f"Payment of {amount} {currency} exceeds the amount due of {amount_due} {currency}",
            details=[{"amount": amount, "amountDue": amount_due, "currency": currency}],
        )
