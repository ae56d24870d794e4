"""Double entries as pure functions."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from bigledger_crm.kernel.errors import FieldError
from bigledger_crm.kernel.money import minor_units
from invoicing.rules.journal import (
    DEFAULT_ACCOUNTS,
    Posting,
    SaleAmounts,
    check_accounts,
    exchange_postings,
    money_postings,
    reversed_postings,
    sale_postings,
    totals,
)

D = Decimal
CENTS = st.integers(0, 10**9).map(lambda cents: D(cents) / 100)


def test_an_invoice_in_another_currency() -> None:
    sale = SaleAmounts(D("118.10"), D("10.00"), {"SST 8%": D("8.00"), "SV 6%": D("0.10")}, D("4.7135"))
    assert sale_postings(sale, "MYR") == [
        Posting("receivables", D("556.66"), D("118.10")),
        Posting("sales", D("-471.34"), D("-100.00")),
        Posting("tax", D("-37.71"), D("-8.00"), "SST 8%"),
        Posting("tax", D("-0.47"), D("-0.10"), "SV 6%"),
        Posting("shipping", D("-47.14"), D("-10.00")),
    ]


def test_nothing_is_posted_to_what_has_no_amount() -> None:
    sale = SaleAmounts(D("50.00"), D(0), {}, D(1))
    assert sale_postings(sale, "MYR", income="sales_returns") == [
        Posting("receivables", D("50.00"), D("50.00")),
        Posting("sales_returns", D("-50.00"), D("-50.00")),
    ]
    assert sale_postings(SaleAmounts(D(0), D(0), {}, D(1)), "MYR") == []


def test_money_and_gains() -> None:
    assert money_postings(D(100), D("470.00"), "bank") == [
        Posting("bank", D("470.00"), D(100)),
        Posting("receivables", D("-470.00"), D(-100)),
    ]
    assert exchange_postings(D("-1.35")) == [
        Posting("receivables", D("-1.35"), D(0)),
        Posting("exchange_difference", D("1.35"), D(0)),
    ]
    assert reversed_postings([Posting("tax", D("-1.00"), D("-2.00"), "SST 8%")]) == [
        Posting("tax", D("1.00"), D("2.00"), "SST 8%")
    ]


@given(
    net=CENTS,
    shipping=CENTS,
    taxes=st.lists(CENTS, max_size=4),
    rate=st.integers(1, 10**9).map(lambda value: D(value) / 10**6),
    base=st.sampled_from(["MYR", "JPY", "KWD"]),
)
def test_both_sides_are_always_equal(net: D, shipping: D, taxes: list[D], rate: D, base: str) -> None:
    by_text = {f"{position} %": tax for position, tax in enumerate(taxes)}
    sale = SaleAmounts(net + shipping + sum(taxes, D(0)), shipping, by_text, rate)
    for postings in (sale_postings(sale, base), reversed_postings(sale_postings(sale, base))):
        debit, credit = totals(postings)
        assert debit == credit
        assert sum(posting.currency_amount for posting in postings) == 0
        unit = D(1).scaleb(-minor_units(base))
        assert all(posting.amount % unit == 0 for posting in postings)


def test_all_that_is_wrong_with_accounts_is_told() -> None:
    accounts = {**DEFAULT_ACCOUNTS, "bank": ("", "Bank"), "tax": ("2200", "T" * 101), "cash": ("1" * 21, "")}
    assert check_accounts(accounts) == [
        FieldError(("bank_code",), "The code of the account is required"),
        FieldError(("cash_code",), "At most 20 characters are allowed"),
        FieldError(("cash_name",), "The name of the account is required"),
        FieldError(("tax_name",), "At most 100 characters are allowed"),
    ]
    assert check_accounts(DEFAULT_ACCOUNTS) == []
