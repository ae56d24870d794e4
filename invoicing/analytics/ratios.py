"""The arithmetic of analytics: plain values in, plain values out, every half rounded up."""

from datetime import date
from decimal import Decimal

from bigledger_crm.kernel.money import round_half_up

# A mean gap between orders of at most so many days has this name.
FREQUENCIES = ((10, "weekly"), (20, "biweekly"), (45, "monthly"), (135, "quarterly"), (270, "biannual"))
YEAR_DAYS = 365


def percentage(part: Decimal | int, whole: Decimal | int) -> Decimal | None:
    """`part` of `whole` in percent to one decimal; None of nothing."""
    return round_half_up(Decimal(part) * 100 / Decimal(whole), 1) if whole else None


def growth(now: Decimal | int, before: Decimal | int) -> Decimal | None:
    """How much more than before, in percent to one decimal; None where there was nothing before, or less."""
    return percentage(Decimal(now) - Decimal(before), before) if before > 0 else None


def mean(total: Decimal | int, count: int, decimals: int = 0) -> Decimal | None:
    """The mean to so many decimals; None of nothing."""
    return round_half_up(Decimal(total) / count, decimals) if count else None


def median_of(days: float | None) -> Decimal | None:
    """The median of whole numbers, as the database has it, to one decimal; None of nothing."""
    return None if days is None else round_half_up(Decimal(str(days)), 1)


def difference(now: tuple[int, int], before: tuple[int, int]) -> Decimal | None:
    """The change of a mean, each given as (sum, count), to one decimal; None where either is missing."""
    if not now[1] or not before[1]:
        return None
    return round_half_up(Decimal(now[0]) / now[1] - Decimal(before[0]) / before[1], 1)


def order_frequency(number: int, first: date | None, last: date | None) -> str:
    """The name of the mean gap between so many orders from `first` through `last`; `none` for fewer than two."""
    if first is None or last is None or number < 2:
        return "none"
    gap = Decimal((last - first).days) / (number - 1)
    return next((name for limit, name in FREQUENCIES if gap <= limit), "yearly")
