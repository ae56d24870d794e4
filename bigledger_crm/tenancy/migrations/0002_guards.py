from django.db import migrations

from bigledger_crm.tenancy.migration_operations.v1 import guarded


class Migration(migrations.Migration):
    dependencies = [("tenancy", "0001_initial")]
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
    ]
