"""Customers against the receivables ledger, and both against documents, payments, refunds and write-offs."""

from collections.abc import Iterator

from bigledger_crm.tenancy.models import Company
from invoicing.integrity.discrepancy import Discrepancy, query

_CUSTOMERS = """
WITH posted AS (
    SELECT customer_id, SUM(amount) AS balance, SUM(sales_amount) AS sales
    FROM customers_receivableentry WHERE company_id = %(company)s GROUP BY customer_id
), invoiced AS (
    SELECT customer_id, SUM(total) FILTER (WHERE status = 'sent') AS sales,
           MAX(invoice_date) FILTER (WHERE status = 'sent') AS last_sale
    FROM invoicing_invoice WHERE company_id = %(company)s GROUP BY customer_id
), paid AS (
    SELECT customer_id, SUM(amount) AS amount
    FROM invoicing_payment WHERE company_id = %(company)s AND voided_at IS NULL GROUP BY customer_id
), credited AS (
    SELECT customer_id, SUM(total) AS amount
    FROM invoicing_creditnote WHERE company_id = %(company)s GROUP BY customer_id
), refunded AS (
    SELECT COALESCE(p.customer_id, n.customer_id) AS customer_id, SUM(r.amount) AS amount
    FROM invoicing_refund r LEFT JOIN invoicing_payment p ON p.id = r.payment_id
    LEFT JOIN invoicing_creditnote n ON n.id = r.credit_note_id
    WHERE r.company_id = %(company)s AND r.voided_at IS NULL GROUP BY 1
), written_off AS (
    SELECT i.customer_id, SUM(w.amount) AS amount
    FROM invoicing_writeoff w JOIN invoicing_invoice i ON i.id = w.invoice_id
    WHERE w.company_id = %(company)s AND w.reversed_at IS NULL GROUP BY 1
), due AS (
    SELECT customer_id, SUM(amount_due) AS amount FROM invoicing_invoice
    WHERE company_id = %(company)s AND status = 'sent' GROUP BY customer_id
), credit AS (
    SELECT customer_id, SUM(unapplied) AS amount FROM (
        SELECT customer_id, unapplied FROM invoicing_payment WHERE company_id = %(company)s
        UNION ALL SELECT customer_id, unapplied FROM invoicing_creditnote WHERE company_id = %(company)s
    ) left_over GROUP BY customer_id
)
SELECT 'customer ' || c.customer_number, f.fact, f.recorded, f.expected
FROM customers_customer c
LEFT JOIN posted ON posted.customer_id = c.id
LEFT JOIN invoiced ON invoiced.customer_id = c.id
LEFT JOIN paid ON paid.customer_id = c.id
LEFT JOIN credited ON credited.customer_id = c.id
LEFT JOIN refunded ON refunded.customer_id = c.id
LEFT JOIN written_off ON written_off.customer_id = c.id
LEFT JOIN due ON due.customer_id = c.id
LEFT JOIN credit ON credit.customer_id = c.id
CROSS JOIN LATERAL (VALUES
    ('currentBalance by the ledger', c.current_balance::text, COALESCE(posted.balance, 0.0000)::text),
    ('currentBalance by the documents', c.current_balance::text,
        (COALESCE(invoiced.sales, 0.0000) - COALESCE(paid.amount, 0) - COALESCE(credited.amount, 0)
            + COALESCE(refunded.amount, 0) - COALESCE(written_off.amount, 0))::text),
    ('amount due less credit', (COALESCE(due.amount, 0.0000) - COALESCE(credit.amount, 0))::text,
        (COALESCE(invoiced.sales, 0.0000) - COALESCE(paid.amount, 0) - COALESCE(credited.amount, 0)
            + COALESCE(refunded.amount, 0) - COALESCE(written_off.amount, 0))::text),
    ('totalSales by the ledger', c.total_sales::text, COALESCE(posted.sales, 0.0000)::text),
    ('totalSales by the documents', c.total_sales::text,
        (COALESCE(invoiced.sales, 0.0000) - COALESCE(credited.amount, 0))::text),
    ('lastSaleDate', c.last_sale_date::text, invoiced.last_sale::text)
) AS f(fact, recorded, expected)
WHERE c.company_id = %(company)s AND f.recorded IS DISTINCT FROM f.expected
ORDER BY c.customer_number
"""

# Each document posts exactly these entries; the days of voids and cancellations are their own.
_ENTRIES = """
WITH payment AS (
    SELECT p.*, COALESCE(i.invoice_number, LEFT(p.reference, 60)) AS number
    FROM invoicing_payment p LEFT JOIN invoicing_invoice i ON i.id = p.invoice_id WHERE p.company_id = %(company)s
), refund AS (
    SELECT r.id, r.amount, r.refund_date, r.void_date, COALESCE(p.customer_id, n.customer_id) AS customer_id,
           COALESCE(p.currency, n.currency) AS currency, COALESCE(p.number, n.credit_note_number) AS number
    FROM invoicing_refund r LEFT JOIN payment p ON p.id = r.payment_id
    LEFT JOIN invoicing_creditnote n ON n.id = r.credit_note_id WHERE r.company_id = %(company)s
), write_off AS (
    SELECT w.id, w.amount, w.write_off_date, w.reversal_date, i.customer_id, i.currency, i.invoice_number AS number
    FROM invoicing_writeoff w JOIN invoicing_invoice i ON i.id = w.invoice_id WHERE w.company_id = %(company)s
), due AS (
    SELECT 'invoice' AS kind, id AS document_id, customer_id, total AS amount, total AS sales, currency,
           invoice_number AS number, invoice_date AS day
    FROM invoicing_invoice
    WHERE company_id = %(company)s AND (status = 'sent' OR (status = 'cancelled' AND issued_at IS NOT NULL))
    UNION ALL
    SELECT 'cancellation', id, customer_id, -total, -total, currency, invoice_number, NULL
    FROM invoicing_invoice WHERE company_id = %(company)s AND status = 'cancelled' AND issued_at IS NOT NULL
    UNION ALL
    SELECT 'payment', id, customer_id, -amount, 0, currency, number, payment_date FROM payment
    UNION ALL
    SELECT 'void', id, customer_id, amount, 0, currency, number, NULL FROM payment WHERE voided_at IS NOT NULL
    UNION ALL
    SELECT 'credit_note', id, customer_id, -total, -total, currency, credit_note_number, credit_note_date
    FROM invoicing_creditnote WHERE company_id = %(company)s
    UNION ALL
    SELECT 'refund', id, customer_id, amount, 0, currency, number, refund_date FROM refund
    UNION ALL
    SELECT 'refund_void', id, customer_id, -amount, 0, currency, number, void_date FROM refund
    WHERE void_date IS NOT NULL
    UNION ALL
    SELECT 'write_off', id, customer_id, -amount, 0, currency, number, write_off_date FROM write_off
    UNION ALL
    SELECT 'write_off_reversal', id, customer_id, amount, 0, currency, number, reversal_date FROM write_off
    WHERE reversal_date IS NOT NULL
), entry AS (
    SELECT id, kind, document_id, customer_id, amount, sales_amount, currency, document_number AS number,
           entry_date AS day
    FROM customers_receivableentry WHERE company_id = %(company)s
)
SELECT 'ledger entry ' || kind || ' for ' || COALESCE(due.number, entry.number), f.fact, f.recorded, f.expected
FROM due FULL JOIN entry USING (kind, document_id)
LEFT JOIN customers_customer owed ON owed.id = due.customer_id
LEFT JOIN customers_customer booked ON booked.id = entry.customer_id
CROSS JOIN LATERAL (VALUES
    ('number of entries', (entry.id IS NOT NULL)::int::text, (due.document_id IS NOT NULL)::int::text, TRUE),
    ('amount', entry.amount::text, due.amount::text, FALSE),
    ('sales amount', entry.sales_amount::text, due.sales::numeric(19, 4)::text, FALSE),
    ('customer', booked.customer_number, owed.customer_number, FALSE),
    ('currency', entry.currency, due.currency, FALSE),
    ('document number', entry.number, due.number, FALSE),
    ('date', entry.day::text, COALESCE(due.day, entry.day)::text, FALSE)
) AS f(fact, recorded, expected, existence)
WHERE f.recorded IS DISTINCT FROM f.expected
  AND (f.existence OR (entry.id IS NOT NULL AND due.document_id IS NOT NULL))
ORDER BY 1
"""

_PAYMENTS = """
SELECT 'payment of ' || p.payment_date || ' for ' || i.invoice_number, f.fact, f.recorded, f.expected
FROM invoicing_payment p
JOIN invoicing_invoice i ON i.id = p.invoice_id
JOIN customers_customer payer ON payer.id = p.customer_id
JOIN customers_customer debtor ON debtor.id = i.customer_id
CROSS JOIN LATERAL (VALUES
    ('customer', payer.customer_number, debtor.customer_number),
    ('currency', p.currency, i.currency)
) AS f(fact, recorded, expected)
WHERE p.company_id = %(company)s AND f.recorded <> f.expected
ORDER BY i.invoice_number
"""


def differences(company: Company) -> Iterator[Discrepancy]:
    """Balances, sales, entries, and whose the payments are."""
    return query(company, _CUSTOMERS, _ENTRIES, _PAYMENTS)
