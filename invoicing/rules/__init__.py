"""What is valid, and what time and payments make of an invoice: plain values in, plain values out."""

from invoicing.rules.credit_notes import MAX_REASON, check_credit_note_date, check_goodwill, check_reason
from invoicing.rules.invoices import (
    PAYMENT_STATUSES,
    SHOWN_INVOICE_STATES,
    WRITE_OFF_KINDS,
    InvoiceState,
    amount_due,
    check_invoice_dates,
    customer_reference,
    default_due_date,
    invoice_state,
)
from invoicing.rules.payments import (
    AUTO_ALLOCATE,
    EXCESS,
    PAYMENT_METHODS,
    PAYMENT_STATES,
    check_method,
    check_payment,
    check_positive_amount,
    check_refund,
)
from invoicing.rules.statements import check_span

__all__ = [
    "AUTO_ALLOCATE",
    "EXCESS",
    "MAX_REASON",
    "PAYMENT_METHODS",
    "PAYMENT_STATES",
    "PAYMENT_STATUSES",
    "SHOWN_INVOICE_STATES",
    "WRITE_OFF_KINDS",
    "InvoiceState",
    "amount_due",
    "check_credit_note_date",
    "check_goodwill",
    "check_invoice_dates",
    "check_method",
    "check_payment",
    "check_positive_amount",
    "check_reason",
    "check_refund",
    "check_span",
    "customer_reference",
    "default_due_date",
    "invoice_state",
]
