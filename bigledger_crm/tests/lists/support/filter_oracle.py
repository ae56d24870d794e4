"""What every filter of every list holds of a row, in plain Python."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from bigledger_crm.kernel import ids
from bigledger_crm.kernel.text import fold
from bigledger_crm.tests.lists.support.random_rows import TODAY, Row
from invoicing.rules import invoice_state
from sales.rules import shown_quote_status

ZONE = ZoneInfo("Asia/Kuala_Lumpur")
Holds = Callable[[Row, str], bool]


def _is(column: str) -> Holds:
    return lambda row, text: str(getattr(row, column)) == text


def _limit(column: str, read: Callable[[str], Any], *, low: bool) -> Holds:
    def holds(row: Row, text: str) -> bool:
        value = getattr(row, column)
        return value is not None and (value >= read(text) if low else value <= read(text))

    return holds


def _range(name: str, column: str, read: Callable[[str], Any], ends: tuple[str, str]) -> dict[str, Holds]:
    return {f"{name}{ends[0]}": _limit(column, read, low=True), f"{name}{ends[1]}": _limit(column, read, low=False)}


def _amounts(name: str, column: str) -> dict[str, Holds]:
    return _range(name, column, Decimal, ("Min", "Max"))


def _dates(name: str, column: str) -> dict[str, Holds]:
    return _range(name, column, date.fromisoformat, ("From", "To"))


def _found(*columns: str) -> Holds:
    return lambda row, text: fold(text) in fold(" ".join(str(getattr(row, column)) for column in columns))


def _stands(row: Row) -> Any:
    paid, credited = row.amount_paid, row.amount_credited
    return invoice_state(row.status, total=row.total, paid=paid, credited=credited, due_date=row.due_date, today=TODAY)


def _belongs(column: str, prefix: str) -> Holds:
    return lambda row, text: ids.encode(prefix, getattr(row, column)) == text


def _is_owned(row: Row, text: str) -> bool:
    return (ids.encode("user", row.owner_id) if row.owner_id else "none") == text


_DOCUMENT = {"ownerId": _is_owned, "customerId": _belongs("customer_id", "cust"), **_amounts("total", "total")}
ORACLE: dict[str, dict[str, Holds]] = {
    "customers": {
        "search": _found("name", "email", "customer_number"),
        "status": _is("status"),
        "type": _is("type"),
        "currency": _is("currency"),
        "ownerId": _is_owned,
        "tags": lambda row, text: set(text.split(",")) <= set(row.tags),
        **_amounts("creditLimit", "credit_limit"),
        **_amounts("balance", "current_balance"),
        "createdAfter": lambda row, text: row.created_at.astimezone(ZONE).date() >= date.fromisoformat(text),
        "createdBefore": lambda row, text: row.created_at.astimezone(ZONE).date() <= date.fromisoformat(text),
    },
    "items": {
        "search": _found("item_code", "name"),
        "isActive": lambda row, text: row.is_active == (text == "true"),
        "taxCode": lambda row, text: row.tax_code is not None and row.tax_code.code == text,
        "type": lambda row, text: row.type == text,
    },
    "quotes": {
        **_DOCUMENT,
        "search": _found("quote_number", "reference", "customer_name", "title"),
        "status": lambda row, text: shown_quote_status(row.status, row.valid_until, TODAY) == text,
        **_dates("quoteDate", "quote_date"),
        **_dates("validUntil", "valid_until"),
    },
    "sales-orders": {
        **_DOCUMENT,
        "search": _found("order_number", "reference", "customer_name"),
        "status": _is("status"),
        "priority": _is("priority"),
        **_dates("orderDate", "order_date"),
        **_dates("requiredDate", "required_date"),
    },
    "invoices": {
        **_DOCUMENT,
        "search": _found("invoice_number", "reference", "customer_name"),
        "status": lambda row, text: _stands(row).status == text,
        "paymentStatus": lambda row, text: _stands(row).payment_status == text,
        "overdue": lambda row, text: (_stands(row).overdue_by > 0) == (text == "true"),
        **_dates("invoiceDate", "invoice_date"),
        **_dates("dueDate", "due_date"),
    },
    "payments": {
        "search": _found("reference"),
        "customerId": _belongs("customer_id", "cust"),
        "invoiceId": _belongs("invoice_id", "inv"),
        "status": _is("status"),
        "paymentMethod": _is("payment_method"),
        **_dates("paymentDate", "payment_date"),
        **_amounts("amount", "amount"),
    },
}
