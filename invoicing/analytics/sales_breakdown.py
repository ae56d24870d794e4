"""Sales of a period by customer, item, tag, owner, country or day, and of a period that it is compared with.

Sales are issued invoices less credit notes by their own dates, as in `sales_reports`.  Amounts are in the company's
currency and exact: products of amount and exchange rate, which callers round half up once.  One query for each call.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Model

from bigledger_crm.kernel.money import ZERO
from bigledger_crm.tenancy.models import Company
from bigledger_crm.tenancy.own_records import table_of_own_rows
from bigledger_crm.tenancy.scope import scoped_owner
from customers.models import Customer
from invoicing.analytics.period import Span
from invoicing.analytics.sales_dimensions import DIMENSIONS, ITEMS, customers_of_items
from invoicing.analytics.sales_sums import parameters_of_spans, sums_of_spans
from invoicing.models import CreditNote, Invoice

SHIPPING = "shipping"  # the key of what was charged for shipping, among the items
_TABLES: dict[str, type[Model]] = {"invoices": Invoice, "credit_notes": CreditNote, "customers": Customer}


@dataclass(frozen=True)
class Sales:
    """What was sold: `invoiced` and `credited` without tax, `tax` of the one less the other, `before` as `net`.

    `before` is that of the period compared with.  Only known of items are `quantity`, less what was credited, and how
    many `customers` bought.
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
    """The groups with the highest net sales, the first ones of `count`, and the sales of all documents, each once."""

    groups: list[SalesGroup]
    total: Sales
    count: int


_NAMES = "invoices, credit_notes, customers, invoiced, credited, tax, quantity, before"
_INVOICES_OF = """
i.company_id = %(company)s AND i.stage IN ('open', 'paid') AND i.invoice_date BETWEEN %({0})s AND %({1})s
    AND (%(customer)s::uuid IS NULL OR i.customer_id = %(customer)s::uuid)
"""
_NOTES_OF = """
n.company_id = %(company)s AND n.credit_note_date BETWEEN %({0})s AND %({1})s
    AND (%(customer)s::uuid IS NULL OR n.customer_id = %(customer)s::uuid)
"""
_SPANS = (("first", "last", "true"), ("first_before", "last_before", "false"))
# Each span has its own part, which an index serves.  Documents with one exchange rate are added up before they are
# converted: that is as exact, and far quicker.
_DOCUMENTS = " UNION ALL ".join(
    f"""
    SELECT {{of_invoice}}, {{named_invoice}} AS customer_name, 1 AS sign, {is_now} AS is_now, i.exchange_rate,
        count(*) AS number, sum(i.total - i.total_tax) AS net, sum(i.total_tax) AS tax
    FROM {{invoices}} i WHERE {_INVOICES_OF.format(first, last)} GROUP BY 1, i.exchange_rate
    UNION ALL
    SELECT {{of_note}}, {{named_note}}, -1, {is_now}, n.exchange_rate,
        count(*), sum(n.total - n.total_tax), sum(n.total_tax)
    FROM {{credit_notes}} n
    JOIN customers_customer c ON c.company_id = n.company_id AND c.id = n.customer_id
    LEFT JOIN invoicing_invoice i ON i.company_id = n.company_id AND i.id = n.invoice_id
    WHERE {_NOTES_OF.format(first, last)} GROUP BY 1, n.exchange_rate
    """  # noqa: S608 nothing but constants
    for first, last, is_now in _SPANS
)
_SUMS = """
    coalesce(sum(number) FILTER (WHERE is_now AND sign = 1), 0),
    coalesce(sum(number) FILTER (WHERE is_now AND sign = -1), 0), 0,
    coalesce(sum(net * exchange_rate) FILTER (WHERE is_now AND sign = 1), 0),
    coalesce(sum(net * exchange_rate) FILTER (WHERE is_now AND sign = -1), 0),
    coalesce(sum(sign * tax * exchange_rate) FILTER (WHERE is_now), 0), 0,
    coalesce(sum(sign * net * exchange_rate) FILTER (WHERE NOT is_now), 0)
"""
# As `_order` has it.
_FIRST = """
ORDER BY invoiced - credited DESC, {name} COLLATE "C", {code} COLLATE "C", g.key COLLATE "C" NULLS FIRST LIMIT %(most)s
"""
_STATEMENT = f"""
WITH documents AS ({_DOCUMENTS}), grouped (key, name, {_NAMES}) AS (
    SELECT {{key}}, coalesce(min({{label}}), ''), {_SUMS} FROM documents d {{more}} GROUP BY 1
)
(
    SELECT g.key, {{name}}, {{code}}, {{is_open}}, false, count(*) OVER (), {_NAMES} FROM grouped g {{names}} {_FIRST}
)
UNION ALL
SELECT NULL, '', '', false, true, 0, {_SUMS} FROM documents
"""  # noqa: S608 nothing but constants

# A document with several lines of an item counts once for it.  OFFSET 0 has the lines looked up document by document: a
# company's lines are many more than those of a period.  Documents are read by date, in which their lines lie too.
_DATED = " UNION ALL ".join(
    f"""
    SELECT i.id, 1 AS sign, {is_now} AS is_now, i.customer_id, i.exchange_rate, i.shipping_cost
    FROM {{invoices}} i WHERE {_INVOICES_OF.format(first, last)}
    UNION ALL
    SELECT n.id, -1, {is_now}, n.customer_id, n.exchange_rate, n.shipping_cost
    FROM {{credit_notes}} n WHERE {_NOTES_OF.format(first, last)}
    """  # noqa: S608 nothing but constants
    for first, last, is_now in _SPANS
)
_LINES = " UNION ALL ".join(
    f"""
    SELECT l.item_id AS item, false AS is_shipping, d.customer_id, d.id, d.sign, d.is_now, l.quantity,
        l.line_total * d.exchange_rate AS net, l.tax_amount * d.exchange_rate AS tax
    FROM dated d CROSS JOIN LATERAL (
        SELECT item_id, line_total, tax_amount, quantity FROM {lines}
        WHERE company_id = %(company)s AND {parent} = d.id OFFSET 0
    ) l WHERE d.sign = {sign}
    """  # noqa: S608 nothing but constants
    for sign, lines, parent in (
        (1, "invoicing_invoiceline", "invoice_id"),
        (-1, "invoicing_creditnoteline", "credit_note_id"),
    )
)
_ITEMS_STATEMENT = f"""
WITH documents AS ({_DOCUMENTS}), dated AS MATERIALIZED ({_DATED}), parts AS ({_LINES}
    UNION ALL
    SELECT NULL, true, customer_id, id, sign, is_now, 0, shipping_cost * exchange_rate, 0 FROM dated
    WHERE shipping_cost <> 0
), grouped AS (
    SELECT item, is_shipping, count(DISTINCT id) FILTER (WHERE is_now AND sign = 1) AS invoices,
        count(DISTINCT id) FILTER (WHERE is_now AND sign = -1) AS credit_notes,
        {{customers_of}} AS customers,
        coalesce(sum(net) FILTER (WHERE is_now AND sign = 1), 0) AS invoiced,
        coalesce(sum(net) FILTER (WHERE is_now AND sign = -1), 0) AS credited,
        coalesce(sum(sign * tax) FILTER (WHERE is_now), 0) AS tax,
        coalesce(sum(sign * quantity) FILTER (WHERE is_now), 0) AS quantity,
        coalesce(sum(sign * net) FILTER (WHERE NOT is_now), 0) AS before
    FROM parts GROUP BY 1, 2
)
SELECT CASE WHEN g.is_shipping THEN 'shipping' ELSE g.item::text END, coalesce(n.name, ''), coalesce(n.item_code, ''),
    true, false, count(*) OVER (), g.invoices, g.credit_notes, g.customers, g.invoiced, g.credited, g.tax,
    g.quantity, g.before
FROM grouped g LEFT JOIN sales_item n ON n.company_id = %(company)s AND n.id = g.item
UNION ALL
SELECT NULL, '', '', false, true, 0, {_SUMS} FROM documents
"""  # noqa: S608 nothing but constants

_KEPT_SUMS = """
    coalesce(sum(invoices) FILTER (WHERE is_now), 0)::bigint AS invoices,
    coalesce(sum(credit_notes) FILTER (WHERE is_now), 0)::bigint AS credit_notes, 0 AS customers,
    coalesce(sum(invoiced) FILTER (WHERE is_now), 0) AS invoiced,
    coalesce(sum(credited) FILTER (WHERE is_now), 0) AS credited,
    coalesce(sum(invoiced_tax - credited_tax) FILTER (WHERE is_now), 0) AS tax,
    coalesce(sum(quantity) FILTER (WHERE is_now), 0) AS quantity,
    coalesce(sum(invoiced - credited) FILTER (WHERE NOT is_now), 0) AS before
"""
_SUMMED = f"""
{{tables}}, summed AS (
    SELECT key, min(label) AS name, {_KEPT_SUMS} FROM groups GROUP BY key
    HAVING sum(invoices) > 0 OR sum(credit_notes) > 0
)
(
    SELECT g.key, {{name}}, {{code}}, {{is_open}}, false, count(*) OVER (), {_NAMES.replace("customers", "{customers}")}
    FROM summed g {{bought}} {{names}} {_FIRST}
)
UNION ALL
SELECT NULL, '', '', false, true, 0, {_KEPT_SUMS} FROM documents
"""  # noqa: S608 nothing but constants


def sales_by(
    company: Company,
    dimension: str,
    span: Span,
    before: Span | None = None,
    customer: Customer | None = None,
    *,
    with_customers: bool = False,
    counted: tuple[str, int] | None = None,
    most: int | None = None,
) -> SalesBreakdown:
    """The sales of a span of days by `day`, `customer`, `owner`, `country`, `tag` or `item`, of one customer or all.

    A document with several tags is in the group of each, and with several items by its lines in that of each.  How many
    customers bought an item is only told `with_customers`, and only of so many items with most `value` or `quantity` as
    are to be `counted`.  At `most` so many groups; of items there may be more.
    """
    if customer is None and scoped_owner() is None:
        bought = customers_of_items(counted) if with_customers else ""
        parameters = {"most": most, "counted": counted[1] if counted else None}
        found = _summed_rows(dimension, company, span, before, bought, parameters)
    else:
        found = _rows(dimension, company, span, before, customer, with_customers=with_customers, most=most)
    groups, total, count = [], Sales(), 0
    for key, name, code, is_open, is_total, number, *sums in found:
        if is_total:
            total = Sales(*sums)
        else:
            groups.append(SalesGroup(key, name, code, is_open, Sales(*sums)))
            count = number
    return SalesBreakdown(sorted(groups, key=_order), total, count)


def add_up_sales(sales: Iterable[Sales]) -> Sales:
    """The sum of sales that share no document; customers aren't counted, for they may be the same."""
    found = list(sales)
    names = ("invoices", "credit_notes", "invoiced", "credited", "tax", "quantity", "before")
    return Sales(**{name: sum((getattr(one, name) for one in found), getattr(Sales, name)) for name in names})


def _order(group: SalesGroup) -> Any:
    return (-group.sales.net, group.name, group.code, group.key or "")


def _rows(
    dimension: str,
    company: Company,
    span: Span,
    before: Span | None,
    customer: Customer | None,
    *,
    with_customers: bool,
    most: int | None,
) -> list[tuple[Any, ...]]:
    first_before, last_before = before or (None, None)
    parameters: dict[str, Any] = {
        "company": company.pk,
        "customer": customer.pk if customer else None,
        "first": span[0],
        "last": span[1],
        "first_before": first_before,
        "last_before": last_before,
        "most": most,
    }
    tables = {name: table_of_own_rows(model, name, parameters) for name, model in _TABLES.items()}
    # Where some customers aren't shown, they are called what their documents say.
    named = {
        f"named_{document}": "''" if scoped_owner() is None else f"min({alias}.customer_name)"
        for document, alias in (("invoice", "i"), ("note", "n"))
    }
    if dimension == "item":
        customers = "count(DISTINCT customer_id) FILTER (WHERE is_now)" if with_customers else "0"
        parts = {"of_invoice": "0", "of_note": "0", "customers_of": customers}
        statement = _ITEMS_STATEMENT.format_map({**parts, **named, **tables})
    else:
        of = DIMENSIONS[dimension]
        parts = {**of._asdict(), "names": of.names.format_map(tables), "of_note": of.of_note.format()}
        statement = _STATEMENT.format_map({**parts, **named, **tables})
    return _fetch(statement, parameters)


def _summed_rows(
    dimension: str, company: Company, span: Span, before: Span | None, bought: str, parameters: dict[str, Any]
) -> list[tuple[Any, ...]]:
    """The same of all customers, from the sums that are kept; `bought` is joined for how many bought an item."""
    of = ITEMS if dimension == "item" else DIMENSIONS[dimension]
    tables = {name: f'"{model._meta.db_table}"' for name, model in _TABLES.items()}
    parts = {**of._asdict(), "names": of.names.format_map(tables), "bought": bought}
    # Each is read once, so that the database keeps no rows of it.
    buyers = {"buyers": dimension} if bought else {}
    parts |= {"tables": sums_of_spans({"groups": dimension, "documents": "day"}, **buyers)}
    parts |= {"customers": "coalesce(bought.customers, 0)" if bought else "g.customers"}
    of_spans = parameters_of_spans(dimension, span, before)
    return _fetch(_SUMMED.format_map(parts), {"company": company.pk, **parameters, **of_spans})


def _fetch(statement: str, parameters: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
