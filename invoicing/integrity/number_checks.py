"""Number series: every number up to the counter was given exactly once, and none beyond it."""

from collections.abc import Iterator

from bigledger_crm.tenancy.models import Company
from invoicing.integrity.discrepancy import Discrepancy, query

# What the register of numbers says of a number; one that it doesn't know is a prefix, a year and a value.  Imported
# documents have numbers of other programs, which no series counts.
_NUMBERED = """
WITH numbered AS (
    SELECT 'quote' AS kind, quote_number AS number FROM sales_quote
    WHERE company_id = %(company)s AND supersedes_id IS NULL AND NOT is_imported
    UNION ALL
    SELECT 'sales_order', order_number FROM sales_salesorder WHERE company_id = %(company)s AND NOT is_imported
    UNION ALL
    SELECT 'invoice', invoice_number FROM invoicing_invoice WHERE company_id = %(company)s AND NOT is_imported
    UNION ALL
    SELECT 'credit_note', credit_note_number FROM invoicing_creditnote
    WHERE company_id = %(company)s AND NOT is_imported
), parsed AS (
    SELECT numbered.kind, numbered.number, COALESCE(known.year, parts[1]::int) AS year,
           COALESCE(known.month, 0) AS month, COALESCE(known.value, parts[2]::numeric) AS value
    FROM numbered LEFT JOIN numbering_assignednumber known
    ON known.company_id = %(company)s AND known.kind = numbered.kind AND known.number = numbered.number
    CROSS JOIN regexp_match(numbered.number, '-(\\d{4})-(\\d+)$') AS parts
)
"""

# Every value from 1 to the counter, without those that somebody left out by setting the next number forward.
_DUE = """
beginnings AS (
    SELECT kind, year, month, 1::bigint AS first_value, last_value FROM numbering_documentsequence
    WHERE company_id = %(company)s
    UNION ALL
    SELECT kind, year, month, skipped.last_value + 1, series.last_value
    FROM numbering_documentsequence series JOIN numbering_skippednumbers skipped USING (company_id, kind, year, month)
    WHERE company_id = %(company)s
), due AS (
    SELECT kind, year::int AS year, month::int AS month, value::numeric AS value
    FROM beginnings, generate_series(first_value, COALESCE(
        (SELECT MIN(skipped.first_value) - 1 FROM numbering_skippednumbers skipped
         WHERE company_id = %(company)s AND skipped.kind = beginnings.kind AND skipped.year = beginnings.year
         AND skipped.month = beginnings.month AND skipped.first_value >= beginnings.first_value), last_value)) AS value
)
"""
_PLACE = "value || CASE year WHEN 0 THEN '' ELSE ' of ' || year END || CASE month WHEN 0 THEN '' ELSE '-' || month END"

# A pattern may be changed within a series, and the counter goes on: only series and value count.
_SERIES = f"""{_NUMBERED}, {_DUE}, given AS (
    SELECT kind, year, month, value, COUNT(*) AS times, MIN(number) AS number
    FROM parsed WHERE value IS NOT NULL GROUP BY 1, 2, 3, 4
)
SELECT COALESCE('number ' || given.number, 'number ' || {_PLACE} || ' for ' || kind),
       'times given', COALESCE(given.times, 0), (due.value IS NOT NULL)::int
FROM given FULL JOIN (SELECT * FROM due WHERE kind <> 'customer') due USING (kind, year, month, value)
WHERE COALESCE(given.times, 0) <> (due.value IS NOT NULL)::int
ORDER BY kind, year, month, value
"""  # noqa: S608  nothing but constants

_MALFORMED = f"""{_NUMBERED}
SELECT kind, 'number', number, 'a prefix, a year and a value' FROM parsed WHERE value IS NULL ORDER BY number
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
_CUSTOMERS = f"""
WITH known AS (
    SELECT customer_number AS number, regexp_match(customer_number, '-(\\d+)$') AS parts FROM customers_customer
    WHERE company_id = %(company)s
    UNION ALL
    SELECT split_part(note, ' ', 1), regexp_match(note, '^.*?-(\\d+) ') FROM audit_auditentry
    WHERE company_id = %(company)s AND event = 'customer.deleted'
    UNION ALL
    SELECT changes -> 'customerNumber' ->> 0, regexp_match(changes -> 'customerNumber' ->> 0, '-(\\d+)$')
    FROM audit_auditentry
    WHERE company_id = %(company)s AND event = 'customer.updated' AND changes ? 'customerNumber'
), {_DUE}
SELECT 'number ' || due.value || ' for customer', 'times given', 0, 1
FROM due LEFT JOIN numbering_assignednumber given
ON given.company_id = %(company)s AND given.kind = due.kind AND given.value = due.value
WHERE due.kind = 'customer' AND CASE WHEN given.id IS NULL
    THEN due.value NOT IN (SELECT parts[1]::numeric FROM known WHERE parts IS NOT NULL)
    ELSE lower(given.number) NOT IN (SELECT lower(number) FROM known) END
ORDER BY due.value
"""  # noqa: S608  nothing but constants


def differences(company: Company) -> Iterator[Discrepancy]:
    """Gaps, doubles, numbers beyond their counter and numbers of no series."""
    return query(company, _SERIES, _MALFORMED, _REVISIONS, _CUSTOMERS)
