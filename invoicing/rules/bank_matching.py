"""Which invoices the money of a bank transaction may be for.

Plain values in, plain values out.
"""

import re
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations
from typing import TypeVar

from bigledger_crm.kernel.money import ZERO
from invoicing.rules.payment_references import find_reference, reference_of_number

K = TypeVar("K", bound=Hashable)

# Where a reference can begin: RF and two check digits.
_BEGIN = re.compile(r"RF\d\d", re.ASCII)
_SHORTEST, _LONGEST = 5, 25
_MOST_BEGINNINGS = 10
_WORD = re.compile(r"[0-9A-Za-z]+(?:[-/.][0-9A-Za-z]+)*")
_MOST_WORDS = 80
_MOST_JOINED = 4
_FEWEST_DIGITS = 3
# Of a customer's open invoices so many are added up: 40 make some 10,600 pairs and threes.
MOST_ADDED = 40
_MOST_SUMS = 3


def references_in(text: str) -> frozenset[str]:
    """The creditor references (ISO 11649) that a text may hold, though it is broken by spaces or goes on behind them.

    By chance one in a hundred is not meant: they count only where an invoice has them.
    """
    squeezed = "".join(letter for letter in text.upper() if letter.isalnum())
    found = set()
    for match in list(_BEGIN.finditer(squeezed))[:_MOST_BEGINNINGS]:
        start = match.start()
        for length in range(_SHORTEST, _LONGEST + 1):
            if start + length > len(squeezed):
                break
            found.add(find_reference(squeezed[start : start + length]))
    return frozenset(found - {""})


def numbers_in(text: str) -> frozenset[str]:
    """What may be document numbers in a text, as references are made of them: INV-2024-0001 is also INV 2024 0001."""
    words = [match[0] for match in _WORD.finditer(text)][:_MOST_WORDS]
    found = set()
    for start in range(len(words)):
        for end in range(start + 1, min(start + _MOST_JOINED, len(words)) + 1):
            joined = "".join(words[start:end])
            if sum(letter.isdigit() for letter in joined) >= _FEWEST_DIGITS:
                found.add(reference_of_number(joined))
    return frozenset(found - {""})


def adding_up(amount: Decimal, dues: Sequence[tuple[K, Decimal]]) -> list[tuple[K, ...]]:
    """Two or three of what is due that come to the amount exactly: pairs first, three at most, in the order of `dues`.

    Of more than MOST_ADDED the first are looked at.
    """
    return [keys for keys, _place in zip(_adding_up(amount, dues[:MOST_ADDED]), range(_MOST_SUMS), strict=False)]


def _adding_up(amount: Decimal, dues: Sequence[tuple[K, Decimal]]) -> Iterator[tuple[K, ...]]:
    fitting = [(key, due) for key, due in dues if ZERO < due < amount]
    for size in (2, 3):
        for chosen in combinations(fitting, size):
            if sum((due for _key, due in chosen), ZERO) == amount:
                yield tuple(key for key, _due in chosen)


@dataclass(frozen=True, slots=True)
class Share:
    """How money is shared among invoices: so much for each, and what is left."""

    parts: tuple[Decimal, ...]
    left: Decimal


def share(amount: Decimal, wanted: Sequence[tuple[Decimal, Decimal | None]], charge: Decimal = ZERO) -> Share:
    """Shares an amount among invoices in their order: `wanted` has what is due on each, and how much of it is paid.

    Where that is None, it is all that is due, as far as the money goes.  `charge` is what the bank kept: the last
    invoice is paid less by it.  What is left is below zero where more is wanted than there is.
    """
    parts: list[Decimal] = []
    left = amount
    for place, (due, asked) in enumerate(wanted):
        open_part = due - charge if place == len(wanted) - 1 else due
        part = max(ZERO, min(left, open_part)) if asked is None else asked
        parts.append(part)
        left -= part
    return Share(tuple(parts), left)
