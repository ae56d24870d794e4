from django.db import migrations

# Orders learn what was issued of them before they kept it.
_ISSUED = """
UPDATE sales_salesorder SET issued_total = issued.total
FROM (
    SELECT order_id, SUM(total) AS total FROM invoicing_invoice
    WHERE status = 'sent' AND order_id IS NOT NULL GROUP BY order_id
) AS issued
WHERE issued.order_id = sales_salesorder.id
"""


class Migration(migrations.Migration):
    dependencies = [("invoicing", "0006_invoice_by_standing"), ("sales", "0004_lives")]
    operations = [migrations.RunSQL(_ISSUED, migrations.RunSQL.noop)]
