"""Emptying the test database, the tables that guard themselves included."""

from django.apps import apps
from django.db import connection, transaction

_KEPT = {"django_migrations", "django_content_type", "auth_permission"}


def empty_the_database() -> None:
    """Deletes every row that a committing test left, with the guards off for that one statement."""
    tables = {model._meta.db_table for model in apps.get_models(include_auto_created=True)} - _KEPT
    names = ", ".join(f'"{table}"' for table in sorted(tables))
    with transaction.atomic(), connection.cursor() as cursor:
        for table in sorted(tables):
            cursor.execute(f'ALTER TABLE "{table}" DISABLE TRIGGER USER')
        cursor.execute(f"TRUNCATE {names}")
        for table in sorted(tables):
            cursor.execute(f'ALTER TABLE "{table}" ENABLE TRIGGER USER')
