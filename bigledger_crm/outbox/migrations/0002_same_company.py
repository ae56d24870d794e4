from django.db import migrations

from bigledger_crm.tenancy.fields import composite_foreign_keys


class Migration(migrations.Migration):
    dependencies = [("outbox", "0001_initial"), ("documents", "0002_frozen")]
    operations = [
        composite_foreign_keys("outbox_outboxemail", [("stored_document_id", "documents_storeddocument")]),
        composite_foreign_keys("outbox_outboxattempt", [("email_id", "outbox_outboxemail")]),
    ]
