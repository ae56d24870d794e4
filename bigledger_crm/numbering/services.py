"""Gapless numbers: a counter row locked in the transaction that creates the document."""

import re
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import connection

from bigledger_crm.kernel import ids
from bigledger_crm.kernel.errors import FieldError
from bigledger_crm.numbering import rules
from bigledger_crm.numbering.models import AssignedNumber, DocumentSequence, SkippedNumbers
from bigledger_crm.tenancy.models import Company
from bigledger_crm.tenancy.rehearsal import note

_NEXT = """
WITH counter AS (
    INSERT INTO numbering_documentsequence (company_id, kind, year, month, last_value)
    VALUES (%(company)s, %(kind)s, %(year)s, %(month)s, %(count)s)
    ON CONFLICT (company_id, kind, year, month)
    DO UPDATE SET last_value = numbering_documentsequence.last_value + %(count)s RETURNING last_value
), given AS (
    SELECT id, (SELECT last_value FROM counter) - %(count)s + place AS value
    FROM unnest(%(ids)s::uuid[]) WITH ORDINALITY AS given (id, place)
)
INSERT INTO numbering_assignednumber (id, company_id, kind, year, month, value, number)
SELECT id, %(company)s, %(kind)s, %(year)s, %(month)s, value,
       %(before)s || lpad(value::text, greatest(%(width)s, length(value::text)), '0') || %(after)s
FROM given RETURNING value, number
"""


def pattern_of(company: Company, kind: str) -> str:
    """The pattern of a kind's numbers."""
    pattern: str = getattr(company, rules.PATTERN_SETTINGS[kind])
    return pattern


def next_number(company: Company, kind: str, day: date | None = None) -> str:
    """The next number of the series that `day`, the document's own, belongs to: `SO-2024-0001`, `CUST-0001`.

    Call it as the last lock of the creating transaction: the counter stays locked until that ends, and a rollback
    gives the number back.  Raises RuntimeError outside a transaction.
    """
    (number,) = next_numbers(company, kind, 1, day)
    return number


def next_numbers(company: Company, kind: str, count: int, day: date | None = None) -> list[str]:
    """So many next numbers at once, at least one, as `next_number` gives them.  Raises RuntimeError."""
    if not connection.in_atomic_block:
        raise RuntimeError("next_number needs the transaction that creates the document")
    pattern = pattern_of(company, kind)
    series = rules.series_of(pattern, day)
    before, width, after = rules.around_number(pattern, day)
    values: dict[str, Any] = {
        "ids": [ids.new_id() for _ in range(count)],
        "count": count,
        "company": company.pk,
        "kind": kind,
        "year": series.year,
        "month": series.month,
        "before": before,
        "width": width,
        "after": after,
    }
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, values)
        numbers = [str(number) for _value, number in sorted(cursor.fetchall())]
    note("numbers", *(AssignedNumber(kind=kind, number=number) for number in numbers))
    return numbers


def lock_series(kind: str) -> dict[rules.Series, int]:
    """The last value of every series of a kind; nobody takes another number until the transaction ends."""
    rows = DocumentSequence.objects.select_for_update().filter(kind=kind).order_by("pk")
    return {rules.Series(row.year, row.month): row.last_value for row in rows}


def skip_to(company: Company, kind: str, series: rules.Series, value: int) -> FieldError | None:
    """Lets the next number of a series have this value; what is left out is kept in SkippedNumbers.

    What is wrong with the value otherwise: a series never goes back.
    """
    place = {"company": company, "kind": kind, "year": series.year, "month": series.month}
    row = DocumentSequence.objects.select_for_update().filter(**place).first()
    last = row.last_value if row else 0
    if value <= last:
        return FieldError((), f"The next number is {last + 1}; it can only be set forward")
    if value > rules.MAX_VALUE:
        return FieldError((), f"At most {rules.MAX_VALUE}")
    if value == last + 1:
        return None
    SkippedNumbers.objects.create(**place, first_value=last + 1, last_value=value - 1)
    if row is None:
        DocumentSequence.objects.create(**place, last_value=value - 1)
    else:
        row.last_value = value - 1
        row.save(update_fields=["last_value"])
    return None


def pass_over(company: Company, kind: str, numbers: Iterable[str]) -> None:
    """Lets the series of a kind go on after the highest of `numbers` that its pattern could have made, in any case.

    For numbers that documents bring from elsewhere; what is left out is kept in SkippedNumbers.
    """
    regex, groups = rules.regex_of(pattern_of(company, kind))
    highest: dict[rules.Series, int] = {}
    for number in numbers:
        found = re.match(regex, number, re.IGNORECASE)
        if found is None:
            continue
        year, month = (int(found[groups[name]]) if name in groups else 0 for name in ("year", "month"))
        series, value = rules.Series(year, month), int(found[groups["number"]])
        if value < rules.MAX_VALUE and month <= 12:
            highest[series] = max(value, highest.get(series, 0))
    lasts = lock_series(kind)
    for series, value in sorted(highest.items(), key=lambda one: (one[0].year, one[0].month)):
        if value > lasts.get(series, 0):
            skip_to(company, kind, series, value + 1)
