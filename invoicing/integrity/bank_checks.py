"""The bank: what matched transactions are matched to, and statements against their movements."""

from collections.abc import Iterator

from bigledger_crm.tenancy.models import Company
from invoicing.integrity.discrepancy import Discrepancy, query

_TRANSACTIONS = """
WITH standing AS (
    SELECT m.transaction_id, COUNT(*) AS matches,
           SUM(COALESCE(p.amount, -r.amount)) AS amount,
           MIN(COALESCE(p.currency, rp.currency, rn.currency)) AS currency,
           COUNT(*) FILTER (WHERE p.voided_at IS NOT NULL OR r.voided_at IS NOT NULL) AS voided
    FROM invoicing_bankmatch m
    LEFT JOIN invoicing_payment p ON p.id = m.payment_id
    LEFT JOIN invoicing_refund r ON r.id = m.refund_id
    LEFT JOIN invoicing_payment rp ON rp.id = r.payment_id
    LEFT JOIN invoicing_creditnote rn ON rn.id = r.credit_note_id
    WHERE m.company_id = %(company)s AND m.undone_at IS NULL
    GROUP BY m.transaction_id
)
SELECT 'bank transaction of ' || t.booking_date || ' over ' || t.amount, f.fact, f.recorded, f.expected
FROM invoicing_banktransaction t
LEFT JOIN standing ON standing.transaction_id = t.id
CROSS JOIN LATERAL (VALUES
    ('matches', CASE t.status WHEN 'matched' THEN 1 ELSE 0 END::text, COALESCE(standing.matches, 0)::text),
    ('amount', t.amount::text, COALESCE(standing.amount, t.amount)::text),
    ('currency', t.currency, COALESCE(standing.currency, t.currency)),
    ('voided payments', COALESCE(standing.voided, 0)::text, '0')
) AS f(fact, recorded, expected)
WHERE t.company_id = %(company)s AND f.recorded <> f.expected
ORDER BY 1
"""

_STATEMENTS = """
SELECT 'bank statement ' || COALESCE(NULLIF(s.number, ''), s.id::text), 'movements', s.added_count, COUNT(t.id)
FROM invoicing_bankstatement s LEFT JOIN invoicing_banktransaction t ON t.statement_id = s.id
WHERE s.company_id = %(company)s GROUP BY s.id HAVING s.added_count <> COUNT(t.id) ORDER BY 1
"""


def differences(company: Company) -> Iterator[Discrepancy]:
    """Matched transactions are payments and refunds of their amount; statements have the movements they added."""
    return query(company, _TRANSACTIONS, _STATEMENTS)
