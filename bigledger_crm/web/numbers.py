"""Numbers as people type them: read exactly, or refused with what they could have meant."""

import re
from decimal import Decimal

from babel.numbers import get_currency_symbol
from django.utils.formats import get_format
from django.utils.translation import gettext as _

from bigledger_crm.kernel import money

_SPACES = "[ \u00a0\u202f'’]"
_WITH_POINT = re.compile(rf"-?(\d+|\d{{1,3}}(?:(?:,\d{{3}})+|(?:{_SPACES}\d{{3}})+))(?:\.(\d+))?", re.ASCII)
_WITH_COMMA = re.compile(rf"-?(\d+|\d{{1,3}}(?:(?:\.\d{{3}})+|(?:{_SPACES}\d{{3}})+))(?:,(\d+))?", re.ASCII)
_MONEY = re.compile(r"(-?)([^\d\s.,'’+%-][^\d,'’+%-]*?)\s*(-?\d.*)|(-?\d.*?)\s*([^\d\s.,'’+%-][^\d,'’+%-]*)", re.ASCII)
_LONGEST = 40
# What people write before amounts, besides the code of the currency and the sign that Unicode knows.
_SIGNS = {
    "MYR": ("RM",),
    "SGD": ("S$", "$"),
    "USD": ("US$", "$"),
    "AUD": ("A$", "$"),
    "BND": ("B$", "$"),
    "CAD": ("C$", "$"),
    "HKD": ("HK$", "$"),
    "NZD": ("NZ$", "$"),
    "TWD": ("NT$", "$"),
    "CNY": ("¥", "元"),
    "JPY": ("¥", "円"),
    "IDR": ("Rp",),
    "INR": ("Rs", "₹"),
    "THB": ("฿",),
    "PHP": ("₱",),
    "CHF": ("Fr", "SFr"),
}


def writes_decimal_comma() -> bool:
    """Whether the active language parts decimals by a comma."""
    return str(get_format("DECIMAL_SEPARATOR")) == ","


def read_number(text: str, *, decimal_comma: bool = False) -> Decimal | None:
    """The exact number that was typed; None for anything else.

    Thousands are separated by commas, spaces or apostrophes, or not at all.  With `decimal_comma`, as many languages
    write, `1.250` is a thousand and `1,5` one and a half.
    """
    text = text.strip()
    if len(text) > _LONGEST:
        return None
    found = (_WITH_COMMA if decimal_comma else _WITH_POINT).fullmatch(text)
    if found is None:
        return None
    whole = re.sub(r"\D", "", found[1])
    return Decimal(f"{'-' if text.startswith('-') else ''}{whole}.{found[2] or 0}")


def number_problem(text: str, otherwise: str = "") -> str:
    """Why `read_number` doesn't take a text; with both readings where it was written the other way.

    `otherwise` is said of what is no number at all.
    """
    comma = writes_decimal_comma()
    meant = read_number(text, decimal_comma=not comma)
    grouping, point = (".", ",") if comma else (",", ".")
    otherwise = otherwise or _("Enter a number such as 1250.50")
    if meant is None or grouping not in text:
        return otherwise
    other = read_number(text.replace(grouping, ""), decimal_comma=comma)
    if other is None:
        return otherwise
    one, second = (f"{value:f}".removesuffix(".0").replace(".", point) for value in (meant, other))
    return _("“%(text)s” could mean %(one)s or %(other)s. Please enter the one you mean.") % {
        "text": text.strip(),
        "one": one,
        "other": second,
    }


def split_money(text: str) -> tuple[str, str]:
    """A typed amount without its currency, and the currency as it was written: `RM 6.50`, `6.50 myr`, `$5`."""
    text = text.strip()
    found = _MONEY.fullmatch(text)
    if found is None:
        return text, ""
    if found[2] is not None:
        return f"{found[1]}{found[3]}", found[2].rstrip(" .")
    return found[4], found[5].rstrip(" .")


def means_currency(written: str, currency: str) -> bool:
    """Whether `written` stands for a currency: its code or one of its signs."""
    signs = (currency, get_currency_symbol(currency, locale="en"), *_SIGNS.get(currency, ()))
    return written.casefold() in {sign.casefold() for sign in signs}


def is_some_currency(written: str) -> bool:
    """Whether `written` stands for any currency."""
    return any(means_currency(written, code) for code in {written.upper(), *_SIGNS} if money.is_currency(code))


def read_discount(text: str, *, decimal_comma: bool = False) -> tuple[Decimal | None, str]:
    """A discount and its currency: `5` and `5 %` are a percentage, without one; `MYR 25` and `25 MYR` an amount.

    Raises ValueError for anything else.
    """
    text = text.strip()
    currency = ""
    if text.endswith("%"):
        text = text.removesuffix("%")
    else:
        text, currency = split_money(text)
    value = read_number(text, decimal_comma=decimal_comma)
    if value is None:
        raise ValueError("no discount")
    return value, currency.upper()
