"""What settles invoices: allocations, refunds and write-offs against the sums that are kept, today and on every day."""

from collections.abc import Iterator

from bigledger_crm.tenancy.models import Company
from invoicing.integrity.discrepancy import Discrepancy, query

_INVOICES = """
WITH allocated AS (
    SELECT a.invoice_id, SUM(a.amount) FILTER (WHERE a.payment_id IS NOT NULL) AS paid,
           SUM(a.amount) FILTER (WHERE a.credit_note_id IS NOT NULL) AS credited
    FROM invoicing_allocation a WHERE a.company_id = %(company)s GROUP BY a.invoice_id
), standing AS (
    SELECT a.invoice_id, MAX(p.payment_date) AS last_day
    FROM invoicing_allocation a JOIN invoicing_payment p ON p.id = a.payment_id
    WHERE a.company_id = %(company)s AND a.reverses_id IS NULL
    AND NOT EXISTS (SELECT FROM invoicing_allocation back WHERE back.reverses_id = a.id)
    GROUP BY a.invoice_id
), written_off AS (
    SELECT invoice_id, SUM(amount) AS amount FROM invoicing_writeoff
    WHERE company_id = %(company)s AND reversed_at IS NULL GROUP BY invoice_id
)
SELECT 'invoice ' || i.invoice_number, f.fact, f.recorded, f.expected
FROM invoicing_invoice i
LEFT JOIN allocated ON allocated.invoice_id = i.id
LEFT JOIN standing ON standing.invoice_id = i.id
LEFT JOIN written_off ON written_off.invoice_id = i.id
CROSS JOIN LATERAL (VALUES
    ('amountPaid', i.amount_paid::text, COALESCE(allocated.paid, 0.0000)::text),
    ('amountCredited', i.amount_credited::text, COALESCE(allocated.credited, 0.0000)::text),
    ('amountWrittenOff', i.amount_written_off::text, COALESCE(written_off.amount, 0.0000)::text),
    ('last payment date', i.last_payment_date::text, standing.last_day::text)
) AS f(fact, recorded, expected)
WHERE i.company_id = %(company)s AND f.recorded IS DISTINCT FROM f.expected
ORDER BY i.invoice_number
"""

# Payments and credit notes alike: what of them is used.
_SOURCES = """
source AS (
    SELECT p.id, 'payment of ' || p.payment_date || COALESCE(' for ' || i.invoice_number, ' by ' || c.customer_number)
               AS label, p.customer_id, p.currency, p.amount, p.exchange_rate, p.payment_date AS day,
           p.amount_allocated, p.amount_refunded, p.voided_at
    FROM invoicing_payment p JOIN customers_customer c ON c.id = p.customer_id
    LEFT JOIN invoicing_invoice i ON i.id = p.invoice_id WHERE p.company_id = %(company)s
    UNION ALL
    SELECT id, 'credit note ' || credit_note_number, customer_id, currency, total, exchange_rate, credit_note_date,
           amount_allocated, amount_refunded, NULL
    FROM invoicing_creditnote WHERE company_id = %(company)s
), allocation AS (
    SELECT a.*, COALESCE(a.payment_id, a.credit_note_id) AS source_id
    FROM invoicing_allocation a WHERE a.company_id = %(company)s
), refund AS (
    SELECT r.*, COALESCE(r.payment_id, r.credit_note_id) AS source_id
    FROM invoicing_refund r WHERE r.company_id = %(company)s
)
"""

_CREDIT = f"""
WITH {_SOURCES}, allocated AS (
    SELECT source_id, SUM(amount) AS amount FROM allocation GROUP BY source_id
), refunded AS (
    SELECT source_id, SUM(amount) AS amount FROM refund WHERE voided_at IS NULL GROUP BY source_id
)
SELECT s.label, f.fact, f.recorded, f.expected
FROM source s
LEFT JOIN allocated ON allocated.source_id = s.id
LEFT JOIN refunded ON refunded.source_id = s.id
CROSS JOIN LATERAL (VALUES
    ('amountAllocated', s.amount_allocated::text, COALESCE(allocated.amount, 0.0000)::text),
    ('refundedAmount', s.amount_refunded::text, COALESCE(refunded.amount, 0.0000)::text),
    ('use of what was voided',
        CASE WHEN s.voided_at IS NULL THEN 0.0000 ELSE s.amount_allocated + s.amount_refunded END::text, 0.0000::text)
) AS f(fact, recorded, expected)
WHERE f.recorded <> f.expected
ORDER BY s.label
"""  # noqa: S608 nothing but constants

_ALLOCATIONS = f"""
WITH {_SOURCES}
SELECT 'allocation to ' || i.invoice_number || ' of ' || s.label, f.fact, f.recorded, f.expected
FROM allocation a
JOIN source s ON s.id = a.source_id
JOIN invoicing_invoice i ON i.id = a.invoice_id
LEFT JOIN allocation made ON made.id = a.reverses_id
JOIN customers_customer payer ON payer.id = s.customer_id
JOIN customers_customer debtor ON debtor.id = i.customer_id
CROSS JOIN LATERAL (VALUES
    ('customer', payer.customer_number, debtor.customer_number),
    ('currency', s.currency, i.currency),
    ('date', a.allocation_date::text,
        GREATEST(a.allocation_date, s.day, i.invoice_date, made.allocation_date)::text),
    ('date of the invoice', a.invoice_date::text, i.invoice_date::text),
    ('date of what settles it', a.source_date::text, s.day::text),
    ('reversal', concat_ws(' / ', a.amount, a.source_base_amount, a.invoice_base_amount, a.invoice_id, a.source_id),
        CASE WHEN a.reverses_id IS NULL
            THEN concat_ws(' / ', a.amount, a.source_base_amount, a.invoice_base_amount, a.invoice_id, a.source_id)
            ELSE concat_ws(' / ', -made.amount, -made.source_base_amount, -made.invoice_base_amount, made.invoice_id,
                           made.source_id) END)
) AS f(fact, recorded, expected)
WHERE f.recorded <> f.expected
ORDER BY 1
"""  # noqa: S608 nothing but constants

# What is left of an invoice, a payment and a credit note at the end of each day: never below zero.
_EVERY_DAY = f"""
WITH {_SOURCES}, movement AS (
    SELECT 'amount due of ' || invoice_number AS subject, id, invoice_date AS day, total AS amount
    FROM invoicing_invoice WHERE company_id = %(company)s AND status = 'sent'
    UNION ALL
    SELECT 'amount due of ' || i.invoice_number, i.id, a.allocation_date, -a.amount
    FROM allocation a JOIN invoicing_invoice i ON i.id = a.invoice_id AND i.status = 'sent'
    UNION ALL
    SELECT 'amount due of ' || i.invoice_number, i.id, w.write_off_date, -w.amount
    FROM invoicing_writeoff w JOIN invoicing_invoice i ON i.id = w.invoice_id AND i.status = 'sent'
    WHERE w.company_id = %(company)s
    UNION ALL
    SELECT 'amount due of ' || i.invoice_number, i.id, w.reversal_date, w.amount
    FROM invoicing_writeoff w JOIN invoicing_invoice i ON i.id = w.invoice_id AND i.status = 'sent'
    WHERE w.company_id = %(company)s AND w.reversal_date IS NOT NULL
    UNION ALL
    SELECT 'credit of ' || label, id, day, amount FROM source
    UNION ALL
    SELECT 'credit of ' || s.label, s.id, a.allocation_date, -a.amount
    FROM allocation a JOIN source s ON s.id = a.source_id
    UNION ALL
    SELECT 'credit of ' || s.label, s.id, r.refund_date, -r.amount FROM refund r JOIN source s ON s.id = r.source_id
    UNION ALL
    SELECT 'credit of ' || s.label, s.id, r.void_date, r.amount FROM refund r JOIN source s ON s.id = r.source_id
    WHERE r.void_date IS NOT NULL
), days AS (
    SELECT subject, id, day, SUM(SUM(amount)) OVER (PARTITION BY id ORDER BY day) AS left_over
    FROM movement GROUP BY subject, id, day
)
SELECT subject, 'what is left on ' || day, left_over, 'at least 0' FROM days WHERE left_over < 0 ORDER BY subject, day
"""  # noqa: S608 nothing but constants

# What is used up came to as much in the company's currency as all of it does, to the cent.
_BASE = f"""
WITH {_SOURCES}, used AS (
    SELECT source_id AS id, SUM(amount) AS amount, SUM(base) AS base FROM (
        SELECT source_id, amount, source_base_amount AS base FROM allocation
        UNION ALL SELECT source_id, amount, base_amount FROM refund WHERE voided_at IS NULL
    ) uses GROUP BY source_id
), settled AS (
    SELECT invoice_id AS id, SUM(amount) AS amount, SUM(base) AS base FROM (
        SELECT invoice_id, amount, invoice_base_amount AS base FROM allocation
        UNION ALL SELECT invoice_id, amount, base_amount FROM invoicing_writeoff
        WHERE company_id = %(company)s AND reversed_at IS NULL
    ) parts GROUP BY invoice_id
)
SELECT s.label, 'amount in the company''s currency', used.base, round(s.amount * s.exchange_rate, %(decimals)s)
FROM source s JOIN used ON used.id = s.id AND used.amount = s.amount
WHERE used.base <> round(s.amount * s.exchange_rate, %(decimals)s)
UNION ALL
SELECT 'invoice ' || i.invoice_number, 'settled in the company''s currency', settled.base,
       round(i.total * i.exchange_rate, %(decimals)s)
FROM invoicing_invoice i JOIN settled ON settled.id = i.id AND settled.amount = i.total
WHERE i.company_id = %(company)s AND settled.base <> round(i.total * i.exchange_rate, %(decimals)s)
ORDER BY 1
"""  # noqa: S608 nothing but constants


def differences(company: Company) -> Iterator[Discrepancy]:
    """Sums of invoices, payments and credit notes, whose they are, every day, and the company's currency."""
    return query(company, _INVOICES, _CREDIT, _ALLOCATIONS, _EVERY_DAY, _BASE)
