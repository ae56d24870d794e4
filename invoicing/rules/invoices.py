"""The due date of an invoice, and what time and payments make of it: plain values in, plain values out."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from bigledger_crm.kernel.errors import FieldError, field_error
from bigledger_crm.kernel.money import ZERO
from sales.rules import check_dates, check_document_date, days_later

SHOWN_INVOICE_STATES = ("draft", "sent", "overdue", "paid", "cancelled")
PAYMENT_STATUSES = ("unpaid", "partial", "paid")
WRITE_OFF_KINDS = ("bad_debt", "small_difference", "bank_charge")


@dataclass(frozen=True, slots=True)
class InvoiceState:
    """The state of an invoice on a day.  `status` is the one that is shown; amounts are in the invoice's currency."""

    status: str
    payment_status: str
    amount_due: Decimal
    overdue_by: int


def amount_due(status: str, total: Decimal, paid: Decimal, credited: Decimal, written_off: Decimal = ZERO) -> Decimal:
    """What remains to be paid; nothing on a cancelled invoice."""
    return ZERO if status == "cancelled" else total - paid - credited - written_off


def invoice_state(
    status: str,
    *,
    total: Decimal,
    paid: Decimal,
    credited: Decimal,
    written_off: Decimal = ZERO,
    due_date: date,
    today: date,
) -> InvoiceState:
    """The state today, on the company's calendar, of an invoice with this stored status.  Due today is not overdue."""
    due = amount_due(status, total, paid, credited, written_off)
    if status != "sent":
        return InvoiceState(status, "unpaid", due, 0)
    if due <= 0:
        return InvoiceState("paid", "paid", due, 0)
    days = max(0, (today - due_date).days)
    return InvoiceState("overdue" if days else "sent", "partial" if paid > 0 else "unpaid", due, days)


def default_due_date(invoice_date: date, payment_terms: int) -> date:
    """The due date of an invoice that is given none, by the customer's payment terms in days."""
    return days_later(invoice_date, payment_terms)


def check_invoice_dates(invoice_date: date, due_date: date | None, today: date) -> list[FieldError]:
    """The errors of an invoice's dates: it is not due before its date."""
    return [
        *field_error("invoice_date", check_document_date(invoice_date, today)),
        *field_error("due_date", check_dates(invoice_date, due_date, "invoice date", "Due date")),
    ]


def customer_reference(reference: str, order_number: str) -> str:
    """The customer's reference on an invoice; the reference of one that bills an order is our order's number."""
    return "" if reference == order_number else reference
