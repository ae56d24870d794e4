from django.db import migrations

from bigledger_crm.tenancy.migration_operations.v1 import append_only


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]
    operations = [append_only("audit_auditentry")]
