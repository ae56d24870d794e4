"""The double entries that follow from documents, payments, credit and write-offs.

Plain values in, plain values out.  Amounts are signed: above zero is debit, below zero is credit.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from bigledger_crm.kernel.errors import FieldError
from bigledger_crm.kernel.money import ZERO
from invoicing.rules.allocations import base_amount

MAX_CODE, MAX_NAME = 20, 100
EXCHANGE_DIFFERENCE = "exchange_difference"
# What each account is for, with the code and name that it has until a company chooses others.
DEFAULT_ACCOUNTS: dict[str, tuple[str, str]] = {
    "bank": ("1000", "Cash at bank"),
    "cash": ("1050", "Cash in hand"),
    "receivables": ("1200", "Trade receivables"),
    "tax": ("2200", "Sales and service tax payable"),
    "opening_balances": ("3900", "Opening balances"),
    "sales": ("4000", "Sales"),
    "shipping": ("4100", "Shipping charged to customers"),
    "sales_returns": ("4200", "Sales returns and allowances"),
    "exchange_difference": ("4900", "Realised exchange gains and losses"),
    "bank_charge": ("6100", "Bank charges"),
    "small_difference": ("6150", "Rounding and small differences"),
    "bad_debt": ("6200", "Bad debts"),
}


@dataclass(frozen=True, slots=True)
class Posting:
    """One line of an entry: what it is for, and its amount in the company's currency and in the document's."""

    account: str
    amount: Decimal
    currency_amount: Decimal
    text: str = ""


@dataclass(frozen=True, slots=True)
class SaleAmounts:
    """What an invoice or a credit note comes to, in its own currency; `taxes` are by the text of their rate."""

    total: Decimal
    shipping: Decimal
    taxes: Mapping[str, Decimal]
    exchange_rate: Decimal


def sale_postings(sale: SaleAmounts, base_currency: str, *, income: str = "sales") -> list[Posting]:
    """An invoice: what is owed against sales, shipping and each tax.

    What is owed is the total at the document's rate.  Taxes and shipping are converted one by one; sales take what the
    rounding leaves, so that both sides are equal to the cent.
    """
    others = [Posting("tax", *_both(-tax, sale.exchange_rate, base_currency), text) for text, tax in sale.taxes.items()]
    others.append(Posting("shipping", *_both(-sale.shipping, sale.exchange_rate, base_currency)))
    owed = Posting("receivables", *_both(sale.total, sale.exchange_rate, base_currency))
    rest = Posting(
        income,
        -sum((posting.amount for posting in others), owed.amount),
        -sum((posting.currency_amount for posting in others), owed.currency_amount),
    )
    return _without_nothing([owed, rest, *others])


def money_postings(amount: Decimal, base: Decimal, account: str) -> list[Posting]:
    """Money that came, or what was given up: into `account`, off what is owed."""
    return _without_nothing([Posting(account, base, amount), Posting("receivables", -base, -amount)])


def exchange_postings(gain: Decimal) -> list[Posting]:
    """A realised gain (below zero: a loss) on what is owed, in the company's currency only."""
    return _without_nothing([Posting("receivables", gain, ZERO), Posting(EXCHANGE_DIFFERENCE, -gain, ZERO)])


def reversed_postings(postings: Iterable[Posting]) -> list[Posting]:
    """The entry that reverses another one."""
    return [Posting(one.account, -one.amount, -one.currency_amount, one.text) for one in postings]


def account_of_method(payment_method: str) -> str:
    """Where money goes that was paid by a method."""
    return "cash" if payment_method == "cash" else "bank"


def totals(postings: Sequence[Posting]) -> tuple[Decimal, Decimal]:
    """Debit and credit, both above zero."""
    debit = sum((one.amount for one in postings if one.amount > 0), ZERO)
    return debit, -sum((one.amount for one in postings if one.amount < 0), ZERO)


def check_accounts(accounts: Mapping[str, tuple[str, str]]) -> list[FieldError]:
    """The errors of the codes and names of accounts, by what they are for."""
    errors = []
    for purpose, (code, name) in accounts.items():
        for part, value, longest in (("code", code, MAX_CODE), ("name", name, MAX_NAME)):
            if not value:
                errors.append(FieldError((f"{purpose}_{part}",), f"The {part} of the account is required"))
            elif len(value) > longest:
                errors.append(FieldError((f"{purpose}_{part}",), f"At most {longest} characters are allowed"))
    return errors


def _both(amount: Decimal, rate: Decimal, base_currency: str) -> tuple[Decimal, Decimal]:
    return base_amount(amount, rate, base_currency), amount


def _without_nothing(postings: Iterable[Posting]) -> list[Posting]:
    return [one for one in postings if one.amount or one.currency_amount]
