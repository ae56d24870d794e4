"""What a statement file says, whatever its format."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from hashlib import blake2b
from itertools import pairwise

MAX_LINES = 50_000
MAX_TEXT = 2000
MAX_NAME = 200
MAX_REFERENCE = 100
_SHORTEST_ACCOUNT = 6
_MOST = Decimal(10) ** 13
_EARLIEST, _LATEST = date(1990, 1, 1), date(2200, 1, 1)


class StatementError(ValueError):
    """The file can't be read; the message names the line, where there is one."""

    def __init__(self, message: str, line: int = 0, column: str = "") -> None:
        place = f"Line {line}" if line else ""
        if column:
            place = f"{place}, column “{column}”"
        super().__init__(f"{place}: {message}" if place else message)


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """A line of a statement; money that came in is positive.  `bank_reference` is the bank's own, where it has one."""

    booking_date: date
    amount: Decimal
    description: str = ""
    value_date: date | None = None
    bank_reference: str = ""
    reference: str = ""
    counterparty_name: str = ""
    counterparty_account: str = ""
    line: int = 0
    # Set by `settled`: the same in every file that has the movement.
    identity: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A statement of one account; amounts in its currency.  A balance is None where the file doesn't say it."""

    format: str
    account: str = ""
    currency: str = ""
    number: str = ""
    opening: Decimal | None = None
    closing: Decimal | None = None
    movements: tuple[Movement, ...] = ()

    @property
    def total(self) -> Decimal:
        """What the movements come to."""
        return sum((movement.amount for movement in self.movements), Decimal(0))

    @property
    def adds_up(self) -> bool:
        """Whether opening + movements = closing, as far as the file says both."""
        return self.opening is None or self.closing is None or self.opening + self.total == self.closing


class OtherAccount(StatementError):
    """The file is of another account than the one it is to be added to."""


def of_account(statements: Sequence[Statement], *numbers: str) -> list[Statement]:
    """The statements of the account with one of these numbers, in a file that may have those of several.

    A file that names no account is taken for the right one.  Raises OtherAccount, StatementError.
    """
    own = [_compact(number) for number in numbers if number]
    if own:
        found = [one for one in statements if not one.account or any(_same(one.account, number) for number in own)]
        if not found:
            raise OtherAccount(f"This statement is of account {', '.join({one.account for one in statements})}")
        return found
    if len({one.account for one in statements}) > 1:
        raise StatementError("The file has statements of several accounts: give this account its number first")
    return list(statements)


def settled(statement: Statement) -> Statement:
    """The statement with the identities of its movements.

    A movement that stands twice under one reference of the bank is a mistake of the file and comes once, unless the
    balances say that it is there twice.
    """
    both = statement.opening is not None and statement.closing is not None and statement.adds_up
    return replace(statement, movements=_identified(statement.movements, repeated=both))


def _identified(movements: Iterable[Movement], *, repeated: bool) -> tuple[Movement, ...]:
    """The movements with their identities.

    An identity is the bank's reference with day and amount, for banks have used one twice; without a reference it is
    day, amount, text and the how-manieth of its like that is on that day.
    """
    seen: Counter[str] = Counter()
    found = []
    for movement in movements:
        if not movement.amount:  # a note of the bank
            continue
        facts = [movement.booking_date.isoformat(), f"{movement.amount.normalize():f}"]
        facts += [movement.bank_reference] if movement.bank_reference else ["", _squeezed(movement)]
        key = "\x1f".join(facts)
        seen[key] += 1
        if movement.bank_reference and seen[key] > 1 and not repeated:
            continue
        digest = blake2b(f"{key}\x1f{seen[key]}".encode(), digest_size=16).hexdigest()
        found.append(replace(movement, identity=digest))
    return tuple(found)


def joined(statements: Sequence[Statement]) -> Statement:
    """Statements of one account that follow each other, as one.  Raises StatementError where one is missing between."""
    first, last = statements[0], statements[-1]
    for before, after in pairwise(statements):
        if None not in (before.closing, after.opening) and before.closing != after.opening:
            raise StatementError(
                f"Statement {after.number or '?'} opens with {after.opening}, but the one before closes with "
                f"{before.closing}: a statement is missing between them"
            )
    return replace(
        first,
        number=last.number,
        closing=last.closing,
        movements=tuple(movement for statement in statements for movement in statement.movements),
    )


def clean(value: str | None, longest: int = MAX_TEXT) -> str:
    """One line of text that can be stored: without what can't be printed, cut at `longest`."""
    kept = "".join(letter if letter.isprintable() else " " for letter in value or "")
    return " ".join(kept.split())[:longest]


def exact_amount(text: str, line: int, column: str = "") -> Decimal:
    """A plain number of a machine, such as `2567.50`, with a comma or a point.  Raises StatementError."""
    try:
        value = Decimal(text.strip().replace(",", ".") if text.count(",") <= 1 and "." not in text else text.strip())
    except InvalidOperation:
        raise StatementError(f"“{clean(text, 40)}” is not an amount", line, column) from None
    if not value.is_finite() or abs(value) >= _MOST or _decimals(value) > 4:
        raise StatementError(f"“{clean(text, 40)}” is not an amount", line, column)
    return value


def likely_day(day: date, line: int, column: str = "") -> date:
    """The day, unless no statement can have it.  Raises StatementError."""
    if not _EARLIEST <= day < _LATEST:
        raise StatementError(f"{day} cannot be the date of a transaction", line, column)
    return day


def _compact(number: str) -> str:
    return "".join(letter for letter in number.upper() if letter.isalnum())


def _same(account: str, number: str) -> bool:
    """Whether two ways of writing mean one account: with and without the bank's code before it."""
    theirs = _compact(account)
    return theirs.endswith(number) or (len(theirs) >= _SHORTEST_ACCOUNT and number.endswith(theirs))


def _decimals(value: Decimal) -> int:
    exponent = value.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _squeezed(movement: Movement) -> str:
    """The texts without spaces and case, which one export of a bank writes otherwise than the next."""
    return "".join(f"{movement.description}{movement.reference}{movement.counterparty_name}".split()).casefold()
