"""What can be refused about invoices and payments."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from bigledger_crm.kernel.errors import Conflict, DomainError
from bigledger_crm.kernel.money import with_currency


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


class InvoiceNotOverdue(DomainError):
    """Only what is overdue is reminded of by hand."""

    code = "INVOICE_NOT_OVERDUE"

    def __init__(self, invoice_id: str, number: str) -> None:
        super().__init__(f"Invoice {number} is not overdue", details=[{"invoiceId": invoice_id}])


class PaymentExceedsAmountDue(DomainError):
    """More than is due, in the invoice's currency."""

    code = "PAYMENT_EXCEEDS_AMOUNT_DUE"

    def __init__(self, amount: Decimal, amount_due: Decimal, currency: str) -> None:
        super().__init__(
            f"Payment of {with_currency(amount, currency)} exceeds the amount due of "
            f"{with_currency(amount_due, currency)}",
            details=[{"amount": amount, "amountDue": amount_due, "currency": currency}],
        )


class InvoiceNotEditable(DomainError):
    """What an invoice says and can't say otherwise any more; names the fields in JSON."""

    code = "INVOICE_NOT_EDITABLE"

    def __init__(self, invoice_id: str, status: str, fields: Sequence[str]) -> None:
        reason = {
            "draft": "the draft bills an order: cancel it and convert the order again",
            "sent": "the invoice is issued: only reference, notes, tags and custom fields not on its PDF "
            "can be changed",
        }.get(status, "the invoice is cancelled")
        super().__init__(
            f"Cannot change {', '.join(fields)}: {reason}",
            details=[{"invoiceId": invoice_id, "status": status, "fields": list(fields)}],
        )


class InvoiceHasPayments(DomainError):
    """An invoice that something is paid or credited of can't be cancelled."""

    code = "INVOICE_HAS_PAYMENTS"

    def __init__(self, invoice_id: str, number: str, paid: Decimal, credited: Decimal) -> None:
        super().__init__(
            f"Invoice {number} cannot be cancelled: it has payments or credits. Credit the rest instead",
            details=[{"invoiceId": invoice_id, "amountPaid": paid, "amountCredited": credited}],
        )


class PaymentAlreadyVoided(DomainError):
    """A payment is voided once."""

    code = "PAYMENT_ALREADY_VOIDED"


class CreditNoteStays(DomainError):
    """A credit note that was refunded, or that no import made, isn't taken back."""

    code = "CREDIT_NOTE_STAYS"

    def __init__(self, number: str) -> None:
        super().__init__(f"Credit note {number} cannot be taken back. Bill its amount again with an invoice")


class InvoiceAlreadyCredited(DomainError):
    """Nothing of the invoice is left to credit."""

    code = "INVOICE_ALREADY_CREDITED"


class CreditExceedsRemaining(DomainError):
    """More than is left to credit of one or more lines, or of the shipping cost."""

    code = "CREDIT_EXCEEDS_REMAINING"

    def __init__(self, excess: Sequence[Mapping[str, Any]]) -> None:
        super().__init__("The credit exceeds what remains of the invoice", details=excess)


class CreditExceedsAmountDue(DomainError):
    """A credit note reduces what is due, so it can't be above it; in the invoice's currency."""

    code = "CREDIT_EXCEEDS_AMOUNT_DUE"

    def __init__(self, amount: Decimal, amount_due: Decimal, currency: str) -> None:
        super().__init__(
            f"Credit of {with_currency(amount, currency)} exceeds the amount due of "
            f"{with_currency(amount_due, currency)}: void payments of the invoice first",
            details=[{"amount": amount, "amountDue": amount_due, "currency": currency}],
        )


class ReminderStepTaken(Conflict):
    """The schedule has a step for that day."""

    code = "REMINDER_STEP_TAKEN"


class ReminderStepLimitReached(Conflict):
    """The schedule has as many steps as it may have."""

    code = "REMINDER_STEP_LIMIT_REACHED"


class AllocationExceedsAmountDue(DomainError):
    """More than is due on one or more invoices; each of them is named, with amounts in its currency."""

    code = "ALLOCATION_EXCEEDS_AMOUNT_DUE"

    def __init__(self, excess: Sequence[Mapping[str, Any]]) -> None:
        numbers = ", ".join(str(line["invoiceNumber"]) for line in excess)
        super().__init__(f"The allocation exceeds the amount due on {numbers}", details=excess)


class AllocationExceedsCredit(DomainError):
    """More than is left of a payment or of a credit note, in its currency."""

    code = "ALLOCATION_EXCEEDS_CREDIT"

    def __init__(self, amount: Decimal, unapplied: Decimal, currency: str) -> None:
        super().__init__(
            f"Allocations of {with_currency(amount, currency)} exceed the {with_currency(unapplied, currency)} that "
            "is left",
            details=[{"amount": amount, "unappliedAmount": unapplied, "currency": currency}],
        )


class NothingAllocated(DomainError):
    """Nothing of a payment or credit note settles an invoice, so there is no allocation to reverse."""

    code = "NOTHING_ALLOCATED"


class AllocationAlreadyReversed(DomainError):
    """An allocation is reversed once; its amount may have been used or refunded since."""

    code = "ALLOCATION_ALREADY_REVERSED"


class PaymentCreditSpent(DomainError):
    """A payment whose credit went elsewhere can't be voided; `details` say where it went."""

    code = "PAYMENT_CREDIT_SPENT"

    def __init__(self, spent: Sequence[Mapping[str, Any]]) -> None:
        where = [str(line.get("invoiceNumber") or line.get("refundId")) for line in spent]
        super().__init__(
            f"The payment cannot be voided: its credit went to {', '.join(where)}. Reverse that first", details=spent
        )


class RefundExceedsCredit(DomainError):
    """More than is left of a payment or of a credit note on the day of the refund, in its currency."""

    code = "REFUND_EXCEEDS_CREDIT"

    def __init__(self, amount: Decimal, unapplied: Decimal, currency: str) -> None:
        super().__init__(
            f"Refund of {with_currency(amount, currency)} exceeds the credit of {with_currency(unapplied, currency)}",
            details=[{"amount": amount, "unappliedAmount": unapplied, "currency": currency}],
        )


class RefundAlreadyVoided(DomainError):
    """A refund is voided once."""

    code = "REFUND_ALREADY_VOIDED"


class WriteOffExceedsAmountDue(DomainError):
    """More than is due, in the invoice's currency."""

    code = "WRITE_OFF_EXCEEDS_AMOUNT_DUE"

    def __init__(self, amount: Decimal, amount_due: Decimal, currency: str) -> None:
        super().__init__(
            f"Write-off of {with_currency(amount, currency)} exceeds the amount due of "
            f"{with_currency(amount_due, currency)}",
            details=[{"amount": amount, "amountDue": amount_due, "currency": currency}],
        )


class WriteOffExceedsTolerance(DomainError):
    """More than the company's limit for small differences; both in the company's currency."""

    code = "WRITE_OFF_EXCEEDS_TOLERANCE"

    def __init__(self, amount: Decimal, tolerance: Decimal, currency: str) -> None:
        super().__init__(
            f"{with_currency(amount, currency)} is not a small difference: the company's limit is "
            f"{with_currency(tolerance, currency)}",
            details=[{"amount": amount, "tolerance": tolerance, "currency": currency}],
        )


class WriteOffAlreadyReversed(DomainError):
    """A write-off is reversed once."""

    code = "WRITE_OFF_ALREADY_REVERSED"
