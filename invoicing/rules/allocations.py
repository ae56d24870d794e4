"""How payments and credit settle invoices: what it comes to in the company's currency, and from which day on.

Plain values in, plain values out.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, localcontext

from bigledger_crm.kernel.money import ZERO, quantize

_DIGITS = 60  # more than any amount times any rate has


@dataclass(frozen=True, slots=True)
class Used:
    """How much of a payment, a credit note or an invoice is used so far, and what that came to in base currency."""

    amount: Decimal = ZERO
    base: Decimal = ZERO

    def plus(self, amount: Decimal, base: Decimal) -> "Used":
        """With so much more."""
        return Used(self.amount + amount, self.base + base)


def base_amount(amount: Decimal, rate: Decimal, base_currency: str) -> Decimal:
    """An amount in the company's currency, at a rate of it per unit, rounded half up to its minor unit."""
    with localcontext(prec=_DIGITS):
        return quantize(amount * rate, base_currency)


def is_small_difference(amount: Decimal, rate: Decimal, base_currency: str, tolerance: Decimal) -> bool:
    """Whether an amount at a rate is within the company's `tolerance`, which is in the company's currency."""
    return base_amount(amount, rate, base_currency) <= tolerance


def next_base_amount(used: Used, amount: Decimal, rate: Decimal, base_currency: str) -> Decimal:
    """What the next `amount` comes to in the company's currency, after what is `used`.

    All that is used always comes to what it would in one piece: the last part takes the remainder, to the cent.
    """
    return base_amount(used.amount + amount, rate, base_currency) - used.base


def first_day_with_room(start: date, amount: Decimal, *histories: Iterable[tuple[date, Decimal]]) -> date:
    """The first day from `start` on, from which each history always has at least `amount` left.

    A history are the changes of what is left of a payment or due on an invoice, by their days.  Whoever asks has made
    sure that there is room now, after all of them; raises ValueError where there is none.
    """
    found = start
    for history in histories:
        found = max(found, _since_when(amount, history))
    return found


def least_left(start: date, history: Iterable[tuple[date, Decimal]]) -> Decimal:
    """The least that a history has left on any day from `start` on."""
    days = _running(history)
    before = [left for day, left in days if day <= start]
    return min([before[-1] if before else ZERO, *(left for day, left in days if day > start)])


def _since_when(amount: Decimal, history: Iterable[tuple[date, Decimal]]) -> date:
    since: date | None = None
    for day, left in reversed(_running(history)):
        if left < amount:
            break
        since = day
    if since is None:
        raise ValueError("There is no room")
    return since


def _running(history: Iterable[tuple[date, Decimal]]) -> list[tuple[date, Decimal]]:
    """What is left at the end of each day on which something changes."""
    changes: dict[date, Decimal] = defaultdict(Decimal)
    for day, change in history:
        changes[day] += change
    left, days = ZERO, []
    for day in sorted(changes):
        left += changes[day]
        days.append((day, left))
    return days
