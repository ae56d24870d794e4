"""Which sales may be told to LHDN together, and by which lines."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from bigledger_crm.kernel.money import ZERO
from invoicing.einvoice.codes import CONSOLIDATED, ONE
from invoicing.einvoice.facts import LineFacts, TaxFacts

# LHDN: a single sale above this amount needs an e-invoice of its own, from this day on.
LIMIT, LIMITED_FROM = Decimal(10_000), date(2026, 1, 1)
DAYS_AFTER_MONTH = 7
# Documents of more lines have met LHDN's maintenance page.
MOST_LINES = 100
MONTH = r"^20[0-9]{2}-(0[1-9]|1[0-2])$"
_NUMBER = re.compile(r"(.*?)(\d+)$")


@dataclass(frozen=True, slots=True)
class Part:
    """What one invoice has under one tax: amounts in its currency, the net one without tax."""

    number: str
    tax: TaxFacts
    net: Decimal


@dataclass(frozen=True, slots=True)
class Range:
    """Invoices whose numbers follow each other, with what they have under each tax."""

    numbers: tuple[str, ...]
    parts: tuple[Part, ...]

    @property
    def text(self) -> str:
        """How a line describes them: the number, or the first and the last one."""
        return self.numbers[0] if len(self.numbers) == 1 else f"{self.numbers[0]} - {self.numbers[-1]}"


@dataclass(frozen=True, slots=True)
class ConsolidatedLines:
    """The lines of one document, and the numbers of the invoices in them."""

    lines: tuple[LineFacts, ...] = ()
    numbers: tuple[str, ...] = ()


def needs_own(total_in_myr: Decimal, day: date, relaxation_until: date | None) -> bool:
    """Whether a sale of a day is above the limit; up to `relaxation_until` there is none.

    LHDN doesn't say whether the limit is with tax: what is paid is compared, which is stricter.
    """
    if relaxation_until is not None and day <= relaxation_until:
        return False
    return day >= LIMITED_FROM and total_in_myr > LIMIT


def due_on(month: date) -> date:
    """The last day on which the sales of a month may be reported together; `month` is any day of it."""
    return last_day(month) + timedelta(days=DAYS_AFTER_MONTH)


def first_day(text: str) -> date | None:
    """The first day of a month such as `2026-10`; None for what is none."""
    return date.fromisoformat(f"{text}-01") if re.fullmatch(MONTH, text) else None


def month_before(day: date) -> date:
    """The first day of the month before that of a day."""
    return (day.replace(day=1) - timedelta(days=1)).replace(day=1)


def last_day(month: date) -> date:
    """The last day of the month of a day."""
    return (month.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def consolidated_lines(invoices: Iterable[Sequence[Part]]) -> list[ConsolidatedLines]:
    """The lines of as many documents as are needed, for the parts of invoices in the order of their numbers.

    A line for each range of unbroken numbers and each tax of it; a range isn't spread over two documents.
    """
    documents = [ConsolidatedLines()]
    for one in _ranges(invoices):
        if len(documents[-1].lines) + len(one.parts) > MOST_LINES:
            documents.append(ConsolidatedLines())
        before = documents[-1]
        first = len(before.lines) + 1
        lines = [_line(one.text, part, first + index) for index, part in enumerate(one.parts)]
        documents[-1] = ConsolidatedLines((*before.lines, *lines), (*before.numbers, *one.numbers))
    return [document for document in documents if document.lines]


def _ranges(invoices: Iterable[Sequence[Part]]) -> list[Range]:
    ranges: list[Range] = []
    for parts in invoices:
        number = parts[0].number
        if ranges and _follows(ranges[-1].numbers[-1], number):
            before = ranges[-1]
            ranges[-1] = Range((*before.numbers, number), _added_up([*before.parts, *parts]))
        else:
            ranges.append(Range((number,), _added_up(parts)))
    return ranges


def _follows(before: str, number: str) -> bool:
    """Whether a number is the next one after another: equal but for the digits at the end."""
    first, second = _NUMBER.fullmatch(before), _NUMBER.fullmatch(number)
    if first is None or second is None or first[1] != second[1]:
        return False
    return int(second[2]) == int(first[2]) + 1


def _added_up(parts: Iterable[Part]) -> tuple[Part, ...]:
    """The sums by tax, of each type and rate."""
    sums: dict[tuple[str, Decimal, str], list[Part]] = defaultdict(list)
    for part in parts:
        sums[part.tax.type, part.tax.rate, part.tax.exemption_reason].append(part)
    return tuple(
        Part(
            found[0].number,
            replace(found[0].tax, amount=sum((part.tax.amount for part in found), ZERO)),
            sum((part.net for part in found), ZERO),
        )
        for found in sums.values()
    )


def _line(text: str, part: Part, position: int) -> LineFacts:
    return LineFacts(
        position=position,
        description=text,
        classification=CONSOLIDATED,
        unit_code=ONE,
        quantity=Decimal(1),
        unit_price=part.net,
        subtotal=part.net,
        net=part.net,
        tax=part.tax,
    )
