"""The sums that are kept of a customer's days and items, against its documents."""

from collections.abc import Iterator

from bigledger_crm.tenancy.models import Company
from invoicing.analytics.customer_sums import ALL_DAYS, ALL_ITEMS, DAY_SUMS, ITEM_SUMS
from invoicing.integrity.discrepancy import Discrepancy, query


def _statement(what: str, table: str, key: str, sums: str, plain: str) -> str:
    """A sum of nothing is as good as none."""
    recorded, computed = (
        ", ".join(f"trim_scale(coalesce({side}.{name}, 0))" for name in sums.split(", ")) for side in ("r", "c")
    )
    return f"""
    SELECT concat_ws(' ', 'customer', customer_id, '{what}', {key}), 'sums', concat_ws(' / ', {recorded}),
        concat_ws(' / ', {computed})
    FROM (SELECT * FROM {table} WHERE company_id = %(company)s) r FULL JOIN ({plain}) c USING (customer_id, {key})
    WHERE ROW({recorded}) <> ROW({computed}) ORDER BY 1
    """  # noqa: S608 nothing but constants


_STATEMENTS = (
    _statement("day", "invoicing_customerday", "day", DAY_SUMS, ALL_DAYS),
    _statement("item", "invoicing_customeritem", "item_id", ITEM_SUMS, ALL_ITEMS),
)


def differences(company: Company) -> Iterator[Discrepancy]:
    """Sums of customers that are not what their documents add up to."""
    return query(company, *_STATEMENTS)
