"""What valid settings of a bank account are."""

from bigledger_crm.kernel.errors import FieldError, field_error, under
from bigledger_crm.kernel.money import is_currency
from invoicing.bank_files.cells import DATE_FORMATS
from invoicing.inputs import ColumnProfile

TRANSACTION_STATUSES = ("unmatched", "matched", "ignored")
STATEMENT_FORMATS = ("camt", "mt940", "ofx", "csv", "xlsx")
DECIMAL_SEPARATORS = (".", ",")
MAX_NAME = 100
MAX_NUMBER = 40


def check_currency(currency: str) -> str | None:
    """The error of an account's currency; None when it is fine."""
    return None if is_currency(currency) else "Currency must be an ISO 4217 code such as MYR"


def check_column_profile(profile: ColumnProfile) -> list[FieldError]:
    """What is wrong with how an account's tables are to be read."""
    errors: list[FieldError] = []
    if profile.date_format and profile.date_format not in DATE_FORMATS:
        errors += field_error("date_format", f"Must be one of: {', '.join(DATE_FORMATS)}")
    if profile.decimal_separator not in DECIMAL_SEPARATORS:
        errors += field_error("decimal_separator", "Must be a point or a comma")
    columns = profile.columns
    if columns and not columns.get("date"):
        errors += under(field_error("date", "Name the column of the date"), "columns")
    if columns and not columns.keys() & {"amount", "credit", "debit"}:
        errors += under(field_error("amount", "Name the column of the amount, or those of debit and credit"), "columns")
    return under(errors, "column_profile")
