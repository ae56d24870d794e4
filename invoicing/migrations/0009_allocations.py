from decimal import Decimal

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Case, F, Q, Value, When

import bigledger_crm.kernel.clock
import bigledger_crm.kernel.ids
from bigledger_crm.tenancy.base_models import CompanyForeignKey
from bigledger_crm.tenancy.migration_operations.v1 import append_only, composite_foreign_keys, guarded
from customers.migration_operations.v1 import FOLLOWS_MERGED_CUSTOMER

PROTECT = django.db.models.deletion.PROTECT
METHODS = (
    "cash",
    "cheque",
    "bank_transfer",
    "credit_card",
    "debit_card",
    "e_wallet",
    "direct_debit",
    "other",
)
KINDS = ("bad_debt", "small_difference", "bank_charge")
ONE_SOURCE = Q(payment__isnull=False, credit_note__isnull=True) | Q(payment__isnull=True, credit_note__isnull=False)


def money(**options):
    return models.DecimalField(max_digits=19, decimal_places=4, **options)


def base_amount():
    return models.DecimalField(max_digits=28, decimal_places=4)


def table(name, label, *columns, constraints, indexes):
    fields = [
        ("id", models.UUIDField(default=bigledger_crm.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
        *columns,
        ("created_by", models.CharField(max_length=40)),
        ("created_at", models.DateTimeField(default=bigledger_crm.kernel.clock.now)),
        ("company", models.ForeignKey(on_delete=PROTECT, related_name="+", to="tenancy.company")),
    ]
    options = {
        "abstract": False,
        "default_manager_name": "objects",
        "constraints": [models.UniqueConstraint(fields=("company", "id"), name=f"{label}_company_key"), *constraints],
        "indexes": [models.Index(fields=["company", *fields, "id"], name=f"{label}_{end}") for end, fields in indexes],
    }
    return migrations.CreateModel(name, fields, options)


def source(related_name):
    return [
        ("payment", CompanyForeignKey(null=True, on_delete=PROTECT, related_name=related_name, to="invoicing.payment")),
        (
            "credit_note",
            CompanyForeignKey(null=True, on_delete=PROTECT, related_name=related_name, to="invoicing.creditnote"),
        ),
    ]


ALLOCATION = table(
    "Allocation",
    "allocation",
    *source("allocations"),
    ("invoice", CompanyForeignKey(on_delete=PROTECT, related_name="allocations", to="invoicing.invoice")),
    ("amount", money()),
    ("source_base_amount", base_amount()),
    ("invoice_base_amount", base_amount()),
    (
        "realized_gain_loss",
        models.GeneratedField(
            expression=F("source_base_amount") - F("invoice_base_amount"), output_field=base_amount(), db_persist=True
        ),
    ),
    ("allocation_date", models.DateField()),
    ("is_initial", models.BooleanField(default=False)),
    ("reverses", CompanyForeignKey(null=True, on_delete=PROTECT, related_name="reversals", to="invoicing.allocation")),
    constraints=[
        models.UniqueConstraint(fields=("company", "reverses"), name="allocation_reversed_once"),
        models.CheckConstraint(condition=ONE_SOURCE, name="allocation_of_one_source"),
        models.CheckConstraint(
            condition=Q(reverses__isnull=True, amount__gt=0) | Q(reverses__isnull=False, amount__lt=0),
            name="allocation_sign",
        ),
    ],
    indexes=[("by_payment", ["payment"]), ("by_credit_note", ["credit_note"]), ("by_invoice", ["invoice"])],
)
REFUND = table(
    "Refund",
    "refund",
    *source("refunds"),
    ("amount", money()),
    ("base_amount", base_amount()),
    ("refund_date", models.DateField()),
    ("payment_method", models.CharField(choices=[(method, method) for method in METHODS], max_length=20)),
    ("reference", models.CharField(blank=True, max_length=100)),
    ("notes", models.TextField(blank=True)),
    ("voided_at", models.DateTimeField(null=True)),
    ("void_date", models.DateField(null=True)),
    ("void_reason", models.CharField(blank=True, max_length=500)),
    constraints=[
        models.CheckConstraint(condition=ONE_SOURCE, name="refund_of_one_source"),
        models.CheckConstraint(condition=Q(amount__gt=0), name="refund_amount_positive"),
        models.CheckConstraint(condition=Q(payment_method__in=METHODS), name="refund_method_known"),
        models.CheckConstraint(
            condition=Q(voided_at__isnull=True, void_date__isnull=True, void_reason="")
            | Q(voided_at__isnull=False, void_date__isnull=False),
            name="refund_voided_with_day",
        ),
    ],
    indexes=[
        ("by_payment", ["payment"]),
        ("by_credit_note", ["credit_note"]),
        ("by_date", ["refund_date"]),
        ("by_creation", ["created_at"]),
    ],
)
WRITE_OFF = table(
    "WriteOff",
    "writeoff",
    ("invoice", CompanyForeignKey(on_delete=PROTECT, related_name="write_offs", to="invoicing.invoice")),
    ("amount", money()),
    ("base_amount", base_amount()),
    ("kind", models.CharField(choices=[(kind, kind) for kind in KINDS], max_length=20)),
    ("reason", models.CharField(blank=True, max_length=500)),
    ("write_off_date", models.DateField()),
    ("reversed_at", models.DateTimeField(null=True)),
    ("reversal_date", models.DateField(null=True)),
    ("reversal_reason", models.CharField(blank=True, max_length=500)),
    constraints=[
        models.CheckConstraint(condition=Q(amount__gt=0), name="writeoff_amount_positive"),
        models.CheckConstraint(condition=Q(kind__in=KINDS), name="writeoff_kind_known"),
        models.CheckConstraint(
            condition=Q(reversed_at__isnull=True, reversal_date__isnull=True, reversal_reason="")
            | Q(reversed_at__isnull=False, reversal_date__isnull=False),
            name="writeoff_reversed_with_day",
        ),
    ],
    indexes=[("by_invoice", ["invoice"]), ("by_date", ["write_off_date"])],
)


def credit_moved(key, once=""):
    """What is allocated and refunded moves, to what the rows of allocations and refunds come to; nothing else does.

    `once` is a column that gets its first value.
    """
    without = "- 'amount_allocated' - 'amount_refunded' - 'unapplied' - 'number_sort'"
    if once:
        without += f" - CASE WHEN OLD.{once} IS NULL THEN '{once}' ELSE '' END"
    sums = [
        f"NEW.{column} = (SELECT COALESCE(SUM(amount), 0) FROM {rows} "  # noqa: S608 the names are ours
        f"WHERE company_id = NEW.company_id AND {key} = NEW.id{live})"
        for column, rows, live in (
            ("amount_allocated", "invoicing_allocation", ""),
            ("amount_refunded", "invoicing_refund", " AND voided_at IS NULL"),
        )
    ]
    return f"((to_jsonb(OLD) {without}) = (to_jsonb(NEW) {without}) AND {' AND '.join(sums)})"


def kept(table, *columns):
    """Never changed or deleted, but once by these columns."""
    without = " ".join(f"- '{column}'" for column in columns)
    return guarded(
        table,
        name="kept",
        event="UPDATE OR DELETE",
        condition=f"TG_OP = 'DELETE' OR OLD.{columns[0]} IS NOT NULL OR "
        f"(to_jsonb(OLD) {without}) <> (to_jsonb(NEW) {without})",
        message=f"{table}: never edited or deleted, only taken back once",
        truncate=True,
    )


PAYMENT_GUARD = guarded(
    "invoicing_payment",
    name="kept",
    event="UPDATE OR DELETE",
    condition="TG_OP = 'DELETE' OR OLD.voided_at IS NOT NULL OR "
    "(to_jsonb(OLD) - 'voided_at' - 'void_reason' - 'unapplied') "
    "<> (to_jsonb(NEW) - 'voided_at' - 'void_reason' - 'unapplied')",
    message="invoicing_payment: a payment is never edited or deleted, only voided once",
    update_allowed_if=f"{FOLLOWS_MERGED_CUSTOMER} OR {credit_moved('payment_id', once='exchange_rate')}",
    truncate=True,
)
# A reversal takes back the whole of an allocation, from the same source and of the same invoice.
NOT_MIRRORED = """NEW.reverses_id IS NOT NULL AND NOT EXISTS (
    SELECT FROM invoicing_allocation made WHERE made.company_id = NEW.company_id AND made.id = NEW.reverses_id
    AND made.reverses_id IS NULL AND made.invoice_id = NEW.invoice_id AND made.amount = -NEW.amount
    AND made.source_base_amount = -NEW.source_base_amount AND made.invoice_base_amount = -NEW.invoice_base_amount
    AND made.payment_id IS NOT DISTINCT FROM NEW.payment_id
    AND made.credit_note_id IS NOT DISTINCT FROM NEW.credit_note_id
    AND made.allocation_date <= NEW.allocation_date
)"""


class Migration(migrations.Migration):
    dependencies = [("invoicing", "0008_owner_index"), ("customers", "0006_validate_entries")]
    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        migrations.AlterField(
            "payment",
            "invoice",
            CompanyForeignKey(null=True, on_delete=PROTECT, related_name="payments", to="invoicing.invoice"),
        ),
        migrations.AlterField(
            "creditnote",
            "invoice",
            CompanyForeignKey(null=True, on_delete=PROTECT, related_name="credit_notes", to="invoicing.invoice"),
        ),
        migrations.AlterField(
            "creditnoteline",
            "invoice_line",
            CompanyForeignKey(null=True, on_delete=PROTECT, related_name="credit_lines", to="invoicing.invoiceline"),
        ),
        migrations.AddField(
            "payment", "exchange_rate", models.DecimalField(decimal_places=10, max_digits=20, null=True)
        ),
        *(
            migrations.AddField(model, column, money(default=Decimal("0")))
            for model in ("payment", "creditnote")
            for column in ("amount_allocated", "amount_refunded")
        ),
        migrations.AddField("invoice", "amount_written_off", money(default=Decimal("0"))),
        migrations.AddField(
            "payment",
            "unapplied",
            models.GeneratedField(
                expression=Case(
                    When(voided_at__isnull=False, then=Value(Decimal("0"))),
                    default=F("amount") - F("amount_allocated") - F("amount_refunded"),
                    output_field=money(),
                ),
                output_field=money(),
                db_persist=True,
            ),
        ),
        migrations.AddField(
            "creditnote",
            "unapplied",
            models.GeneratedField(
                expression=F("total") - F("amount_allocated") - F("amount_refunded"),
                output_field=money(),
                db_persist=True,
            ),
        ),
        ALLOCATION,
        REFUND,
        WRITE_OFF,
        composite_foreign_keys(
            "invoicing_allocation",
            [
                ("payment_id", "invoicing_payment"),
                ("credit_note_id", "invoicing_creditnote"),
                ("invoice_id", "invoicing_invoice"),
                ("reverses_id", "invoicing_allocation"),
            ],
        ),
        composite_foreign_keys(
            "invoicing_refund", [("payment_id", "invoicing_payment"), ("credit_note_id", "invoicing_creditnote")]
        ),
        composite_foreign_keys("invoicing_writeoff", [("invoice_id", "invoicing_invoice")]),
        append_only("invoicing_allocation"),
        guarded(
            "invoicing_allocation",
            name="mirrored",
            event="INSERT",
            condition=NOT_MIRRORED,
            message="invoicing_allocation: a reversal takes back the whole of an allocation",
        ),
        kept("invoicing_refund", "voided_at", "void_date", "void_reason"),
        kept("invoicing_writeoff", "reversed_at", "reversal_date", "reversal_reason"),
        migrations.RunSQL(
            "DROP FUNCTION invoicing_payment_kept() CASCADE; "
            "DROP FUNCTION invoicing_payment_kept_truncate() CASCADE; "
            "DROP FUNCTION invoicing_creditnote_refuse_change() CASCADE"
        ),
        PAYMENT_GUARD,
        append_only(
            "invoicing_creditnote", update_allowed_if=f"{FOLLOWS_MERGED_CUSTOMER} OR {credit_moved('credit_note_id')}"
        ),
    ]
