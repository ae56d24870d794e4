"""Keeps the sums that sales reports are made of, for the days and months on which something has changed."""

import time
from datetime import date
from math import inf
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models.functions import TruncMonth

from invoicing.analytics.sales_sums import COLUMNS, MONTHS, OF_DAYS, OF_MONTHS, plain_sums
from invoicing.models import SalesChange

SECONDS = 20
_LOCK = "SELECT pg_try_advisory_xact_lock(hashtextextended('invoicing_salessum ' || %(company)s, 0))"
_ALL_DAYS = """
INSERT INTO invoicing_saleschange (company_id, day)
SELECT company_id, invoice_date FROM invoicing_invoice WHERE company_id = %(company)s AND status = 'sent'
UNION SELECT company_id, credit_note_date FROM invoicing_creditnote WHERE company_id = %(company)s
"""
_IN_MONTH = "day >= %(month)s::date AND day < %(month)s::date + interval '1 month'"
_PLAIN_DAYS = " UNION ALL ".join(f"({plain_sums(dimension, 'changed')})" for dimension in OF_DAYS)
# One statement, which sees everything as it was at one moment: a change that commits later leaves a note of its own.
_DAYS = f"""
WITH taken AS (
    DELETE FROM invoicing_saleschange WHERE company_id = %(company)s AND {_IN_MONTH} RETURNING day
), changed AS MATERIALIZED (SELECT DISTINCT day FROM taken), gone AS (
    DELETE FROM invoicing_salessum s USING changed
    WHERE company_id = %(company)s AND unit = 'day' AND dimension = ANY (%(dimensions)s) AND s.day = changed.day
)
INSERT INTO invoicing_salessum (company_id, unit, {COLUMNS})
SELECT %(company)s, 'day', {COLUMNS} FROM ({_PLAIN_DAYS}) s
"""  # noqa: S608 nothing but constants
_MONTH_GONE = """
DELETE FROM invoicing_salessum
WHERE company_id = %(company)s AND unit = 'month' AND dimension = ANY (%(dimensions)s) AND day = %(month)s
"""
# What commits meanwhile may be in a part of it: the month counts as changed then, and is added up again.
_MONTH = f"""
WITH days AS MATERIALIZED (
    SELECT d::date AS day
    FROM generate_series(%(month)s::date, %(month)s::date + interval '1 month - 1 day', interval '1 day') d
), parts AS MATERIALIZED (
    SELECT {COLUMNS} FROM invoicing_salessum
    WHERE company_id = %(company)s AND unit = 'day' AND dimension = ANY (%(dimensions)s) AND {_IN_MONTH}
    UNION ALL {plain_sums("customer", "days")}
)
INSERT INTO invoicing_salessum (company_id, unit, {COLUMNS})
SELECT %(company)s, 'month', {COLUMNS} FROM ({MONTHS.format(parts="parts")}) s
"""  # noqa: S608 nothing but constants


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
    months = (
        SalesChange.objects.annotate(month=TruncMonth("day"))
        .values_list("company_id", "month")
        .distinct()
        .order_by("-month", "company_id")
    )
    for company_id, month in list(months):
        if time.monotonic() >= end:
            break
        keep_sales_sums(company_id, month)


def keep_sales_sums(company_id: UUID, month: date) -> bool:
    """Adds up the changed days of a month, which is given by its first, and the month.

    Does nothing while another is at it; tells whether it did.
    """
    parameters: dict[str, Any] = {
        "company": company_id,
        "month": month,
        "dimensions": list(OF_MONTHS),
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_LOCK, parameters)
        if not cursor.fetchone()[0]:
            return False
        cursor.execute(_DAYS, parameters)
        cursor.execute(_MONTH_GONE, parameters)
        cursor.execute(_MONTH, {**parameters, "dimensions": list(OF_DAYS)})
    return True
