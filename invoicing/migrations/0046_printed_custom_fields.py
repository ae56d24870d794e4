from django.db import migrations

from bigledger_crm.tenancy.migration_operations.v1 import guarded
from customers.migration_operations.v1 import ERASED

# The field's definition says whether it is on paper: an invoice has its values only.
PRINTED = (
    "EXISTS (SELECT FROM custom_fields_customfield field WHERE field.company_id = OLD.company_id "
    "AND field.object_type = 'invoices' AND field.show_on_paper AND field.deleted_at IS NULL "
    "AND OLD.custom_fields -> field.key IS DISTINCT FROM NEW.custom_fields -> field.key)"
)


class Migration(migrations.Migration):
    """What the PDF of an issued invoice shows stays, values of custom fields too; the others can change."""

    dependencies = [("invoicing", "0045_indexes_of_reports"), ("custom_fields", "0002_paper_and_roles")]
    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        guarded(
            "invoicing_invoice",
            name="printed_kept",
            event="UPDATE",
            condition="OLD.status <> 'draft' AND OLD.custom_fields IS DISTINCT FROM NEW.custom_fields "
            f"AND {PRINTED}",
            message="invoicing_invoice: custom fields that the PDF of an issued invoice shows stay",
            update_allowed_if=ERASED,
        ),
    ]
