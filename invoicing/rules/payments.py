"""What a valid payment and a valid refund are."""

from datetime import date
from decimal import Decimal

from bigledger_crm.kernel.errors import FieldError, field_error
from bigledger_crm.kernel.money import decimals_of, minor_units
from sales.rules import check_early_date, years_later

PAYMENT_STATES = ("recorded", "voided")
PAYMENT_METHODS = (
    "cash",
    "cheque",
    "bank_transfer",
    "credit_card",
    "debit_card",
    "e_wallet",
    "direct_debit",
    "other",
)
# What becomes of more than is due: it is refused, or kept as the customer's credit.
EXCESS = ("refuse", "credit")
AUTO_ALLOCATE = ("none", "oldest")


def check_payment(
    amount: Decimal | None, currency: str, payment_date: date, method: str, *, invoice_date: date | None, today: date
) -> list[FieldError]:
    """The errors of a payment; without the date of an invoice, with one that is for none."""
    return [
        *field_error("amount", check_positive_amount(amount, currency)),
        *field_error("payment_date", _check_payment_date(payment_date, invoice_date, today)),
        *field_error("payment_method", check_method(method)),
    ]


def _check_payment_date(payment_date: date, invoice_date: date | None, today: date) -> str | None:
    if payment_date > today:
        return "Payment date cannot be in the future"
    if slip := check_early_date(payment_date):
        return slip
    if invoice_date is not None and payment_date < years_later(invoice_date, -1):
        return f"Payment date cannot be more than a year before the invoice date, {invoice_date}"
    return None


def check_refund(
    amount: Decimal | None, currency: str, day: date, method: str, *, source_date: date, today: date
) -> list[FieldError]:
    """The errors of a refund of a payment or credit note of `source_date`."""
    wrong_day = None
    if day > max(today, source_date):
        wrong_day = "Refund date cannot be in the future"
    elif day < source_date:
        wrong_day = f"Refund date cannot be before {source_date}, when the credit began"
    return [
        *field_error("amount", check_positive_amount(amount, currency)),
        *field_error("refund_date", wrong_day),
        *field_error("payment_method", check_method(method)),
    ]


def check_method(method: str) -> str | None:
    """The error of how something was paid; None when it is fine."""
    return None if method in PAYMENT_METHODS else f"Payment method must be one of: {', '.join(PAYMENT_METHODS)}"


def check_positive_amount(amount: Decimal | None, currency: str) -> str | None:
    """The error of an amount that must be above 0; None when it is fine."""
    if amount is None:
        return "Amount is required"
    if amount <= 0:
        return "Amount must be above 0"
    if decimals_of(amount) > minor_units(currency):
        return f"Amount can have at most {minor_units(currency)} decimals in {currency}"
    return None
