from django.db import migrations

from bigledger_crm.tenancy.migration_operations.v1 import change_notes, guarded, only_emptied


class Migration(migrations.Migration):
    replaces = [("tenancy", "0022_row_changes")]
    dependencies = [("tenancy", "0001_tables")]
    operations = [
        guarded(
            "tenancy_securityevent",
            name="append_only",
            event="UPDATE OR DELETE",
            # Failed attempts to sign in are many, and cleared away after 90 days.
            condition="TG_OP = 'UPDATE' OR OLD.event <> 'security.sign_in_failed' "
            "OR OLD.occurred_at > now() - interval '90 days'",
            message="tenancy_securityevent is append-only",
            truncate=True,
        ),
        only_emptied(),
        change_notes(),
    ]
