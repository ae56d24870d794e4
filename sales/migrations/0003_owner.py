import django.db.models.deletion
from django.conf import settings
from django.db import migrations

import bigledger_crm.tenancy.base_models
from bigledger_crm.tenancy.migration_operations.v2 import owner_is_member


class Migration(migrations.Migration):
    dependencies = [("sales", "0002_guards"), ("tenancy", "0012_setup_steps")]
    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        migrations.AddField(
            "quote",
            "owner",
            bigledger_crm.tenancy.base_models.CompanyForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        owner_is_member("sales_quote"),
        migrations.AddField(
            "salesorder",
            "owner",
            bigledger_crm.tenancy.base_models.CompanyForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        owner_is_member("sales_salesorder"),
    ]
