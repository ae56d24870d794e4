"""Keeps the sums that reports of sales and quotes are made of, for days and months on which something has changed."""

import time
from datetime import date
from math import inf
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Model, QuerySet
from django.db.models.functions import TruncMonth

from invoicing.analytics import quote_sums
from invoicing.analytics.sales_sums import COLUMNS, MONTHS, OF_DAYS, OF_MONTHS, plain_sums
from invoicing.models import QuoteChange, SalesChange

SECONDS = 20
_LOCK = "SELECT pg_try_advisory_xact_lock(hashtextextended(%(sums)s || ' ' || %(company)s, 0))"
_ALL_DAYS = """
WITH quotes AS (
    INSERT INTO invoicing_quotechange (company_id, day)
    SELECT DISTINCT company_id, quote_date FROM sales_quote WHERE company_id = %(company)s
)
INSERT INTO invoicing_saleschange (company_id, day)
SELECT company_id, invoice_date FROM invoicing_invoice WHERE company_id = %(company)s AND status = 'sent'
UNION SELECT company_id, credit_note_date FROM invoicing_creditnote WHERE company_id = %(company)s
"""
_IN_MONTH = "day >= %(month)s::date AND day < %(month)s::date + interval '1 month'"
# One statement, which sees everything as it was at one moment: a change that commits later leaves a note of its own.
_DAYS = f"""
WITH taken AS (
    DELETE FROM {{changes}} WHERE company_id = %(company)s AND {_IN_MONTH} RETURNING day
), changed AS MATERIALIZED (SELECT DISTINCT day FROM taken), gone AS (
    DELETE FROM {{sums}} s USING changed
    WHERE company_id = %(company)s AND unit = 'day' AND {{of_days}} AND s.day = changed.day
)
INSERT INTO {{sums}} (company_id, unit, {{columns}})
SELECT %(company)s, 'day', {{columns}} FROM ({{plain}}) s
"""  # noqa: S608 nothing but constants
_MONTH_GONE = """
DELETE FROM {sums} WHERE company_id = %(company)s AND unit = 'month' AND {of_months} AND day = %(month)s
"""
# What commits meanwhile may be in a part of it: the month counts as changed then, and is added up again.
_MONTH = f"""
WITH days AS MATERIALIZED (
    SELECT d::date AS day
    FROM generate_series(%(month)s::date, %(month)s::date + interval '1 month - 1 day', interval '1 day') d
), parts AS MATERIALIZED (
    SELECT {{columns}} FROM {{sums}} WHERE company_id = %(company)s AND unit = 'day' AND {{of_days}} AND {_IN_MONTH}
    {{more}}
)
INSERT INTO {{sums}} (company_id, unit, {{columns}})
SELECT %(company)s, 'month', {{columns}} FROM ({{months}}) s
"""  # noqa: S608 nothing but constants


class _Kept(NamedTuple):
    """Sums that are kept by notes: of the days that have any, then of their months."""

    changes: type[Model]
    parts: dict[str, str]

    def statements(self) -> list[str]:
        return [statement.format_map(self.parts) for statement in (_DAYS, _MONTH_GONE, _MONTH)]


_DIMENSIONS = {"of_days": list(OF_DAYS), "of_months": list(OF_MONTHS)}
SALES = _Kept(
    SalesChange,
    {
        "changes": "invoicing_saleschange",
        "sums": "invoicing_salessum",
        "columns": COLUMNS,
        "of_days": "dimension = ANY (%(of_days)s)",
        "of_months": "dimension = ANY (%(of_months)s)",
        "plain": " UNION ALL ".join(f"({plain_sums(dimension, 'changed')})" for dimension in OF_DAYS),
        "more": f"UNION ALL {plain_sums('customer', 'days')}",
        "months": MONTHS.format(parts="parts"),
    },
)
QUOTES = _Kept(
    QuoteChange,
    {
        "changes": "invoicing_quotechange",
        "sums": "invoicing_quotesum",
        "columns": quote_sums.COLUMNS,
        "of_days": "true",
        "of_months": "true",
        "plain": quote_sums.plain_sums("changed"),
        "more": "",
        "months": quote_sums.sums_of_months("parts"),
    },
)


def note_all_sales(company_id: UUID) -> None:
    """Has all days of a company added up anew, whose documents came without the triggers that note them."""
    with connection.cursor() as cursor:
        cursor.execute(_ALL_DAYS, {"company": company_id})


def keep_sales_sums_for_a_while() -> None:
    """As `keep_all_sales_sums`, but leaves to the next run what would keep emails and other tasks waiting."""
    keep_all_sales_sums(SECONDS)


def keep_all_sales_sums(seconds: float = inf) -> None:
    """Adds up what has changed of every company, the newest months first, a transaction for each month.

    After so many seconds it begins no other month.
    """
    end = time.monotonic() + seconds
    changed = [(month, company, kept) for kept in (SALES, QUOTES) for company, month in _changed_months(kept)]
    for month, company_id, kept in sorted(changed, key=lambda one: one[0], reverse=True):
        if time.monotonic() >= end:
            break
        keep_sales_sums(company_id, month, kept)


def _changed_months(kept: _Kept) -> "QuerySet[Any, tuple[UUID, date]]":
    months = kept.changes._default_manager.annotate(month=TruncMonth("day"))
    return months.values_list("company_id", "month").distinct().order_by("company_id")


def keep_sales_sums(company_id: UUID, month: date, kept: _Kept = SALES) -> bool:
    """Adds up the changed days of a month, which is given by its first, and the month.

    Does nothing while another is at it; tells whether it did.
    """
    parameters: dict[str, Any] = {
        "company": company_id,
        "month": month,
        "sums": kept.parts["sums"],
        **_DIMENSIONS,
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_LOCK, parameters)
        if not cursor.fetchone()[0]:
            return False
        for statement in kept.statements():
            cursor.execute(statement, parameters)
    return True
