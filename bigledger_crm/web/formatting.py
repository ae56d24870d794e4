"""Figures and dates as people read them, by Babel.  Amounts are rounded half up before Babel sees them."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_datetime, format_skeleton
from babel.numbers import format_compact_decimal, format_decimal
from django.utils.timezone import localtime
from django.utils.translation import get_language

from bigledger_crm.kernel import money, postal_addresses
from bigledger_crm.kernel.phone_numbers import phone as phone

NOTHING = "—"
MINUS = "\u2212"
_FALLBACK = "en_001"


def _locale() -> Locale:
    language = get_language() or _FALLBACK
    if language == "en":
        language = _FALLBACK  # day before month, as most of the world writes
    try:
        return Locale.parse(language, sep="-" if "-" in language else "_")
    except (UnknownLocaleError, ValueError):
        return Locale.parse(_FALLBACK)


def _grouped(value: Decimal, decimals: int) -> str:
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    return format_decimal(value, format=pattern, locale=_locale())


def amount(value: Decimal | None, currency: str) -> str:
    """`2,567.50`, `−5.00`: with exactly the currency's minor units; a dash for None."""
    if value is None:
        return NOTHING
    return with_sign(_grouped(money.quantize(value, currency), money.minor_units(currency)))


def amount_with_currency(value: Decimal | None, currency: str) -> str:
    """`MYR 2,567.50`, with a space that doesn't break."""
    return NOTHING if value is None else f"{currency}\u00a0{amount(value, currency)}"


def number(value: Decimal | int | None) -> str:
    """A quantity or price with the decimals that it has: `1,000`, `0.35`."""
    if value is None:
        return NOTHING
    exact = Decimal(value)
    return _grouped(exact, money.decimals_of(exact))


def unit_price(value: Decimal | None, currency: str) -> str:
    """A price for one: at least the currency's minor units, more where the price has them."""
    if value is None:
        return NOTHING
    return _grouped(value, max(money.minor_units(currency), money.decimals_of(value)))


def percent(value: Decimal | None) -> str:
    """`6 %`; a dash for None."""
    return NOTHING if value is None else f"{with_sign(number(value))}\u00a0%"


def with_sign(figure: str) -> str:
    """A figure to be read, not typed, with a true minus sign: a line doesn't break behind it."""
    return figure.replace("-", MINUS)


def day(value: date | None) -> str:
    """`15 Jan 2024`; a dash for None.  A moment counts by the time zone that is active."""
    if value is None:
        return NOTHING
    if isinstance(value, datetime):
        value = localtime(value).date()
    return format_date(value, "medium", locale=_locale())


def days(first: date, last: date) -> str:
    """`15 Jan 2024 – 31 Jan 2024`, or the one day that it is."""
    return day(first) if first == last else f"{day(first)} – {day(last)}"


def long_day(value: date) -> str:
    """`Monday, 15 January 2024`."""
    return format_date(value, "full", locale=_locale())


def moment(value: datetime | None) -> str:
    """`15 Jan 2024, 10:30` in the time zone that is active; a dash for None."""
    if value is None:
        return NOTHING
    return f"{day(value)}, {format_datetime(localtime(value).replace(tzinfo=None), 'HH:mm', locale=_locale())}"


def month(value: date) -> str:
    """`Jan`: for the axis of a chart."""
    return format_skeleton("MMM", value, locale=_locale())


def short_day(value: date) -> str:
    """`15 Jan`: for the axis of a chart."""
    return format_skeleton("MMMd", value, locale=_locale())


def month_and_year(value: date) -> str:
    """`January 2024`."""
    return format_skeleton("yMMMM", value, locale=_locale())


def address_lines(address: Mapping[str, str] | None) -> list[str]:
    """A postal address as it is written on an envelope."""
    return postal_addresses.address_lines(address, _locale())


def country(code: str) -> str:
    """The name of a country by its code of ISO 3166; the code itself where it has none."""
    name: str = _locale().territories.get(code, code)
    return name


def rough_amount(value: Decimal) -> str:
    """`25K`, `0.25`: for the scale of a chart, whose steps are round."""
    digits = 1 if abs(value) >= 10 else 3
    return with_sign(format_compact_decimal(value, fraction_digits=digits, locale=_locale()))
