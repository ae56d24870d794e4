"""What time and payments make of an invoice."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from bigledger_crm.kernel.errors import FieldError
from bigledger_crm.testing.errors import by_json_name
from invoicing import rules
from invoicing.rules import PAYMENT_METHODS, InvoiceState, check_payment

TODAY = date(2024, 2, 14)


def stand(status: str, paid: str, days: int, credited: str = "0", total: str = "100") -> InvoiceState:
    """How an invoice of 100 stands that is due so many days from today."""
    return rules.invoice_state(
        status,
        total=Decimal(total),
        paid=Decimal(paid),
        credited=Decimal(credited),
        due_date=TODAY + timedelta(days=days),
        today=TODAY,
    )


@pytest.mark.parametrize(
    ("status", "paid", "days", "expected"),
    [
        ("draft", "0", -5, ("draft", "unpaid", "100", 0)),
        ("sent", "0", 1, ("sent", "unpaid", "100", 0)),
        ("sent", "0", 0, ("sent", "unpaid", "100", 0)),
        ("sent", "0", -1, ("overdue", "unpaid", "100", 1)),
        ("sent", "99.99", -30, ("overdue", "partial", "0.01", 30)),
        ("sent", "40", 3, ("sent", "partial", "60", 0)),
        ("sent", "100", -5, ("paid", "paid", "0", 0)),
        ("cancelled", "0", -5, ("cancelled", "unpaid", "0", 0)),
    ],
)
def test_standing(status: str, paid: str, days: int, expected: tuple[str, str, str, int]) -> None:
    shown, payment_status, due, overdue_by = expected
    assert stand(status, paid, days) == InvoiceState(shown, payment_status, Decimal(due), overdue_by)


def test_credit_reduces_what_is_due_and_an_invoice_of_nothing_is_paid() -> None:
    assert stand("sent", "40", -1, credited="60").status == "paid"
    assert stand("sent", "0", -1, total="0").status == "paid"


def errors(amount: str | None, currency: str = "MYR", days: int = 0, method: str = "cash") -> set[str]:
    given = None if amount is None else Decimal(amount)
    day = TODAY + timedelta(days=days)
    return set(by_json_name(check_payment(given, currency, day, method, invoice_date=TODAY, today=TODAY)))


@pytest.mark.parametrize("amount", [None, "0", "-1", "0.001", "1.0000000000000000000000000000001"])
def test_bad_amounts(amount: str | None) -> None:
    assert errors(amount) == {"amount"}


@pytest.mark.parametrize(
    ("amount", "currency", "fine"),
    [
        ("1.50", "MYR", True),
        ("1.500", "MYR", True),
        ("1.5", "JPY", False),
        ("1.0", "JPY", True),
        ("1.505", "KWD", True),
    ],
)
def test_decimals_follow_the_currency(amount: str, currency: str, fine: bool) -> None:
    assert errors(amount, currency) == (set() if fine else {"amount"})


def test_a_payment_of_the_year_24_is_a_slip() -> None:
    slip = FieldError(("payment_date",), "Dates before 1900 are not accepted")
    assert check_payment(Decimal(1), "MYR", date(24, 1, 15), "cash", invoice_date=TODAY, today=TODAY) == [slip]


def test_no_payment_is_in_the_future() -> None:
    assert errors("1", days=0) == set()
    assert errors("1", days=1) == {"paymentDate"}


def test_a_payment_is_at_most_a_year_before_its_invoice() -> None:
    assert errors("1", days=-365) == set()
    assert errors("1", days=-366) == {"paymentDate"}
    leap = {"invoice_date": date(2024, 2, 29), "today": date(2024, 2, 29)}
    assert check_payment(Decimal(1), "MYR", date(2023, 2, 28), "cash", **leap) == []
    early = "Payment date cannot be more than a year before the invoice date, 2024-02-29"
    assert check_payment(Decimal(1), "MYR", date(2023, 2, 27), "cash", **leap) == [FieldError(("payment_date",), early)]


@pytest.mark.parametrize("method", PAYMENT_METHODS)
def test_known_methods(method: str) -> None:
    assert errors("1", method=method) == set()


def test_every_error_at_once() -> None:
    assert errors("-1", days=1, method="barter") == {"amount", "paymentDate", "paymentMethod"}
