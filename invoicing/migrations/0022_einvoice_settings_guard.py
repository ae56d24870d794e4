from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models
from django.db.models import Q

from bigledger_crm.tenancy.migration_operations.v1 import guarded

_BACK_TO_TRYING = """NEW.environment IN ('simulator', 'sandbox') AND EXISTS (
    SELECT FROM invoicing_einvoice WHERE company_id = NEW.company_id AND environment = 'production'
)"""


class Migration(migrations.Migration):
    dependencies = [("invoicing", "0021_einvoices")]
    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        migrations.AddField(
            "einvoicesettings", "client_secret_saved_at", models.DateTimeField(blank=True, null=True)
        ),
        guarded(
            "invoicing_einvoicesettings",
            name="no_way_back",
            event="INSERT OR UPDATE",
            condition=_BACK_TO_TRYING,
            message="invoicing_einvoicesettings: a company with e-invoices in production does not go back to trying",
        ),
        migrations.RemoveConstraint("einvoicesettings", "einvoicesettings_signed_by_certificate"),
        AddConstraintNotValid(
            "einvoicesettings",
            models.CheckConstraint(
                condition=Q(environment="") | Q(version="1.0") | Q(certificate_expires_at__isnull=False),
                name="einvoicesettings_signed_by_certificate",
            ),
        ),
    ]
