from django.db import migrations

# The old version is stopped: nobody changes a document meanwhile.
_ADD_UP = """
INSERT INTO invoicing_customerday
    (company_id, customer_id, day, invoices, invoiced, credit_notes, credited, paid, on_time, paid_days)
SELECT company_id, customer_id, day, sum(invoices), sum(invoiced), sum(credit_notes), sum(credited), sum(paid),
    sum(on_time), sum(paid_days)
FROM (
    SELECT company_id, customer_id, invoice_date AS day, 1 AS invoices, total AS invoiced, 0 AS credit_notes,
        0 AS credited, 0 AS paid, 0 AS on_time, 0 AS paid_days
    FROM invoicing_invoice WHERE status = 'sent'
    UNION ALL
    SELECT company_id, customer_id, credit_note_date, 0, 0, 1, total, 0, 0, 0 FROM invoicing_creditnote
    UNION ALL
    SELECT company_id, customer_id, last_payment_date, 0, 0, 0, 0, 1, (last_payment_date <= due_date)::integer,
        last_payment_date - invoice_date
    FROM invoicing_invoice WHERE stage = 'paid' AND last_payment_date IS NOT NULL
) parts GROUP BY 1, 2, 3;
INSERT INTO invoicing_customeritem (company_id, customer_id, item_id, quantity, value)
SELECT company_id, customer_id, item_id, sum(quantity), sum(value)
FROM (
    SELECT i.company_id, i.customer_id, l.item_id, l.quantity, l.line_total AS value
    FROM invoicing_invoice i JOIN invoicing_invoiceline l ON l.company_id = i.company_id AND l.invoice_id = i.id
    WHERE i.status = 'sent' AND l.item_id IS NOT NULL
    UNION ALL
    SELECT n.company_id, n.customer_id, l.item_id, -l.quantity, -l.line_total
    FROM invoicing_creditnote n
    JOIN invoicing_creditnoteline l ON l.company_id = n.company_id AND l.credit_note_id = n.id
    WHERE l.item_id IS NOT NULL
) parts GROUP BY 1, 2, 3
"""


class Migration(migrations.Migration):
    dependencies = [("invoicing", "0033_customer_sums")]
    operations = [migrations.RunSQL(_ADD_UP, migrations.RunSQL.noop)]
