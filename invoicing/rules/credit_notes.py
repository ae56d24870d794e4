"""What a valid credit note is, and a valid reason for cancelling, voiding or reversing something."""

from datetime import date

from bigledger_crm.kernel.errors import FieldError, field_error
from sales.rules import check_early_date

MAX_REASON = 500


def check_credit_note_date(day: date, invoice_date: date, today: date) -> str | None:
    """The error of a credit note's date; None when it is fine.  Only an invoice of a later day is credited ahead."""
    if day < invoice_date:
        return "Credit note date cannot be before the invoice date"
    if day > max(today, invoice_date):
        return "Credit note date cannot be in the future"
    return None


def check_goodwill(day: date, reason: str, today: date) -> list[FieldError]:
    """The errors of the date and the reason of a credit note that is for no invoice."""
    wrong_day = "Credit note date cannot be in the future" if day > today else check_early_date(day)
    return [
        *field_error("credit_note_date", wrong_day),
        *field_error("reason", None if reason else "A reason is required"),
        *check_reason(reason),
    ]


def check_reason(reason: str) -> list[FieldError]:
    """The errors of the reason for cancelling, voiding or reversing something."""
    too_long = len(reason) > MAX_REASON
    return field_error("reason", f"At most {MAX_REASON} characters are allowed" if too_long else None)
