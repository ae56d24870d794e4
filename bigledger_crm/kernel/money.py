"""Amounts of money: rounding and the minor units of currencies.  Everything is Decimal."""

from decimal import ROUND_HALF_UP, Context, Decimal
from functools import lru_cache

import pycountry

ZERO = Decimal(0)
_WIDE = Context(prec=100)  # whatever a caller can write has fewer digits

# ISO 4217 list one: the currencies whose minor unit is not a hundredth.
_MINOR_UNITS = {
    **dict.fromkeys("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split(), 0),
    **dict.fromkeys("BHD IQD JOD KWD LYD OMR TND".split(), 3),
    **dict.fromkeys("CLF UYW".split(), 4),
}
# Metals, bonds, test and "no currency" codes of ISO 4217: nobody invoices in them.
_NOT_MONEY = frozenset("XAU XAG XPT XPD XBA XBB XBC XBD XDR XSU XUA XTS XXX".split())
CURRENCIES: frozenset[str] = frozenset(currency.alpha_3 for currency in pycountry.currencies) - _NOT_MONEY


def is_currency(code: str) -> bool:
    """Whether `code` is an ISO 4217 currency."""
    return code in CURRENCIES


def minor_units(currency: str) -> int:
    """Decimals of a currency by ISO 4217: 2 for MYR, 0 for JPY, 3 for KWD."""
    return _MINOR_UNITS.get(currency, 2)


def round_half_up(value: Decimal, decimals: int) -> Decimal:
    """`value` with exactly so many decimals, halves away from zero."""
    return _WIDE.add(value.quantize(_unit(decimals), ROUND_HALF_UP, _WIDE), ZERO)


@lru_cache(maxsize=128)
def _unit(decimals: int) -> Decimal:
    """The last of so many decimals: 0.01 of two.  Big reports round hundreds of thousands of amounts."""
    return Decimal(1).scaleb(-decimals)


def quantize(amount: Decimal, currency: str) -> Decimal:
    """An amount rounded half up to the minor unit of its currency."""
    return round_half_up(amount, minor_units(currency))


def decimals_of(value: Decimal) -> int:
    """How many decimals a number has, trailing zeros left out."""
    return len(f"{value:f}".partition(".")[2].rstrip("0"))


def trimmed(value: Decimal) -> Decimal:
    """A number without trailing zeros and never with an exponent: 100, 0.35."""
    return round_half_up(value, decimals_of(value))


# Texts of numbers that programs read again, fields show and documents keep; surfaces group and localise them.


def plain_amount(amount: Decimal, currency: str) -> str:
    """An amount with its currency's decimals: `2567.50`."""
    return f"{quantize(amount, currency):f}"


def plain_number(value: Decimal, at_least: int = 0) -> str:
    """A number without trailing zeros beyond `at_least` decimals: `1250.5`, `6.0`."""
    return f"{round_half_up(value, max(at_least, decimals_of(value))):f}"


def plain_price(price: Decimal, currency: str) -> str:
    """A unit price with at least its currency's decimals: `12.50`, `12.345`."""
    return plain_number(price, minor_units(currency))


def grouped_amount(amount: Decimal, currency: str) -> str:
    """An amount as English writes it: `2,567.50`."""
    return f"{quantize(amount, currency):,f}"


def with_currency(amount: Decimal, currency: str) -> str:
    """An amount as a message shows it: `MYR 1,250.00`."""
    return f"{currency} {grouped_amount(amount, currency)}"
