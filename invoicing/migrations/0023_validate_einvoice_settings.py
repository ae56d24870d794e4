from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("invoicing", "0022_einvoice_settings_guard")]
    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        ValidateConstraint("einvoicesettings", "einvoicesettings_signed_by_certificate"),
    ]
