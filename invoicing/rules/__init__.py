"""What time and payments make of an invoice: plain values in, plain values out."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from bigledger_crm.kernel.errors import FieldError, field_error
from bigledger_crm.kernel.money import ZERO, decimals_of, minor_units
from sales.rules import check_dates, check_document_date, check_early_date, years_later

SHOWN_INVOICE_STATES = ("draft", "sent", "overdue", "paid", "cancelled")
PAYMENT_STATUSES = ("unpaid", "partial", "paid")
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
MAX_REASON = 500
# The age of a debt: from so many days past its due date on.
AGES = (("Not yet due", 0), ("1–30 days", 1), ("31–60 days", 31), ("61–90 days", 61), ("Over 90 days", 91))


@dataclass(frozen=True, slots=True)
class InvoiceState:
    """How an invoice stands on a day.  `status` is the shown one; amounts are in the invoice's currency."""

    status: str
    payment_status: str
    amount_due: Decimal
    overdue_by: int


def amount_due(status: str, total: Decimal, paid: Decimal, credited: Decimal) -> Decimal:
    """What is still to be paid; nothing on a cancelled invoice."""
    return ZERO if status == "cancelled" else total - paid - credited


def invoice_state(
    status: str, *, total: Decimal, paid: Decimal, credited: Decimal, due_date: date, today: date
) -> InvoiceState:
    """How an invoice with this stored status stands today, the company's day.  Due today is not overdue."""
    due = amount_due(status, total, paid, credited)
    if status != "sent":
        return InvoiceState(status, "unpaid", due, 0)
    if due <= 0:
        return InvoiceState("paid", "paid", due, 0)
    days = max(0, (today - due_date).days)
    return InvoiceState("overdue" if days else "sent", "partial" if paid > 0 else "unpaid", due, days)


def age_of(due_date: date, today: date) -> str:
    """The age of a debt, by its name among AGES."""
    late = (today - due_date).days
    return next(label for label, days in reversed(AGES) if late >= days or days == 0)


def check_invoice_dates(invoice_date: date, due_date: date | None, today: date) -> list[FieldError]:
    """What is wrong with the dates of an invoice."""
    return [
        *field_error("invoice_date", check_document_date(invoice_date, today)),
        *field_error("due_date", check_dates(invoice_date, due_date, "invoice date", "Due date")),
    ]


def check_span(first: date | None, last: date | None) -> str | None:
    """The error of the days of a statement; None when they are fine."""
    if first is not None and last is not None and first > last:
        return "The last day must not be before the first"
    return None


def customer_reference(reference: str, order_number: str) -> str:
    """The customer's reference on an invoice; the reference of one that bills an order is our order's number."""
    return "" if reference == order_number else reference


def check_credit_note_date(day: date, invoice_date: date, today: date) -> str | None:
    """The error of a credit note's date; None when it is fine.  Only an invoice of a later day is credited ahead."""
    if day < invoice_date:
        return "Credit note date cannot be before the invoice date"
    if day > max(today, invoice_date):
        return "Credit note date cannot be in the future"
    return None


def check_reason(reason: str) -> list[FieldError]:
    """What is wrong with why something was taken back."""
    too_long = len(reason) > MAX_REASON
    return field_error("reason", f"At most {MAX_REASON} characters are allowed" if too_long else None)


def check_payment(
    amount: Decimal | None, currency: str, payment_date: date, method: str, *, invoice_date: date, today: date
) -> list[FieldError]:
    """What is wrong with a payment."""
    choices = ", ".join(PAYMENT_METHODS)
    return [
        *field_error("amount", _check_payment_amount(amount, currency)),
        *field_error("payment_date", _check_payment_date(payment_date, invoice_date, today)),
        *field_error(
            "payment_method", None if method in PAYMENT_METHODS else f"Payment method must be one of: {choices}"
        ),
    ]


def _check_payment_amount(amount: Decimal | None, currency: str) -> str | None:
    if amount is None:
        return "Amount is required"
    if amount <= 0:
        return "Amount must be above 0"
    if decimals_of(amount) > minor_units(currency):
        return f"Amount can have at most {minor_units(currency)} decimals in {currency}"
    return None


def _check_payment_date(payment_date: date, invoice_date: date, today: date) -> str | None:
    if payment_date > today:
        return "Payment date cannot be in the future"
    if slip := check_early_date(payment_date):
        return slip
    if payment_date < years_later(invoice_date, -1):
        return f"Payment date cannot be more than a year before the invoice date, {invoice_date}"
    return None
