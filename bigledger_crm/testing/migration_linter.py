"""Reads the SQL of every migration and says what would lock or rewrite a table that has rows already.

python -m bigledger_crm.testing.migration_linter, with a database to ask, prints what is wrong and fails if anything is.
The rules are those of Squawk (https://squawkhq.com/docs/rules); .squawk.toml says which ones do not apply here.
"""

import os
import subprocess
import sys
from pathlib import Path

import django
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.migrations import Migration
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState

_PACKAGES = {"bigledger_crm", "customers", "sales", "invoicing"}
# They make the tables, which have no rows yet.  Nothing is added here but the first one of a new app.
BEGINNINGS = frozenset(
    {
        ("audit", "0001_tables"),
        ("audit", "0002_integrity"),
        ("backup", "0001_tables"),
        ("bigledger_account", "0001_tables"),
        ("bigledger_api", "0001_tables"),
        ("bigledger_pages", "0001_tables"),
        ("company_archive", "0001_tables"),
        ("custom_fields", "0001_tables"),
        ("customers", "0001_tables"),
        ("customers", "0002_integrity"),
        ("documents", "0001_tables"),
        ("documents", "0002_integrity"),
        ("imports", "0001_tables"),
        ("invoicing", "0001_tables"),
        ("invoicing", "0002_integrity"),
        ("invoicing", "0003_sales_sums"),
        ("numbering", "0001_tables"),
        ("numbering", "0002_integrity"),
        ("outbox", "0001_tables"),
        ("outbox", "0002_integrity"),
        ("privacy", "0001_tables"),
        ("sales", "0001_tables"),
        ("sales", "0002_integrity"),
        ("schedule", "0001_tables"),
        ("tenancy", "0001_tables"),
        ("tenancy", "0002_integrity"),
    }
)
# Rules that a later migration may break, each with its reason in a comment.
# What is named here takes the place of `excluded_rules`.
EXCEPTIONS: dict[tuple[str, str], tuple[str, ...]] = {
    # A default takes the place of the identity in the same transaction: inserts that name no id go on.
    ("tenancy", "0023_keys_without_sequence"): ("ban-alter-identity", "require-statement-timeout"),
    ("numbering", "0004_keys_without_sequence"): ("ban-alter-identity", "require-statement-timeout"),
    ("documents", "0004_keys_without_sequence"): ("ban-alter-identity", "require-statement-timeout"),
    ("invoicing", "0037_keys_without_sequence"): ("ban-alter-identity", "require-statement-timeout"),
    ("invoicing", "0039_quote_sums"): (
        *("ban-alter-identity", "require-statement-timeout", "prefer-robust-stmts", "prefer-identity"),
        *("prefer-bigint-over-int", "prefer-bigint-over-smallint", "prefer-text-field"),
    ),
    # The same transaction writes the columns in every row.
    ("invoicing", "0044_allocation_dates"): ("adding-not-nullable-field", "require-statement-timeout"),
    # The check of what an account is for is made anew, wider, in the same transaction.
    ("invoicing", "0035_imported"): ("ban-drop-constraint", "prefer-robust-stmts", "require-statement-timeout"),
    # The check of an invoice's dates is made anew, for all but opening balances.
    ("invoicing", "0048_due_before_opening"): (
        "ban-drop-constraint",
        "prefer-robust-stmts",
        "require-statement-timeout",
    ),
}


def own_migrations(loader: MigrationLoader) -> list[tuple[str, str]]:
    """Those of the project's apps, as (app label, name)."""
    own = {app.label for app in apps.get_app_configs() if app.name.split(".")[0] in _PACKAGES}
    return sorted(key for key in loader.disk_migrations if key[0] in own)


def sql_of(migration: Migration, before: ProjectState) -> str:
    """What `sqlmigrate` prints of a migration that begins with the state `before`."""
    with connection.schema_editor(collect_sql=True, atomic=migration.atomic) as editor:
        migration.apply(before, editor, collect_sql=True)
    return "\n".join(["BEGIN;", *editor.collected_sql, "COMMIT;"] if migration.atomic else editor.collected_sql)


def problems_of(sql: str, name: str, exceptions: tuple[str, ...] = ()) -> list[str]:
    """One line for each statement that breaks a rule, with the rule's name; `name` stands for the file."""
    squawk = str(Path(sys.executable).with_name("squawk"))
    excluded = [f"--exclude={rule}" for rule in exceptions]
    command = [squawk, "--reporter=gcc", f"--stdin-filepath={name}", *excluded]
    done = subprocess.run(command, cwd=settings.BASE_DIR, input=sql, capture_output=True, text=True)
    if done.returncode and not done.stdout:
        raise RuntimeError(done.stderr)
    return done.stdout.splitlines() if done.returncode else []


def main() -> int:
    """The command line; returns the exit status."""
    loader = MigrationLoader(connection)
    found: list[str] = []
    for key in own_migrations(loader):
        if key not in BEGINNINGS:
            before = loader.project_state(key, at_end=False)
            sql = sql_of(loader.disk_migrations[key], before)
            found += problems_of(sql, ".".join(key), EXCEPTIONS.get(key, ()))
    sys.stdout.writelines(f"{line}\n" for line in found)
    return bool(found)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bigledger_crm.settings")
    django.setup()
    sys.exit(main())
