"""The sums that are kept for reports, against the documents of their days and months.

Those that have changed since don't count: reports read their documents.
"""

from collections.abc import Iterator

from bigledger_crm.tenancy.models import Company
from invoicing.analytics.sales_sums import COLUMNS, MONTHS, OF_DAYS, OF_MONTHS, plain_sums
from invoicing.integrity.discrepancy import Discrepancy, query

_VALUES = (
    "label || ' ' || concat_ws(' / ', invoices, credit_notes, round(invoiced, 14), round(credited, 14), "
    "round(invoiced_tax, 14), round(credited_tax, 14), round(quantity, 6), cardinality(customers), "
    "md5(customers::text))"
)
_PLAIN = " UNION ALL ".join(f"({plain_sums(dimension, 'days')})" for dimension in OF_MONTHS)
# A key that is missing is not an empty one, and has to be joined too.
_KEY = "unit, day, dimension, coalesce('=' || key, '') AS key, coalesce(tax_rate, 0) AS rate"
_STATEMENT = f"""
WITH changed AS MATERIALIZED (
    SELECT DISTINCT day, date_trunc('month', day)::date AS month FROM invoicing_saleschange
    WHERE company_id = %(company)s
), days AS MATERIALIZED (
    SELECT invoice_date AS day FROM invoicing_invoice WHERE company_id = %(company)s AND status = 'sent'
    UNION
    SELECT credit_note_date FROM invoicing_creditnote WHERE company_id = %(company)s
), plain AS MATERIALIZED ({_PLAIN}), expected AS (
    SELECT 'day' AS unit, {COLUMNS} FROM plain WHERE dimension IN {OF_DAYS} AND day NOT IN (SELECT day FROM changed)
    UNION ALL
    SELECT 'month', {COLUMNS} FROM ({MONTHS.format(parts="plain")}) s WHERE day NOT IN (SELECT month FROM changed)
), kept AS (
    SELECT unit, {COLUMNS} FROM invoicing_salessum WHERE company_id = %(company)s
        AND (unit <> 'day' OR day NOT IN (SELECT day FROM changed))
        AND (unit <> 'month' OR day NOT IN (SELECT month FROM changed))
), recorded AS (
    SELECT {_KEY}, string_agg({_VALUES}, '; ') AS sums FROM kept GROUP BY 1, 2, 3, 4, 5
), computed AS (
    SELECT {_KEY}, {_VALUES} AS sums FROM expected
)
SELECT concat_ws(' ', 'sales by', dimension, substr(key, 2), 'of the', unit, day), 'sums', r.sums, c.sums
FROM recorded r FULL JOIN computed c USING (unit, day, dimension, key, rate)
WHERE r.sums IS DISTINCT FROM c.sums
ORDER BY 1
"""  # noqa: S608 nothing but constants


def differences(company: Company) -> Iterator[Discrepancy]:
    """Sums of days and months that are not what their documents add up to."""
    return query(company, _STATEMENT)
