from django.db import migrations

from bigledger_crm.tenancy.migration_operations.v1 import guarded

# All that is known before the file is written.
FROZEN = "company_id id kind document_id number template template_version context filename created_at".split()
OLD = ", ".join(f"OLD.{column}" for column in FROZEN)
NEW = ", ".join(f"NEW.{column}" for column in FROZEN)


class Migration(migrations.Migration):
    dependencies = [("documents", "0001_initial")]
    operations = [
        guarded(
            "documents_storeddocument",
            name="kept",
            event="DELETE",
            condition="TRUE",
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
