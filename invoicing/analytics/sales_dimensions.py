"""What sales are broken down by: the SQL of the parts that documents have."""

from typing import NamedTuple


class Dimension(NamedTuple):
    """A key is what is made of `columns` of documents; `name` and `code` come from `names`, joined to the key.

    `of_invoice` and `of_note` are the columns of an invoice `i`, and of a credit note `n` of invoice `i` to customer
    `c`; `key` and `label` are made of documents `d` that were added up by them, with `more` joined.
    """

    of_invoice: str
    of_note: str
    key: str = "d.part"
    label: str = "''"
    more: str = ""
    names: str = ""
    name: str = "g.name"
    code: str = "''"
    is_open: str = "true"


# A credit note is its invoice's owner's, else its customer's, and has the tags of its invoice.
DIMENSIONS = {
    "day": Dimension("i.invoice_date AS part", "n.credit_note_date", "d.part::text"),
    "customer": Dimension(
        "i.customer_id AS part",
        "n.customer_id",
        "d.part::text",
        "d.customer_name",
        names="LEFT JOIN {customers} n ON n.company_id = %(company)s AND n.id::text = g.key",
        name="coalesce(n.name, g.name)",
        code="coalesce(n.customer_number, '')",
        is_open="n.id IS NOT NULL",
    ),
    "owner": Dimension(
        "i.owner_id AS part",
        "CASE WHEN n.invoice_id IS NULL THEN c.owner_id ELSE i.owner_id END",
        "d.part::text",
        names="LEFT JOIN tenancy_user n ON n.id::text = g.key",
        name="coalesce(nullif(n.name, ''), n.email, '')",
    ),
    "country": Dimension(
        "nullif(i.billing_address ->> 'country', '') AS part", "nullif(n.billing_address ->> 'country', '')"
    ),
    "tag": Dimension(
        "i.tags AS part",
        "coalesce(i.tags, '{{}}')",
        "t.key",
        "t.tag",
        "LEFT JOIN LATERAL unnest(texts_without_case(d.part), d.part) AS t(key, tag) ON true",
    ),
}
# How invoices came about: without a quote they have no key.  With EXISTS the database would read all orders first.
_QUOTED = """
CASE WHEN (
    SELECT o.quote_id FROM sales_salesorder o WHERE o.company_id = %(company)s AND o.id = i.order_id
) IS NOT NULL THEN 'quote' END AS part
"""
DIMENSIONS["origin"] = Dimension(_QUOTED, "'credit note'")
# Of lines, whose SQL is apart.
ITEMS = Dimension(
    "",
    "",
    names="LEFT JOIN sales_item n ON n.company_id = %(company)s AND n.id::text = g.key",
    name="coalesce(n.name, '')",
    code="coalesce(n.item_code, '')",
)
# IS TRUE has the keys hashed: else all rows are sorted, with the customers that they have.
_BOUGHT = """
LEFT JOIN (
    SELECT key, count(*) AS customers FROM (
        SELECT DISTINCT key, customer FROM buyers CROSS JOIN LATERAL unnest(customers) AS customer
        WHERE is_now AND (key IN (
            SELECT key FROM (
                SELECT key, rank() OVER (ORDER BY {first_by} DESC) AS place FROM summed WHERE key <> 'shipping'
            ) ranked WHERE %(counted)s::integer IS NULL OR place <= %(counted)s::integer
        )) IS TRUE
    ) pairs GROUP BY key
) bought ON bought.key = g.key
"""
_FIRST_BY = {"value": "invoiced - credited", "quantity": "quantity"}


def customers_of_items(counted: tuple[str, int] | None) -> str:
    """Joins how many customers bought the items of kept sums: of all, or of so many with most `value` or `quantity`."""
    return _BOUGHT.replace("{first_by}", _FIRST_BY[counted[0]] if counted else "key")
