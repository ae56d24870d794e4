"""Gapless numbers: a counter row locked in the transaction that creates the document."""

from uuid import UUID

from django.db import connection


def next_number(company_id: UUID, kind: str, year: int, *, prefix: str, width: int) -> str:
    """The next number of a series, such as `SO-2024-0001`; without a year (0) `CUST-0001`.

    Call it as the last lock of the creating transaction: the counter stays locked until that ends, and a rollback
    gives the number back.  Raises RuntimeError outside a transaction.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("next_number needs the transaction that creates the document")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO numbering_documentsequence (company_id, kind, year, last_value) VALUES (%s, %s, %s, 1) "
            "ON CONFLICT (company_id, kind, year) "
            "DO UPDATE SET last_value = numbering_documentsequence.last_value + 1 RETURNING last_value",
            [company_id, kind, year],
        )
        (value,) = cursor.fetchone()
    return f"{prefix}-{year:04d}-{value:0{width}d}" if year else f"{prefix}-{value:0{width}d}"
