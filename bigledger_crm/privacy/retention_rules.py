"""What can be removed when it is old: apps register it, and a company says after how many months it goes."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from bigledger_crm.registry import Registry, Text
from bigledger_crm.tenancy.actor import Actor

# For how many years the law requires books to be kept.  Malaysia: 7 (Companies Act 2016 s. 245, Income Tax Act 1967
# s. 82).  The database refuses less than 7 for the audit log, whatever the country.
BOOKS = 7
BOOKS_BY_COUNTRY = {"CH": 10, "CN": 30, "DE": 10, "FR": 10, "ID": 10, "IN": 8, "IT": 10, "JP": 10, "KR": 10}
MAX_MONTHS = 1200


def months_of_books(country: str) -> int:
    """For how many months a company of this country has to keep its books."""
    return BOOKS_BY_COUNTRY.get(country, BOOKS) * 12


def months_before(moment: datetime, months: int) -> datetime:
    """The same day and time so many months earlier, or the last day of that month."""
    year, month = divmod(moment.year * 12 + moment.month - 1 - months, 12)
    for day in (moment.day, 30, 29):
        try:
            return moment.replace(year=year, month=month + 1, day=day)
        except ValueError:
            continue
    return moment.replace(year=year, month=month + 1, day=28)


@dataclass(frozen=True)
class RetentionRule:
    """A kind of data that can be removed when it is old.

    `rows` are those that would go, of what ended before a moment; `remove` takes some of them out, in the caller's
    transaction, and returns how many.  Both are called inside the company's scope.  `least` is the least number of
    months in a country.  `example` names a row; `batch` is how many go in one transaction.
    """

    name: str
    label: Text
    about: Text
    rows: Callable[[datetime], QuerySet[Any]]
    example: Callable[[Any], str]
    remove: Callable[[Actor, QuerySet[Any]], int]
    least: Callable[[str], int] = lambda _country: 1
    batch: int = 500


retention_rules: Registry[RetentionRule] = Registry()
