from django.db import migrations, models
import django.db.models.deletion

import bigledger_crm.kernel.clock
import bigledger_crm.kernel.ids
from bigledger_crm.tenancy.migration_operations.v1 import append_only, guarded
from bigledger_crm.tenancy.migration_operations.v3 import only_emptied, replaced

IS_ERASED = migrations.RunSQL(
    """CREATE FUNCTION audit_is_erased(company uuid, subject uuid, wholly boolean) RETURNS boolean
    LANGUAGE sql STABLE AS $$
        SELECT EXISTS (
            SELECT FROM audit_erasure
            WHERE company_id = company AND subject_id = subject AND (is_whole OR NOT wholly)
        )
    $$""",
    "DROP FUNCTION audit_is_erased",
)

# A note may become empty and values of changes null, where what the entry is about, or the entry itself, was erased.
ONLY_REDACTED = migrations.RunSQL(
    """CREATE FUNCTION audit_only_redacted(old jsonb, new jsonb) RETURNS boolean LANGUAGE sql STABLE AS $$
        SELECT only_emptied(old, new, '{note}', '{changes,redacted_at}') AND new->>'redacted_at' IS NOT NULL
        AND NOT EXISTS (
            SELECT FROM jsonb_each(old->'changes') AS before(name, value)
            FULL JOIN jsonb_each(new->'changes') AS after(name, value) USING (name)
            WHERE before.value IS NULL OR after.value IS NULL OR after.value NOT IN (before.value, 'null')
        )
        AND EXISTS (
            SELECT FROM (SELECT new->>'id' UNION ALL SELECT jsonb_array_elements_text(new->'subjects')) AS about(subject)
            JOIN audit_erasure e ON e.company_id = (new->>'company_id')::uuid AND e.subject_id = about.subject::uuid
        )
    $$""",
    "DROP FUNCTION audit_only_redacted",
)


class Migration(migrations.Migration):
    dependencies = [("audit", "0003_auditentry_address"), ("tenancy", "0002_guards")]
    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        migrations.CreateModel(
            name="Erasure",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=bigledger_crm.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("subject_id", models.UUIDField()),
                ("is_whole", models.BooleanField()),
                ("erased_at", models.DateTimeField(default=bigledger_crm.kernel.clock.now)),
                ("erased_by", models.CharField(max_length=40)),
                (
                    "company",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenancy.company"
                    ),
                ),
            ],
            options={
                "abstract": False,
                "default_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(fields=("company", "subject_id", "is_whole"), name="erasure_once")
                ],
            },
        ),
        append_only("audit_erasure"),
        migrations.AddField("auditentry", "redacted_at", models.DateTimeField(editable=False, null=True)),
        IS_ERASED,
        only_emptied(),
        ONLY_REDACTED,
        replaced(
            append_only("audit_auditentry"),
            guarded(
                "audit_auditentry",
                name="append_only",
                event="UPDATE OR DELETE",
                # Companies may delete what is older than the law wants books to be kept: see retention.
                condition="TG_OP = 'UPDATE' OR OLD.occurred_at > now() - interval '7 years'",
                message="audit_auditentry is append-only",
                update_allowed_if="audit_only_redacted(to_jsonb(OLD), to_jsonb(NEW))",
                truncate=True,
            ),
        ),
    ]
