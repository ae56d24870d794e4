"""Adding many rows at once by COPY: it takes the database a fraction of what INSERT takes the client."""

from collections.abc import Sequence
from typing import Any

import psycopg
from django.db import IntegrityError, connection, transaction
from django.db.models import JSONField, Model


def copy_rows(rows: Sequence[Model]) -> None:
    """Adds rows of one model, all of them or none, as `bulk_create` would.  Raises IntegrityError."""
    if not rows:
        return
    meta: Any = type(rows[0])._meta
    fields = [field for field in meta.concrete_fields if not field.generated]
    columns = ", ".join(connection.ops.quote_name(field.column) for field in fields)
    statement = f"COPY {connection.ops.quote_name(meta.db_table)} ({columns}) FROM STDIN"
    try:
        with transaction.atomic(), connection.cursor() as cursor, cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row([_value(field, row) for field in fields])
    except psycopg.IntegrityError as error:
        raise IntegrityError(*error.args) from error
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias


def _value(field: Any, row: Model) -> Any:
    value = getattr(row, field.attname)
    if value is None:
        return None
    return field.get_db_prep_save(value, connection) if isinstance(field, JSONField) else value
