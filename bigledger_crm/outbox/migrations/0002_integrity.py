from django.db import migrations

from bigledger_crm.tenancy.migration_operations.v1 import composite_foreign_keys


class Migration(migrations.Migration):
    replaces = [("outbox", "0004_outboxemail_is_held")]
    dependencies = [("outbox", "0001_tables")]
    operations = [
        composite_foreign_keys("outbox_outboxemail", [("stored_document_id", "documents_storeddocument")]),
        composite_foreign_keys("outbox_outboxattempt", [("email_id", "outbox_outboxemail")]),
        composite_foreign_keys(
            "outbox_webhookdelivery",
            [("endpoint_id", "outbox_webhookendpoint"), ("event_id", "audit_auditentry")],
        ),
        composite_foreign_keys("outbox_webhookattempt", [("delivery_id", "outbox_webhookdelivery")]),
    ]
