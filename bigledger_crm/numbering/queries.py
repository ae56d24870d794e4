"""Reading the counters."""

from datetime import date

from django.db.models import F, Sum

from bigledger_crm.numbering import rules
from bigledger_crm.numbering.models import DocumentSequence, SkippedNumbers

Counters = dict[tuple[str, rules.Series], int]


def has_numbered_documents() -> bool:
    """Whether the company in scope ever made a quote, an order, an invoice or a credit note: none is ever deleted."""
    given = DocumentSequence.objects.exclude(kind="customer").aggregate(count=Sum("last_value", default=0))["count"]
    length = F("last_value") - F("first_value") + 1
    skipped = SkippedNumbers.objects.exclude(kind="customer").aggregate(count=Sum(length, default=0))["count"]
    return bool(given > skipped)


def last_values() -> Counters:
    """The last value of every series of the company in scope."""
    rows = DocumentSequence.objects.values_list("kind", "year", "month", "last_value")
    return {(kind, rules.Series(year, month)): value for kind, year, month, value in rows}


def next_value(counters: Counters, kind: str, pattern: str, day: date) -> int:
    """The value that the next document of a kind gets that has this day."""
    return counters.get((kind, rules.series_of(pattern, None if kind == "customer" else day)), 0) + 1
