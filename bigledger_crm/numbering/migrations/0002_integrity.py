from django.db import migrations

from bigledger_crm.tenancy.migration_operations.v1 import append_only


class Migration(migrations.Migration):
    replaces = [("numbering", "0003_register_guards")]
    dependencies = [("numbering", "0001_tables")]
    operations = [append_only("numbering_assignednumber"), append_only("numbering_skippednumbers")]
