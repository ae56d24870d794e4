"""Sales of a period by customer, item, tag, owner, country or day, and of a period that it is compared with.

Sales are issued invoices less credit notes by their own dates, as in `sales_reports`.  Amounts are in the company's
currency and exact: products of amount and exchange rate, which callers round half up once.  One query for each call.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Model

from bigledger_crm.kernel.money import ZERO
from bigledger_crm.tenancy.models import Company
from bigledger_crm.tenancy.own_records import table_of_own_rows
from customers.models import Customer
from invoicing.analytics.period import Span
from invoicing.models import CreditNote, Invoice

SHIPPING = "shipping"  # the key of what was charged for shipping, among the items
_TABLES: dict[str, type[Model]] = {"invoices": Invoice, "credit_notes": CreditNote, "customers": Customer}


@dataclass(frozen=True)
class Sales:
    """What was sold: `invoiced` and `credited` without tax, `tax` of the one less the other, `before` as `net`.

    `before` is that of the period compared with.  `quantity` is only known of items, less what was credited.
    """

    invoices: int = 0
    credit_notes: int = 0
    customers: int = 0
    invoiced: Decimal = ZERO
    credited: Decimal = ZERO
    tax: Decimal = ZERO
    quantity: Decimal = ZERO
    before: Decimal = ZERO

    @property
    def net(self) -> Decimal:
        """Invoiced less credited, without tax."""
        return self.invoiced - self.credited


@dataclass(frozen=True)
class SalesGroup:
    """The sales of one customer, item, …; `key` is None for what has none.

    `is_open` says whether the member may follow the key, which may be another's customer.
    """

    key: str | None
    name: str
    code: str
    is_open: bool
    sales: Sales


@dataclass(frozen=True)
class SalesBreakdown:
    """The groups with the highest net sales first, and the sales of all documents, each counted once."""

    groups: list[SalesGroup]
    total: Sales


class _Dimension(NamedTuple):
    """`parts` gives documents, or parts of them, each with its key; `name` and `code` come from `names`, joined."""

    parts: str
    names: str = ""
    name: str = "g.name"
    code: str = "''"
    is_open: str = "true"


# OFFSET 0 has the lines looked up document by document: a company's lines are many more than those of a period.
_LINES = """
SELECT d.id, d.sign, d.customer_id, d.is_now, d.is_before, l.line_total * d.exchange_rate AS net,
    l.tax_amount * d.exchange_rate AS tax, l.item_id::text AS key, '' AS name, l.quantity
FROM documents d CROSS JOIN LATERAL (
    (SELECT item_id, line_total, tax_amount, quantity FROM invoicing_invoiceline
        WHERE d.sign = 1 AND company_id = %(company)s AND invoice_id = d.id OFFSET 0)
    UNION ALL
    (SELECT item_id, line_total, tax_amount, quantity FROM invoicing_creditnoteline
        WHERE d.sign = -1 AND company_id = %(company)s AND credit_note_id = d.id OFFSET 0)
) l
UNION ALL
SELECT id, sign, customer_id, is_now, is_before, shipping_cost * exchange_rate, 0, 'shipping', '', 0
FROM documents WHERE shipping_cost <> 0
"""
_DIMENSIONS = {
    "day": _Dimension("SELECT d.*, day::text AS key, '' AS name, 0 AS quantity FROM documents d"),
    "customer": _Dimension(
        "SELECT d.*, customer_id::text AS key, customer_name AS name, 0 AS quantity FROM documents d",
        "LEFT JOIN {customers} n ON n.company_id = %(company)s AND n.id::text = g.key",
        "coalesce(n.name, g.name)",
        "coalesce(n.customer_number, '')",
        "n.id IS NOT NULL",
    ),
    "owner": _Dimension(
        "SELECT d.*, owner_id::text AS key, '' AS name, 0 AS quantity FROM documents d",
        "LEFT JOIN tenancy_user n ON n.id::text = g.key",
        "coalesce(nullif(n.name, ''), n.email, '')",
    ),
    "country": _Dimension("SELECT d.*, nullif(country, '') AS key, '' AS name, 0 AS quantity FROM documents d"),
    "tag": _Dimension(
        "SELECT d.*, t.key, t.tag AS name, 0 AS quantity FROM documents d"
        " LEFT JOIN LATERAL unnest(texts_without_case(d.tags), d.tags) AS t(key, tag) ON true"
    ),
    "item": _Dimension(
        _LINES,
        "LEFT JOIN sales_item n ON n.company_id = %(company)s AND n.id::text = g.key",
        "coalesce(n.name, '')",
        "coalesce(n.item_code, '')",
    ),
}
_SUMS = """
    count(DISTINCT id) FILTER (WHERE is_now AND sign = 1), count(DISTINCT id) FILTER (WHERE is_now AND sign = -1),
    count(DISTINCT customer_id) FILTER (WHERE is_now),
    coalesce(sum(net) FILTER (WHERE is_now AND sign = 1), 0), coalesce(sum(net) FILTER (WHERE is_now AND sign = -1), 0),
    coalesce(sum(sign * tax) FILTER (WHERE is_now), 0), coalesce(sum(sign * quantity) FILTER (WHERE is_now), 0),
    coalesce(sum(sign * net) FILTER (WHERE is_before), 0)
"""
_NAMES = "invoices, credit_notes, customers, invoiced, credited, tax, quantity, before"
# A credit note is its invoice's owner's, else its customer's, and has the tags of its invoice.
_STATEMENT = """
WITH dated AS (
    SELECT i.id, 1 AS sign, i.invoice_date AS day, i.customer_id, i.customer_name, i.owner_id, i.tags,
        i.billing_address ->> 'country' AS country, i.exchange_rate, i.subtotal, i.shipping_cost, i.total_tax
    FROM {invoices} i
    WHERE i.company_id = %(company)s AND i.stage IN ('open', 'paid')
        AND (i.invoice_date BETWEEN %(first)s AND %(last)s
            OR i.invoice_date BETWEEN %(first_before)s AND %(last_before)s)
        AND (%(customer)s::uuid IS NULL OR i.customer_id = %(customer)s::uuid)
    UNION ALL
    SELECT n.id, -1, n.credit_note_date, n.customer_id, n.customer_name,
        CASE WHEN n.invoice_id IS NULL THEN c.owner_id ELSE i.owner_id END, coalesce(i.tags, '{{}}'),
        n.billing_address ->> 'country', n.exchange_rate, n.subtotal, n.shipping_cost, n.total_tax
    FROM {credit_notes} n
    JOIN customers_customer c ON c.company_id = n.company_id AND c.id = n.customer_id
    LEFT JOIN invoicing_invoice i ON i.company_id = n.company_id AND i.id = n.invoice_id
    WHERE n.company_id = %(company)s
        AND (n.credit_note_date BETWEEN %(first)s AND %(last)s
            OR n.credit_note_date BETWEEN %(first_before)s AND %(last_before)s)
        AND (%(customer)s::uuid IS NULL OR n.customer_id = %(customer)s::uuid)
), documents AS (
    SELECT *, (subtotal + shipping_cost) * exchange_rate AS net, total_tax * exchange_rate AS tax,
        day BETWEEN %(first)s AND %(last)s AS is_now,
        coalesce(day BETWEEN %(first_before)s AND %(last_before)s, false) AS is_before
    FROM dated
), parts AS ({parts}), grouped (key, name, {names_of_sums}) AS (
    SELECT key, coalesce(min(name), ''), {sums} FROM parts GROUP BY key
)
SELECT g.key, {name}, {code}, {is_open}, false, {names_of_sums} FROM grouped g {names}
UNION ALL
SELECT NULL, '', '', false, true, {sums} FROM (SELECT *, 0 AS quantity FROM documents) whole
"""


def sales_by(
    company: Company, dimension: str, span: Span, before: Span | None = None, customer: Customer | None = None
) -> SalesBreakdown:
    """The sales of a span of days by `day`, `customer`, `owner`, `country`, `tag` or `item`, of one customer or all.

    A document with several tags is in the group of each, and with several items by its lines in that of each.
    """
    found = _rows(dimension, company, span, before, customer)
    groups = [
        SalesGroup(key, name, code, is_open, Sales(*sums))
        for key, name, code, is_open, is_total, *sums in found
        if not is_total
    ]
    (total,) = [Sales(*sums) for _key, _name, _code, _open, is_total, *sums in found if is_total]
    return SalesBreakdown(sorted(groups, key=_order), total)


def add_up_sales(sales: Iterable[Sales]) -> Sales:
    """The sum of sales that share no document; customers aren't counted, for they may be the same."""
    found = list(sales)
    names = ("invoices", "credit_notes", "invoiced", "credited", "tax", "quantity", "before")
    return Sales(**{name: sum((getattr(one, name) for one in found), getattr(Sales, name)) for name in names})


def _order(group: SalesGroup) -> Any:
    return (-group.sales.net, group.name.casefold(), group.code, group.key or "")


def _rows(
    dimension: str, company: Company, span: Span, before: Span | None, customer: Customer | None
) -> list[tuple[Any, ...]]:
    first_before, last_before = before or (None, None)
    parameters: dict[str, Any] = {
        "company": company.pk,
        "customer": customer.pk if customer else None,
        "first": span[0],
        "last": span[1],
        "first_before": first_before,
        "last_before": last_before,
    }
    tables = {name: table_of_own_rows(model, name, parameters) for name, model in _TABLES.items()}
    of = _DIMENSIONS[dimension]
    parts = {**of._asdict(), "names": of.names.format_map(tables), "sums": _SUMS, "names_of_sums": _NAMES}
    statement = _STATEMENT.format_map(parts | tables)
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
