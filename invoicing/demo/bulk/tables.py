"""Filling tables by the million: without their indexes, references and guards, and rows by INSERT … SELECT."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Stripped:
    """What puts back what was taken off: of each table when it is full, and then what ties them together."""

    indexes: Mapping[type[models.Model], Sequence[str]]
    references: Sequence[str]


def strip_tables(tables: Collection[type[models.Model]]) -> Stripped:
    """Takes keys, indexes, references and guards off tables: filling them is far faster.  Gives what puts them back.

    For a transaction that executes all of that before it ends, so that nothing is ever left without them.  Until then
    nobody else can use these tables, nor those that they refer to or that refer to them.
    """
    names = {model: model._meta.db_table for model in tables}
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # a check that is still to be made keeps its table as it is
        cursor.execute("SET LOCAL maintenance_work_mem = '256MB'")
        references = _take_constraints(
            "contype = 'f' AND (conrelid = ANY(tables) OR confrelid = ANY(tables))", names.values()
        )
        indexes = {}
        for model, name in names.items():
            keys = _take_constraints("contype IN ('p', 'u') AND conrelid = ANY(tables)", [name])
            others = _rows(
                "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index "
                "WHERE indrelid = %s::regclass ORDER BY 1",
                name,
            )
            for index, _definition in others:
                cursor.execute(f"DROP INDEX {index}")
            # Statistics, since a reference that is planned for an empty table takes a quarter of an hour to prove.
            indexes[model] = [*keys, *(definition for _index, definition in others), f'ANALYZE "{name}"']
            cursor.execute(f'ALTER TABLE "{name}" DISABLE TRIGGER USER')
    return Stripped(indexes, [*references, *(f'ALTER TABLE "{name}" ENABLE TRIGGER USER' for name in names.values())])


def _take_constraints(which: str, tables: Collection[str]) -> list[str]:
    """Drops constraints; gives what adds them again."""
    found = _rows(
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(pg_constraint.oid) FROM pg_constraint, "
        f"(SELECT %s::text[]::regclass[]::oid[] AS tables) given WHERE {which} ORDER BY 1, 2",
        list(tables),
    )
    with connection.cursor() as cursor:
        for table, name, _definition in found:
            cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
    return [f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}' for table, name, definition in found]


def _rows(statement: str, *parameters: Any) -> list[tuple[str, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return list(cursor.fetchall())
