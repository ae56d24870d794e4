"""Number series: every number from 1 to the counter was given exactly once, and none beyond it."""

from collections.abc import Iterator

from bigledger_crm.tenancy.models import Company
from invoicing.integrity.discrepancy import Discrepancy, query

_NUMBERED = """
WITH numbered AS (
    SELECT 'quote' AS kind, quote_number AS number FROM sales_quote
    WHERE company_id = %(company)s AND supersedes_id IS NULL
    UNION ALL SELECT 'sales_order', order_number FROM sales_salesorder WHERE company_id = %(company)s
    UNION ALL SELECT 'invoice', invoice_number FROM invoicing_invoice WHERE company_id = %(company)s
    UNION ALL SELECT 'credit_note', credit_note_number FROM invoicing_creditnote WHERE company_id = %(company)s
), parsed AS (
    SELECT kind, number, regexp_match(number, '-(\\d{4})-(\\d+)$') AS parts FROM numbered
)
"""

# A prefix may be changed within a year, and the counter goes on: only year and value make the series.
_SERIES = f"""{_NUMBERED}, given AS (
    SELECT kind, parts[1]::int AS year, parts[2]::numeric AS value, COUNT(*) AS times, MIN(number) AS number
    FROM parsed WHERE parts IS NOT NULL GROUP BY 1, 2, 3
), due AS (
    SELECT kind, year::int AS year, value::numeric AS value
    FROM numbering_documentsequence, generate_series(1, last_value::bigint) AS value
    WHERE company_id = %(company)s AND kind IN ('quote', 'sales_order', 'invoice', 'credit_note')
)
SELECT COALESCE('number ' || given.number, 'number ' || value || ' of ' || year || ' for ' || kind),
       'times given', COALESCE(given.times, 0), (due.value IS NOT NULL)::int
FROM given FULL JOIN due USING (kind, year, value)
WHERE COALESCE(given.times, 0) <> (due.value IS NOT NULL)::int
ORDER BY kind, year, value
"""  # noqa: S608  nothing but constants

_MALFORMED = f"""{_NUMBERED}
SELECT kind, 'number', number, 'a prefix, a year and a value' FROM parsed WHERE parts IS NULL ORDER BY number
"""  # noqa: S608  nothing but constants

# A revision has the number of what it supersedes, with its own version.
_REVISIONS = """
SELECT 'quote ' || new.quote_number, 'number', new.quote_number,
       regexp_replace(old.quote_number, '-R' || old.version || '$', '') || '-R' || (old.version + 1)
FROM sales_quote new JOIN sales_quote old ON old.id = new.supersedes_id
WHERE new.company_id = %(company)s AND (
    new.version <> old.version + 1 OR old.status <> 'cancelled' OR new.quote_number <>
    CASE old.version WHEN 1 THEN old.quote_number
    ELSE regexp_replace(old.quote_number, '-R' || old.version || '$', '') END || '-R' || (old.version + 1)
)
ORDER BY new.quote_number
"""

# A customer may be deleted or given another number, which the audit trail tells; numbers given by hand are free.
_CUSTOMERS = """
WITH known AS (
    SELECT regexp_match(customer_number, '-(\\d+)$') AS parts FROM customers_customer WHERE company_id = %(company)s
    UNION ALL
    SELECT regexp_match(note, '^.*?-(\\d+) ') FROM audit_auditentry
    WHERE company_id = %(company)s AND event = 'customer.deleted'
    UNION ALL
    SELECT regexp_match(changes -> 'customerNumber' ->> 0, '-(\\d+)$') FROM audit_auditentry
    WHERE company_id = %(company)s AND event = 'customer.updated' AND changes ? 'customerNumber'
)
SELECT 'number ' || value || ' for customer', 'times given', 0, 1
FROM numbering_documentsequence, generate_series(1, last_value::bigint) AS value
WHERE company_id = %(company)s AND kind = 'customer'
  AND value::numeric NOT IN (SELECT parts[1]::numeric FROM known WHERE parts IS NOT NULL)
ORDER BY value
"""


def differences(company: Company) -> Iterator[Discrepancy]:
    """Gaps, doubles, numbers beyond their counter and numbers of no series."""
    return query(company, _SERIES, _MALFORMED, _REVISIONS, _CUSTOMERS)
