"""The sums that are kept of quotes, against the quotes of their days and months.

Those that have changed since don't count: reports read the quotes.
"""

from collections.abc import Iterator

from bigledger_crm.tenancy.models import Company
from invoicing.analytics.quote_sums import COLUMNS, KEYS, plain_sums, sums_of_months
from invoicing.integrity.discrepancy import Discrepancy, query

_KEY = f"unit, day, ROW({KEYS})::text AS key"
_VALUES = "concat_ws(' / ', quotes, round(value, 14), closing_days, stages, days, numbers)"
_STATEMENT = f"""
WITH changed AS MATERIALIZED (
    SELECT DISTINCT day, date_trunc('month', day)::date AS month FROM invoicing_quotechange
    WHERE company_id = %(company)s
), dated AS MATERIALIZED (
    SELECT DISTINCT quote_date AS day FROM sales_quote WHERE company_id = %(company)s
), plain AS MATERIALIZED ({plain_sums("dated")}), expected AS (
    SELECT 'day' AS unit, {COLUMNS} FROM plain WHERE day NOT IN (SELECT day FROM changed)
    UNION ALL
    SELECT 'month', {COLUMNS} FROM ({sums_of_months("plain")}) s WHERE day NOT IN (SELECT month FROM changed)
), kept AS (
    SELECT unit, {COLUMNS} FROM invoicing_quotesum WHERE company_id = %(company)s
        AND (unit <> 'day' OR day NOT IN (SELECT day FROM changed))
        AND (unit <> 'month' OR day NOT IN (SELECT month FROM changed))
), recorded AS (
    SELECT {_KEY}, string_agg({_VALUES}, '; ') AS sums FROM kept GROUP BY 1, 2, 3
), computed AS (
    SELECT {_KEY}, {_VALUES} AS sums FROM expected
)
SELECT concat_ws(' ', 'quotes of the', unit, day, key), 'sums', r.sums, c.sums
FROM recorded r FULL JOIN computed c USING (unit, day, key)
WHERE r.sums IS DISTINCT FROM c.sums
ORDER BY 1
"""  # noqa: S608 nothing but constants


def differences(company: Company) -> Iterator[Discrepancy]:
    """Sums of days and months that are not what their quotes add up to."""
    return query(company, _STATEMENT)
