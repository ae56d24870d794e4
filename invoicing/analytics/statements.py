"""Runs the SQL of analytics over the rows that the scope shows."""

from collections.abc import Mapping
from typing import Any

from django.db import connection
from django.db.models import Model

from bigledger_crm.tenancy.models import Company
from bigledger_crm.tenancy.own_records import table_of_own_rows
from bigledger_crm.tenancy.scope import scoped_owner


def opens_customer(key: str) -> str:
    """SQL that says whether the member sees the customer with a key; it has a table `customers`."""
    if scoped_owner() is None:
        return "true"
    return f"EXISTS (SELECT FROM {{customers}} seen WHERE seen.company_id = %(company)s AND seen.id = {key})"


def fetch(statement: str, tables: Mapping[str, type[Model]], company: Company, **parameters: Any) -> list[Any]:
    """The rows of a statement, each a dict by the names of its columns.

    In the statement `{name}` is a table of `tables`, or the part of it that the scope shows; `%(name)s` is one of
    `parameters`, and `%(company)s` the company's key, by which the statement has to filter every table.
    """
    values: dict[str, Any] = {"company": company.pk, **parameters}
    shown = {name: table_of_own_rows(model, name, values) for name, model in tables.items()}
    with connection.cursor() as cursor:
        cursor.execute(statement.format_map(shown), values)
        names = [column.name for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
