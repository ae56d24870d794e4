"""Raw SQL for tests of what the database itself refuses."""

from django.db import connection, models, transaction


def execute(statement: str) -> int:
    """Runs a statement in a savepoint, with deferred constraints checked at once; how many rows it touched."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(statement)
        return int(cursor.rowcount)


def columns_of(model: type[models.Model]) -> dict[str, str]:
    """The columns of a table with their PostgreSQL types, without lengths; generated ones write themselves."""
    written = [field for field in model._meta.concrete_fields if not field.generated]
    return {str(field.column): (field.db_type(connection) or "").split("(")[0] for field in written}


def copy_row(model: type[models.Model], where: str = "TRUE", **expressions: str) -> int:
    """Inserts a copy of one row under a new id, with SQL expressions in place of some of its columns."""
    values = {column: f'"{column}"' for column in columns_of(model)} | {"id": "gen_random_uuid()"} | expressions
    table = model._meta.db_table
    return execute(
        f'INSERT INTO "{table}" ({", ".join(f"{chr(34)}{column}{chr(34)}" for column in values)}) '
        f'SELECT {", ".join(values.values())} FROM "{table}" WHERE {where} LIMIT 1'
    )


def another_value(column: str, kind: str) -> str:
    """An SQL expression that differs from what the column holds."""
    if kind in ("varchar", "text"):
        return f"CASE WHEN \"{column}\" = 'x' THEN 'y' ELSE 'x' END"
    if kind in ("numeric", "integer", "smallint"):
        return f'COALESCE("{column}", 0) + 1'
    return {
        "uuid": "gen_random_uuid()",
        "date": f"COALESCE(\"{column}\", '2024-01-01') + 1",
        "timestamp with time zone": f"COALESCE(\"{column}\", '2024-01-01Z') + INTERVAL '1 day'",
        "boolean": f'NOT "{column}"',
        "bytea": f"\"{column}\" || 'x'::bytea",
        "jsonb": """'{"changed": true}'""",
    }[kind]
