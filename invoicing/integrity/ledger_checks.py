"""Customers, invoices, credit notes and payments against the receivables ledger, and all against the documents."""

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
)
SELECT 'customer ' || c.customer_number, f.fact, f.recorded, f.expected
FROM customers_customer c
LEFT JOIN posted ON posted.customer_id = c.id
LEFT JOIN invoiced ON invoiced.customer_id = c.id
LEFT JOIN paid ON paid.customer_id = c.id
LEFT JOIN credited ON credited.customer_id = c.id
CROSS JOIN LATERAL (VALUES
    ('currentBalance by the ledger', c.current_balance::text, COALESCE(posted.balance, 0.0000)::text),
    ('currentBalance by the documents', c.current_balance::text,
        (COALESCE(invoiced.sales, 0.0000) - COALESCE(paid.amount, 0) - COALESCE(credited.amount, 0))::text),
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
WITH due AS (
    SELECT 'invoice' AS kind, id AS document_id, customer_id, total AS amount, total AS sales, currency,
           invoice_number AS number, invoice_date AS day
    FROM invoicing_invoice
    WHERE company_id = %(company)s AND (status = 'sent' OR (status = 'cancelled' AND issued_at IS NOT NULL))
    UNION ALL
    SELECT 'cancellation', id, customer_id, -total, -total, currency, invoice_number, NULL
    FROM invoicing_invoice WHERE company_id = %(company)s AND status = 'cancelled' AND issued_at IS NOT NULL
    UNION ALL
    SELECT 'payment', p.id, p.customer_id, -p.amount, 0, p.currency, i.invoice_number, p.payment_date
    FROM invoicing_payment p JOIN invoicing_invoice i ON i.id = p.invoice_id WHERE p.company_id = %(company)s
    UNION ALL
    SELECT 'void', p.id, p.customer_id, p.amount, 0, p.currency, i.invoice_number, NULL
    FROM invoicing_payment p JOIN invoicing_invoice i ON i.id = p.invoice_id
    WHERE p.company_id = %(company)s AND p.voided_at IS NOT NULL
    UNION ALL
    SELECT 'credit_note', id, customer_id, -total, -total, currency, credit_note_number, credit_note_date
    FROM invoicing_creditnote WHERE company_id = %(company)s
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

_INVOICES = """
WITH paid AS (
    SELECT invoice_id, SUM(amount) AS amount, MAX(payment_date) AS last_day
    FROM invoicing_payment WHERE company_id = %(company)s AND voided_at IS NULL GROUP BY invoice_id
), credited AS (
    SELECT invoice_id, SUM(total) AS amount
    FROM invoicing_creditnote WHERE company_id = %(company)s GROUP BY invoice_id
)
SELECT 'invoice ' || i.invoice_number, f.fact, f.recorded, f.expected
FROM invoicing_invoice i
LEFT JOIN paid ON paid.invoice_id = i.id
LEFT JOIN credited ON credited.invoice_id = i.id
CROSS JOIN LATERAL (VALUES
    ('amountPaid', i.amount_paid::text, COALESCE(paid.amount, 0.0000)::text),
    ('amountCredited', i.amount_credited::text, COALESCE(credited.amount, 0.0000)::text),
    ('last payment date', i.last_payment_date::text, paid.last_day::text)
) AS f(fact, recorded, expected)
WHERE i.company_id = %(company)s AND f.recorded IS DISTINCT FROM f.expected
ORDER BY i.invoice_number
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
    """Balances, sales, entries, and what is paid of each invoice."""
    return query(company, _CUSTOMERS, _ENTRIES, _INVOICES, _PAYMENTS)
