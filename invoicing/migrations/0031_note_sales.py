from django.db import migrations

# Reports read the days from the documents until a background job has added them up.
_NOTE = """
INSERT INTO invoicing_saleschange (company_id, day)
SELECT company_id, invoice_date FROM invoicing_invoice WHERE status = 'sent'
UNION SELECT company_id, credit_note_date FROM invoicing_creditnote
"""


class Migration(migrations.Migration):
    dependencies = [("invoicing", "0030_sales_sums")]
    operations = [migrations.RunSQL(_NOTE, migrations.RunSQL.noop)]
