"""Filling tables by the million: without their indexes, references and guards, and rows by INSERT … SELECT."""

from collections.abc import Collection, Mapping
from typing import Any

from django.db import connection, models


def insert_rows(
    model: type[models.Model], values: Mapping[str, str], rows: str, parameters: Mapping[str, Any] | None = None
) -> None:
    """Inserts `rows`, what follows FROM, with an SQL expression for each column; the others have their defaults."""
    written = [field for field in model._meta.concrete_fields if not field.generated]
    columns = {str(field.column): values.get(str(field.column)) or _default(field) for field in written}
    if unknown := values.keys() - columns.keys():
        raise ValueError(f"{model._meta.db_table} has no columns {', '.join(sorted(unknown))}")
    names, expressions = ", ".join(f'"{name}"' for name in columns), ", ".join(columns.values())
    statement = f'INSERT INTO "{model._meta.db_table}" ({names}) SELECT {expressions} FROM {rows}'
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)


def _default(field: Any) -> str:
    value = field.get_default()
    if field.null or isinstance(value, bool):
        return "NULL" if field.null else str(value)
    if isinstance(value, dict | list):
        return "'[]'" if value == [] and field.get_internal_type() == "JSONField" else "'{}'"
    return "0" if value is None else f"'{value}'"


def strip_tables(tables: Collection[type[models.Model]]) -> list[str]:
    """Takes indexes, references and guards off tables: filling them is far faster.  Gives what puts them back.

    For a transaction that executes all of that before it ends, so that nothing is ever left without them.  Until then
    nobody else can use these tables, nor those that they refer to.
    """
    names = [model._meta.db_table for model in tables]
    indexes, references = [], []
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # a check that is still to be made keeps its table as it is
        cursor.execute("SET LOCAL maintenance_work_mem = '256MB'")
        for name in names:
            for index, definition in _indexes(name):
                cursor.execute(f"DROP INDEX {index}")
                indexes.append(definition)
            for reference, definition in _references(name):
                cursor.execute(f'ALTER TABLE "{name}" DROP CONSTRAINT "{reference}"')
                references.append(f'ALTER TABLE "{name}" ADD CONSTRAINT "{reference}" {definition}')
            cursor.execute(f'ALTER TABLE "{name}" DISABLE TRIGGER USER')
    # A reference is proved by one join, which takes a quarter of an hour when it is planned for an empty table.
    analysed = [f'ANALYZE "{name}"' for name in names]
    return [*indexes, *analysed, *references, *(f'ALTER TABLE "{name}" ENABLE TRIGGER USER' for name in names)]


def _indexes(table: str) -> list[tuple[str, str]]:
    return _rows(
        "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid = %s::regclass "
        "AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid) ORDER BY 1",
        table,
    )


def _references(table: str) -> list[tuple[str, str]]:
    return _rows(
        "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint "
        "WHERE conrelid = %s::regclass AND contype = 'f' ORDER BY 1",
        table,
    )


def _rows(statement: str, table: str) -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, [table])
        return list(cursor.fetchall())
