"""How many rows a list has: exact at every moment, and counted once for as long as nothing changes."""

import re
from functools import cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.apps import apps
from django.core.exceptions import EmptyResultSet
from django.db import connection

from bigledger_crm.kernel.kept_values import KeptValues
from bigledger_crm.tenancy.base_models import CompanyOwnedModel
from bigledger_crm.tenancy.scope import scoped_company_id

if TYPE_CHECKING:
    from django.db.models import QuerySet

_TABLE = re.compile(r'\b(?:FROM|JOIN)\s+"?(\w+)')
# What a transaction has changed itself may be rolled back: then it counts for itself.
_CHANGES = """
SELECT coalesce(sum(changes), 0) FROM tenancy_rowchanges
WHERE company_id = %s AND table_name = ANY(%s)
HAVING pg_current_xact_id_if_assigned() IS NULL
"""
# Of this process, each with the sum of changes that it was counted at.
_kept: KeptValues[tuple[UUID, str, str], int, int] = KeptValues(2000)


def exact_count(rows: "QuerySet[Any]") -> int:
    """The number of rows: `rows.count()`, without counting again while nothing has changed in their tables.

    The changes are read before the rows are counted: what is committed in between makes the count newer than its sum,
    never older.  Rows of several companies, or of tables that nobody watches, are counted each time.
    """
    company = scoped_company_id()
    try:
        sql, values = rows.order_by().values("pk").query.sql_with_params()
    except EmptyResultSet:
        return 0
    tables = set(_TABLE.findall(sql))
    if company is None or not tables <= noted_tables():
        return rows.count()
    changes = _changes(company, tables)
    if changes is None:
        return rows.count()
    key = (company, sql, repr(values))
    count = _kept.get(key, changes)
    if count is None:
        count = rows.count()
        _kept.keep(key, changes, count)
    return count


@cache
def noted_tables() -> frozenset[str]:
    """The tables whose changes are noted."""
    models = (model for model in apps.get_models() if issubclass(model, CompanyOwnedModel))
    return frozenset(model._meta.db_table for model in models if model.CHANGES_ARE_NOTED)


def _changes(company: UUID, tables: set[str]) -> int | None:
    """How many changes of these tables are committed; None in a transaction that has changed something itself."""
    with connection.cursor() as cursor:
        cursor.execute(_CHANGES, [company, sorted(tables)])
        found = cursor.fetchone()
    return None if found is None else int(found[0])
