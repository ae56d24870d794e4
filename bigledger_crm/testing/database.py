"""Making the test databases, and emptying them, the tables that guard themselves included."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

from django.apps import apps
from django.db import connection, transaction
from django.test.utils import setup_databases, teardown_databases

from bigledger_crm.embedded import lock

_KEPT = {"django_migrations", "django_content_type", "auth_permission"}
_TEMPLATE = "template"


@contextlib.contextmanager
def databases_for_tests(verbosity: int, *, keep_old: bool, keep_new: bool, shared: Path | None) -> Iterator[None]:
    """Makes this process's database.  Of those that test side by side, with a folder in common, one migrates."""
    made_template = False
    with lock.wait_for(shared / "database.lock") if shared else contextlib.nullcontext():
        note = shared / "database.template" if shared else None
        if note and note.exists():
            connection.settings_dict["TEST"]["TEMPLATE"] = note.read_text()
        made = setup_databases(verbosity, interactive=False, keepdb=keep_old)
        if note and not note.exists():
            connection.creation.clone_test_db(_TEMPLATE, verbosity)
            note.write_text(connection.creation.get_test_db_clone_settings(_TEMPLATE)["NAME"])
            made_template = True
    yield
    if made_template:
        connection.creation.destroy_test_db(verbosity=verbosity, suffix=_TEMPLATE)
    if not keep_new:
        teardown_databases(made, verbosity)


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
