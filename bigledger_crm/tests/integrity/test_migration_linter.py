"""What the linter of migrations says of changes to a table that has rows."""

from typing import Any

import pytest
from django.contrib.postgres.operations import AddConstraintNotValid, ValidateConstraint
from django.db import connection, migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation

from bigledger_crm.tenancy.base_models import CompanyForeignKey
from bigledger_crm.tenancy.migration_operations.v1 import append_only, composite_foreign_keys
from bigledger_crm.testing.migration_linter import BEGINNINGS, own_migrations, problems_of, sql_of

pytestmark = pytest.mark.django_db

LOCK_TIMEOUT = migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop)
INDEX = models.Index(fields=["company", "reference"], name="invoice_by_reference")
CHECK = models.CheckConstraint(condition=models.Q(total__lt=10**9), name="invoice_total_small")
UNIQUE = models.UniqueConstraint(fields=["company", "reference"], name="invoice_reference_unique")
GENERATED = models.GeneratedField(
    expression=models.F("amount_paid") * 2,
    output_field=models.DecimalField(max_digits=19, decimal_places=4),
    db_persist=True,
)


def rules_broken_by(*operations: Operation, atomic: bool = True) -> set[str]:
    """The names of the rules that a migration of `invoicing` with these operations breaks."""
    made = type("Migration", (migrations.Migration,), {"operations": operations, "atomic": atomic})
    state = MigrationLoader(connection).project_state()
    return {
        line.split()[2] for line in problems_of(sql_of(made("0099_made", "invoicing"), state), "invoicing.0099_made")
    }


def test_every_beginning_is_there_and_first() -> None:
    keys = own_migrations(MigrationLoader(connection))
    assert set(keys) >= BEGINNINGS
    assert {label for label, _ in keys} == {label for label, _ in BEGINNINGS}
    assert {name for _, name in BEGINNINGS} == {"0001_tables", "0002_integrity", "0003_sales_sums"}


@pytest.mark.parametrize(
    ("operation", "rule"),
    [
        (migrations.AddIndex("invoice", INDEX), "require-concurrent-index-creation"),
        (migrations.RemoveIndex("invoice", "invoice_by_total"), "require-concurrent-index-deletion"),
        (migrations.AddConstraint("invoice", CHECK), "constraint-missing-not-valid"),
        (migrations.AddConstraint("invoice", UNIQUE), "disallowed-unique-constraint"),
        (migrations.AddField("invoice", "doubled", GENERATED), "adding-field-with-default"),
        (migrations.AlterField("invoice", "notes", models.CharField(max_length=99)), "changing-column-type"),
        (migrations.AlterField("invoice", "issued_at", models.DateTimeField()), "adding-not-nullable-field"),
        (migrations.RunSQL("ALTER TABLE invoicing_invoice ADD COLUMN x text NOT NULL"), "adding-required-field"),
        (composite_foreign_keys("invoicing_invoice", [("id", "sales_quote")]), "adding-foreign-key-constraint"),
        (migrations.RemoveField("invoice", "notes"), "ban-drop-column"),
        (migrations.DeleteModel("Reminder"), "ban-drop-table"),
    ],
)
def test_what_locks_or_rewrites_a_table_is_found(operation: Operation, rule: str) -> None:
    assert rule in rules_broken_by(LOCK_TIMEOUT, operation)


def test_a_lock_has_a_timeout() -> None:
    field = migrations.AddField("invoice", "colour", models.CharField(default="", max_length=10))
    assert rules_broken_by(field) == {"require-lock-timeout"}
    assert rules_broken_by(LOCK_TIMEOUT, field) == set()


def test_what_blocks_nobody_is_fine() -> None:
    index = migrations.RunSQL("CREATE INDEX CONCURRENTLY reference ON invoicing_invoice (reference)")
    assert rules_broken_by(index, atomic=False) == {"require-lock-timeout"}
    assert rules_broken_by(migrations.RunSQL("SET lock_timeout = '60s'"), index, atomic=False) == set()
    not_valid = AddConstraintNotValid("invoice", CHECK)
    assert rules_broken_by(LOCK_TIMEOUT, not_valid) == set()
    existing = ValidateConstraint("invoice", "invoice_total_adds_up")
    assert rules_broken_by(LOCK_TIMEOUT, existing) == set()


def test_a_new_table_may_have_all_at_once() -> None:
    company = models.ForeignKey("tenancy.Company", models.PROTECT, related_name="+")
    fields: list[tuple[str, models.Field[Any, Any]]] = [
        ("id", models.UUIDField(primary_key=True)),
        ("company", company),
        ("invoice", CompanyForeignKey("invoicing.Invoice", related_name="+")),
    ]
    table = migrations.CreateModel("Made", fields, {"indexes": [models.Index(fields=["company"], name="made_index")]})
    key = composite_foreign_keys("invoicing_made", [("invoice_id", "invoicing_invoice")])
    assert rules_broken_by(LOCK_TIMEOUT, table, key, append_only("invoicing_made")) == set()
