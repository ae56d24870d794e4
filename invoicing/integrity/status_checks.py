"""Whether documents agree with one another: quotes with their orders, orders with their invoices and their status."""

from collections.abc import Iterator

from bigledger_crm.tenancy.models import Company
from invoicing.integrity.discrepancy import Discrepancy, query

_CONVERTED = """
SELECT 'quote ' || q.quote_number, f.fact, f.recorded, f.expected
FROM sales_quote q LEFT JOIN sales_salesorder o ON o.quote_id = q.id AND o.company_id = q.company_id
CROSS JOIN LATERAL (VALUES
    ('number of orders', (o.id IS NOT NULL)::int::text, (q.status = 'converted')::int::text)
) AS f(fact, recorded, expected)
WHERE q.company_id = %(company)s AND f.recorded <> f.expected
ORDER BY q.quote_number
"""

_ORDER_AS_QUOTED = """
SELECT 'sales order ' || o.order_number, f.fact || ' against ' || q.quote_number, f.recorded, f.expected
FROM sales_salesorder o JOIN sales_quote q ON q.id = o.quote_id
CROSS JOIN LATERAL (VALUES
    ('customer', o.customer_id::text, q.customer_id::text),
    ('currency', o.currency, q.currency),
    ('subtotal', o.subtotal::text, q.subtotal::text),
    ('totalDiscount', o.total_discount::text, q.total_discount::text),
    ('totalTax', o.total_tax::text, q.total_tax::text),
    ('shippingCost', o.shipping_cost::text, q.shipping_cost::text),
    ('total', o.total::text, q.total::text)
) AS f(fact, recorded, expected)
WHERE o.company_id = %(company)s AND f.recorded <> f.expected
ORDER BY o.order_number
"""

_LINES_AS_QUOTED = """
WITH ordered AS (
    SELECT o.quote_id, l.position, o.order_number AS number,
           concat_ws(' / ', l.type, l.quantity, l.unit_price, l.discount_amount, l.line_total, l.tax_amount) AS facts
    FROM sales_salesorderline l JOIN sales_salesorder o ON o.id = l.order_id
    WHERE l.company_id = %(company)s AND o.quote_id IS NOT NULL
), quoted AS (
    SELECT q.id AS quote_id, l.position, o.order_number AS number,
           concat_ws(' / ', l.type, l.quantity, l.unit_price, l.discount_amount, l.line_total, l.tax_amount) AS facts
    FROM sales_quoteline l JOIN sales_quote q ON q.id = l.quote_id JOIN sales_salesorder o ON o.quote_id = q.id
    WHERE l.company_id = %(company)s
)
SELECT 'sales order ' || COALESCE(ordered.number, quoted.number), 'line ' || position, ordered.facts, quoted.facts
FROM ordered FULL JOIN quoted USING (quote_id, position)
WHERE ordered.facts IS DISTINCT FROM quoted.facts
ORDER BY 1, position
"""

_ORDERS = """
SELECT 'sales order ' || o.order_number, f.fact, f.recorded, f.expected
FROM sales_salesorder o
JOIN (
    SELECT order_id, COALESCE(SUM(quantity) FILTER (WHERE type = 'goods'), 0) AS quantity,
           SUM(shipped_quantity) AS shipped, SUM(invoiced_quantity) AS invoiced
    FROM sales_salesorderline WHERE company_id = %(company)s GROUP BY order_id
) AS l ON l.order_id = o.id
CROSS JOIN LATERAL (VALUES
    ('shipped quantity when ' || o.status, l.shipped,
        CASE WHEN o.status IN ('shipped', 'delivered') THEN l.quantity
             WHEN o.status IN ('draft', 'cancelled') THEN 0 ELSE l.shipped END),
    ('invoiced quantity when ' || o.status, l.invoiced,
        CASE WHEN o.status IN ('draft', 'cancelled') THEN 0 ELSE l.invoiced END)
) AS f(fact, recorded, expected)
WHERE o.company_id = %(company)s AND f.recorded <> f.expected
ORDER BY o.order_number
"""

_INVOICES = """
SELECT 'invoice ' || i.invoice_number, f.fact, f.recorded, f.expected
FROM invoicing_invoice i LEFT JOIN sales_salesorder o ON o.id = i.order_id
CROSS JOIN LATERAL (VALUES
    ('time of issue when ' || i.status, COALESCE(i.issued_at::text, 'nothing'),
        CASE WHEN i.status = 'draft' THEN 'nothing'
             WHEN i.status = 'sent' AND i.issued_at IS NULL THEN 'a time'
             ELSE COALESCE(i.issued_at::text, 'nothing') END),
    ('customer against ' || o.order_number, i.customer_id::text, o.customer_id::text),
    ('currency against ' || o.order_number, i.currency, o.currency)
) AS f(fact, recorded, expected)
WHERE i.company_id = %(company)s AND f.recorded <> f.expected
ORDER BY i.invoice_number
"""

_CURRENCIES = """
SELECT d.label || ' ' || d.number, 'currency against customer ' || c.customer_number, d.currency, c.currency
FROM (
    SELECT 'quote' AS label, quote_number AS number, currency, customer_id FROM sales_quote
    WHERE company_id = %(company)s
    UNION ALL
    SELECT 'sales order', order_number, currency, customer_id FROM sales_salesorder WHERE company_id = %(company)s
    UNION ALL
    SELECT 'invoice', invoice_number, currency, customer_id FROM invoicing_invoice WHERE company_id = %(company)s
) AS d JOIN customers_customer c ON c.id = d.customer_id
WHERE d.currency <> c.currency
ORDER BY 1
"""


def differences(company: Company) -> Iterator[Discrepancy]:
    """Conversions, statuses and currencies."""
    return query(company, _CONVERTED, _ORDER_AS_QUOTED, _LINES_AS_QUOTED, _ORDERS, _INVOICES, _CURRENCIES)
