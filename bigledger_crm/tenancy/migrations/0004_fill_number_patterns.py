from django.db import migrations

_FILL = """
UPDATE tenancy_company SET
    customer_number_pattern = customer_prefix || '-{number:' || number_width || '}',
    quote_number_pattern = quote_prefix || '-{year}-{number:' || number_width || '}',
    order_number_pattern = order_prefix || '-{year}-{number:' || number_width || '}',
    invoice_number_pattern = invoice_prefix || '-{year}-{number:' || number_width || '}',
    credit_note_number_pattern = credit_note_prefix || '-{year}-{number:' || number_width || '}'
"""


class Migration(migrations.Migration):
    """From prefix and width, as numbers were made of them.  Companies are few: one statement."""

    dependencies = [("tenancy", "0003_number_patterns")]
    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        migrations.RunSQL(_FILL, migrations.RunSQL.noop),
    ]
