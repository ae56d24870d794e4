"""The sums that are kept of a customer's days and items, as its documents have them.

They are what triggers keep (models/customer_sum.py): here for books that are checked, and for documents that came
without the triggers.
"""

from uuid import UUID

from django.db import connection

DAY_SUMS = "invoices, invoiced, credit_notes, credited, paid, on_time, paid_days"
ITEM_SUMS = "quantity, value"
ALL_DAYS = """
SELECT customer_id, day, sum(invoices) AS invoices, sum(invoiced) AS invoiced, sum(credit_notes) AS credit_notes,
    sum(credited) AS credited, sum(paid) AS paid, sum(on_time) AS on_time, sum(paid_days) AS paid_days
FROM (
    SELECT customer_id, invoice_date AS day, 1 AS invoices, total AS invoiced, 0 AS credit_notes, 0 AS credited,
        0 AS paid, 0 AS on_time, 0 AS paid_days
    FROM invoicing_invoice WHERE company_id = %(company)s AND status = 'sent'
    UNION ALL
    SELECT customer_id, credit_note_date, 0, 0, 1, total, 0, 0, 0
    FROM invoicing_creditnote WHERE company_id = %(company)s
    UNION ALL
    SELECT customer_id, last_payment_date, 0, 0, 0, 0, 1, (last_payment_date <= due_date)::integer,
        last_payment_date - invoice_date
    FROM invoicing_invoice WHERE company_id = %(company)s AND stage = 'paid' AND last_payment_date IS NOT NULL
) parts GROUP BY 1, 2
"""
ALL_ITEMS = """
SELECT customer_id, item_id, sum(quantity) AS quantity, sum(value) AS value
FROM (
    SELECT customer_id, item_id, quantity, line_total AS value
    FROM (SELECT id, customer_id FROM invoicing_invoice WHERE company_id = %(company)s AND status = 'sent') i
    JOIN invoicing_invoiceline l ON l.company_id = %(company)s AND l.invoice_id = i.id WHERE item_id IS NOT NULL
    UNION ALL
    SELECT customer_id, item_id, -quantity, -line_total
    FROM (SELECT id, customer_id FROM invoicing_creditnote WHERE company_id = %(company)s) n
    JOIN invoicing_creditnoteline l ON l.company_id = %(company)s AND l.credit_note_id = n.id WHERE item_id IS NOT NULL
) parts GROUP BY 1, 2
"""


def add_up_customers(company_id: UUID) -> None:
    """Makes the sums of a company anew, whose documents came without the triggers that keep them."""
    with connection.cursor() as cursor:
        for table, key, sums, plain in (
            ("invoicing_customerday", "day", DAY_SUMS, ALL_DAYS),
            ("invoicing_customeritem", "item_id", ITEM_SUMS, ALL_ITEMS),
        ):
            columns = f"customer_id, {key}, {sums}"
            cursor.execute(f"DELETE FROM {table} WHERE company_id = %s", [company_id])  # noqa: S608 constants
            # In the order of the index, which takes half as long to fill then.
            cursor.execute(
                f"INSERT INTO {table} (company_id, {columns}) SELECT %(company)s, {columns} FROM ({plain}) s "  # noqa: S608 constants
                f"ORDER BY customer_id, {key}",
                {"company": company_id},
            )
