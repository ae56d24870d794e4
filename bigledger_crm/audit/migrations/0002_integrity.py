from django.db import migrations

from bigledger_crm.tenancy.migration_operations.v1 import append_only, guarded

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
    replaces = [("audit", "0004_erasure")]
    dependencies = [("audit", "0001_tables"), ("tenancy", "0002_integrity")]
    operations = [
        append_only("audit_erasure"),
        IS_ERASED,
        ONLY_REDACTED,
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
    ]
