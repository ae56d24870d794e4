"""The journal against the receivables ledger: what was posted says the same, and both sides are equal."""

from collections.abc import Iterator

from bigledger_crm.tenancy.models import Company
from invoicing.integrity.discrepancy import Discrepancy, query

_LINES = """
posted AS (
    SELECT e.id, e.kind, e.document_id, e.customer_id, e.entry_date, e.currency,
           'journal entry ' || e.kind || ' for ' || e.document_number AS subject,
           SUM((line->>'debit')::numeric - (line->>'credit')::numeric) AS balance,
           COALESCE(SUM((line->>'currencyAmount')::numeric) FILTER (WHERE line->>'account' = 'receivables'), 0) AS owed,
           COALESCE(SUM((line->>'debit')::numeric - (line->>'credit')::numeric)
                    FILTER (WHERE line->>'account' = 'receivables'), 0) AS owed_in_base
    FROM invoicing_journalentry e CROSS JOIN LATERAL jsonb_array_elements(e.lines) AS line
    WHERE e.company_id = %(company)s GROUP BY e.id
)
"""

_ENTRIES = f"""
WITH {_LINES}
SELECT p.subject, f.fact, f.recorded, f.expected
FROM posted p
LEFT JOIN customers_receivableentry r
    ON r.company_id = %(company)s AND r.kind = p.kind AND r.document_id = p.document_id
LEFT JOIN invoicing_allocation a ON p.kind = 'exchange_difference' AND a.id = p.document_id
LEFT JOIN invoicing_invoice i ON i.id = a.invoice_id
CROSS JOIN LATERAL (VALUES
    ('what it was made for', (r.id IS NOT NULL OR a.id IS NOT NULL)::int::text, '1'),
    ('debit less credit', trim_scale(p.balance)::text, '0'),
    ('what is owed by it', trim_scale(p.owed)::text, trim_scale(COALESCE(r.amount, 0))::text),
    ('gain or loss', CASE WHEN a.id IS NULL THEN '' ELSE trim_scale(p.owed_in_base)::text END,
        COALESCE(trim_scale(a.realized_gain_loss)::text, '')),
    ('customer', p.customer_id::text, COALESCE(r.customer_id, i.customer_id)::text),
    ('currency', p.currency, COALESCE(r.currency, i.currency)),
    ('date', p.entry_date::text, COALESCE(r.entry_date, a.allocation_date)::text)
) AS f(fact, recorded, expected)
WHERE f.recorded IS DISTINCT FROM f.expected
ORDER BY p.subject
"""  # noqa: S608 nothing but constants

# Once all that a customer owes is settled and nothing is left over, nothing is owed in the company's currency either.
_SETTLED = f"""
WITH {_LINES}, unposted AS (
    SELECT r.customer_id FROM customers_receivableentry r WHERE r.company_id = %(company)s AND NOT EXISTS (
        SELECT FROM invoicing_journalentry e
        WHERE e.company_id = %(company)s AND e.kind = r.kind AND e.document_id = r.document_id)
    UNION ALL
    SELECT i.customer_id FROM invoicing_allocation a JOIN invoicing_invoice i ON i.id = a.invoice_id
    WHERE a.company_id = %(company)s AND a.realized_gain_loss <> 0 AND NOT EXISTS (
        SELECT FROM invoicing_journalentry e WHERE e.company_id = %(company)s AND e.kind = 'exchange_difference'
        AND e.document_id = a.id)
), owing AS (
    SELECT customer_id FROM invoicing_invoice WHERE company_id = %(company)s AND stage = 'open'
    UNION ALL SELECT customer_id FROM invoicing_payment WHERE company_id = %(company)s AND unapplied > 0
    UNION ALL SELECT customer_id FROM invoicing_creditnote WHERE company_id = %(company)s AND unapplied > 0
)
SELECT 'customer ' || c.customer_number, 'receivables in the journal', trim_scale(SUM(p.owed_in_base))::text, '0'
FROM posted p JOIN customers_customer c ON c.id = p.customer_id
WHERE c.id NOT IN (SELECT customer_id FROM unposted) AND c.id NOT IN (SELECT customer_id FROM owing)
GROUP BY c.customer_number HAVING SUM(p.owed_in_base) <> 0
ORDER BY 1
"""  # noqa: S608 nothing but constants


def differences(company: Company) -> Iterator[Discrepancy]:
    """Entries against the ledger, and customers who owe nothing."""
    return query(company, _ENTRIES, _SETTLED)
