from django.db import migrations

from bigledger_crm.tenancy.migration_operations.v1 import guarded

# All that is known before the file is written.
FROZEN = "company_id id kind document_id number template template_version context filename created_at".split()
OLD = ", ".join(f"OLD.{column}" for column in FROZEN)
NEW = ", ".join(f"NEW.{column}" for column in FROZEN)


class Migration(migrations.Migration):
    replaces = [("documents", "0003_erasing")]
    dependencies = [("documents", "0001_tables"), ("audit", "0002_integrity")]
    operations = [
        # What was erased wholly has no printed document either.
        guarded(
            "documents_storeddocument",
            name="kept",
            event="DELETE",
            condition="NOT audit_is_erased(OLD.company_id, OLD.document_id, TRUE)",
            message="A stored document is kept",
            truncate=True,
        ),
        guarded(
            "documents_storeddocument",
            name="frozen",
            event="UPDATE",
            condition=f"OLD.file <> '' OR ROW({OLD}) IS DISTINCT FROM ROW({NEW})",
            message="A stored document never changes",
        ),
        guarded(
            "documents_attachment",
            name="never_changed",
            event="UPDATE",
            condition="TRUE",
            message="documents_attachment: an attachment is added or deleted, never changed",
        ),
    ]
