"""The sums of sales that are kept for whole days and months, and the plain queries that they stand for.

A report adds up the sums of the whole months of its period in which nothing has changed since they were made, and of
the other such days.  Days that have changed are read from the documents, in the same statement: it sees the documents,
the notes of what has changed and the sums as they were at one moment.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from invoicing.analytics.period import Span
from invoicing.analytics.sales_dimensions import DIMENSIONS

# Sums of these dimensions are kept for days; a customer has hardly more than one document on a day.  Those of months
# have no key in the dimension `day`: they are the whole.
OF_DAYS = ("day", "owner", "country", "tag", "origin", "item", "tax")
OF_MONTHS = (*OF_DAYS, "customer")
_CHANGES = "invoicing_saleschange"
NONE: Mapping[str, str] = MappingProxyType({})
COLUMNS = (
    "day, dimension, key, label, tax_rate, invoices, credit_notes, invoiced, credited, invoiced_tax, credited_tax, "
    "quantity, customers"
)
_SIGNED = (
    "s.day, dimension, key, label, tax_rate, sign * invoices AS invoices, sign * credit_notes AS credit_notes, "
    "sign * invoiced AS invoiced, sign * credited AS credited, sign * invoiced_tax AS invoiced_tax, "
    "sign * credited_tax AS credited_tax, sign * quantity AS quantity, customers"
)
# OFFSET 0 has documents looked up day by day, and lines document by document: there are many more in all.
_INVOICES = """
CROSS JOIN LATERAL (
    SELECT {columns} FROM invoicing_invoice i
    WHERE i.company_id = %(company)s AND i.stage IN ('open', 'paid') AND i.invoice_date = d.day OFFSET 0
) i
"""
_NOTES = """
CROSS JOIN LATERAL (
    SELECT {columns} FROM invoicing_creditnote n
    WHERE n.company_id = %(company)s AND n.credit_note_date = d.day OFFSET 0
) n
"""
# Documents with one exchange rate are added up before they are converted: that is as exact, and far quicker.
_DOCUMENTS = f"""
SELECT d.day, '{{dimension}}' AS dimension, {{key}} AS key, coalesce(min({{label}}), '') AS label,
    NULL::numeric AS tax_rate,
    coalesce(sum(number) FILTER (WHERE sign = 1), 0) AS invoices,
    coalesce(sum(number) FILTER (WHERE sign = -1), 0) AS credit_notes,
    coalesce(sum(net * exchange_rate) FILTER (WHERE sign = 1), 0) AS invoiced,
    coalesce(sum(net * exchange_rate) FILTER (WHERE sign = -1), 0) AS credited,
    coalesce(sum(tax * exchange_rate) FILTER (WHERE sign = 1), 0) AS invoiced_tax,
    coalesce(sum(tax * exchange_rate) FILTER (WHERE sign = -1), 0) AS credited_tax, 0 AS quantity,
    NULL::uuid[] AS customers
FROM (
    SELECT d.day, {{of_invoice}}, 1 AS sign, i.exchange_rate, count(*) AS number, sum(i.total - i.total_tax) AS net,
        sum(i.total_tax) AS tax
    FROM {{days}} d
    {_INVOICES.replace("{columns}", "exchange_rate, total, total_tax, {invoice_columns}")} GROUP BY 1, 2, 4
    UNION ALL
    SELECT d.day, {{of_note}}, -1, n.exchange_rate, count(*), sum(n.total - n.total_tax), sum(n.total_tax)
    FROM {{days}} d
    {_NOTES.replace("{columns}", "exchange_rate, total, total_tax, customer_id, invoice_id{note_columns}")}
    JOIN customers_customer c ON c.company_id = %(company)s AND c.id = n.customer_id
    LEFT JOIN invoicing_invoice i ON i.company_id = %(company)s AND i.id = n.invoice_id
    GROUP BY 1, 2, 4
) d {{more}} GROUP BY 1, 3
"""  # noqa: S608 nothing but constants
# What of documents the parts of a dimension are made of; of credit notes besides what they are joined by.
_DOCUMENT_COLUMNS = {
    "day": ("invoice_date", ", credit_note_date"),
    "customer": ("customer_id", ""),
    "owner": ("owner_id", ""),
    "country": ("billing_address", ", billing_address"),
    "tag": ("tags", ""),
    "origin": ("order_id", ""),
}
_LINES = f"""
SELECT day, '{{dimension}}' AS dimension, {{key}} AS key, '' AS label, {{rate}} AS tax_rate,
    count(DISTINCT id) FILTER (WHERE sign = 1) AS invoices,
    count(DISTINCT id) FILTER (WHERE sign = -1) AS credit_notes,
    coalesce(sum(net) FILTER (WHERE sign = 1), 0) AS invoiced,
    coalesce(sum(net) FILTER (WHERE sign = -1), 0) AS credited,
    coalesce(sum(tax) FILTER (WHERE sign = 1), 0) AS invoiced_tax,
    coalesce(sum(tax) FILTER (WHERE sign = -1), 0) AS credited_tax,
    sum(sign * quantity) AS quantity, {{customers}} AS customers
FROM (
    WITH dated AS MATERIALIZED (
        SELECT d.day, i.id, 1 AS sign, i.customer_id, i.exchange_rate, i.shipping_cost FROM {{days}} d
        {_INVOICES.replace("{columns}", "id, customer_id, exchange_rate, shipping_cost")}
        UNION ALL
        SELECT d.day, n.id, -1, n.customer_id, n.exchange_rate, n.shipping_cost FROM {{days}} d
        {_NOTES.replace("{columns}", "id, customer_id, exchange_rate, shipping_cost")}
    )
    SELECT d.day, d.id, d.sign, d.customer_id, false AS is_shipping, item_id, tax_code, tax_rate, quantity,
        line_total * exchange_rate AS net, tax_amount * exchange_rate AS tax
    FROM dated d CROSS JOIN LATERAL (
        SELECT item_id, tax_code, tax_rate, quantity, line_total, tax_amount FROM invoicing_invoiceline
        WHERE company_id = %(company)s AND invoice_id = d.id OFFSET 0
    ) l WHERE d.sign = 1
    UNION ALL
    SELECT d.day, d.id, d.sign, d.customer_id, false, item_id, tax_code, tax_rate, quantity, line_total * exchange_rate,
        tax_amount * exchange_rate
    FROM dated d CROSS JOIN LATERAL (
        SELECT item_id, tax_code, tax_rate, quantity, line_total, tax_amount FROM invoicing_creditnoteline
        WHERE company_id = %(company)s AND credit_note_id = d.id OFFSET 0
    ) l WHERE d.sign = -1
    UNION ALL
    SELECT d.day, d.id, d.sign, d.customer_id, true, NULL, NULL, 0, 0, shipping_cost * exchange_rate, 0
    FROM dated d WHERE shipping_cost <> 0
) l GROUP BY 1, 3, 5
"""  # noqa: S608 nothing but constants
_LINE_KEYS = {
    "item": {
        "key": "CASE WHEN is_shipping THEN 'shipping' ELSE item_id::text END",
        "rate": "NULL::numeric",
        "customers": "array_agg(DISTINCT customer_id)",
    },
    "tax": {"key": "tax_code", "rate": "tax_rate", "customers": "NULL::uuid[]"},
}
# The sums of months, of a table with those of their days and customers.
MONTHS = """
SELECT s.month AS day, s.dimension, s.key, label, tax_rate, invoices, credit_notes, invoiced, credited, invoiced_tax,
    credited_tax, quantity, customers
FROM (
    SELECT date_trunc('month', day)::date AS month, dimension, CASE WHEN dimension <> 'day' THEN key END AS key,
        min(label) AS label, tax_rate, sum(invoices) AS invoices, sum(credit_notes) AS credit_notes,
        sum(invoiced) AS invoiced, sum(credited) AS credited, sum(invoiced_tax) AS invoiced_tax,
        sum(credited_tax) AS credited_tax, sum(quantity) AS quantity
    FROM {parts} GROUP BY 1, 2, 3, 5
) s LEFT JOIN (
    SELECT date_trunc('month', day)::date AS month, dimension, key, array_agg(DISTINCT customer) AS customers
    FROM {parts} CROSS JOIN LATERAL unnest(customers) AS customer GROUP BY 1, 2, 3
) bought USING (month, dimension, key)
"""


def plain_sums(dimension: str, days: str) -> str:
    """The SELECT of COLUMNS that adds up the documents of each day of a relation `days`, which has a column `day`."""
    if dimension in _LINE_KEYS:
        parts = _LINE_KEYS[dimension]
    else:
        of = DIMENSIONS[dimension]
        invoice_columns, note_columns = _DOCUMENT_COLUMNS[dimension]
        parts = {
            "key": of.key,
            "label": of.label if dimension == "tag" else "''",
            "of_invoice": of.of_invoice,
            "of_note": of.of_note.format(),
            "more": of.more.format(),
            "invoice_columns": invoice_columns,
            "note_columns": note_columns,
        }
    statement = _LINES if dimension in _LINE_KEYS else _DOCUMENTS
    return statement.format_map({"dimension": dimension, "days": days, **parts})


# `month` and `day` together are the days of both spans; `changed` are those that something has changed on.  Where it is
# `netted`, a month of which a span has most days counts whole, less the days that the span doesn't have.
_PIECES = """
{prefix}changed AS MATERIALIZED (SELECT DISTINCT day FROM {changes} WHERE company_id = %(company)s),
{prefix}span (is_now, first, last) AS (
    VALUES (true, %(first)s::date, %(last)s::date), (false, %(first_before)s::date, %(last_before)s::date)
), {prefix}month AS MATERIALIZED (
    SELECT is_now, day, until, first, last FROM (
        SELECT span.*, m::date AS day, (m + interval '1 month')::date - 1 AS until
        FROM {prefix}span span,
            generate_series(date_trunc('month', first::timestamp), last::timestamp, interval '1 month') m
    ) months
    WHERE %(has_months)s AND NOT EXISTS (SELECT FROM {prefix}changed c WHERE c.day BETWEEN months.day AND until)
        AND CASE WHEN {netted} THEN 2 * (least(last, until) - greatest(first, day) + 1) > until - day + 1
            ELSE first <= day AND until <= last END
), {prefix}day AS MATERIALIZED (
    SELECT is_now, sign, d::date AS day, d::date NOT IN (SELECT day FROM {prefix}changed) AS is_kept
    FROM (
        SELECT is_now, 1 AS sign, d
        FROM {prefix}span span, generate_series(first::timestamp, last::timestamp, interval '1 day') d
        WHERE NOT EXISTS (
            SELECT FROM {prefix}month m WHERE m.is_now = span.is_now AND m.day = date_trunc('month', d)::date
        )
        UNION ALL
        SELECT is_now, -1, d FROM {prefix}month CROSS JOIN LATERAL (
            SELECT d FROM generate_series(day::timestamp, until::timestamp, interval '1 day') d
            WHERE d < first OR d > last LIMIT 15
        ) d
    ) days
)"""
# OFFSET 0 has sums looked up by day: there are those of many more.
_LOOKED_UP = f"""
CROSS JOIN LATERAL (
    SELECT {COLUMNS} FROM invoicing_salessum s
    WHERE company_id = %(company)s AND dimension = '{{dimension}}' AND s.unit = '{{unit}}' AND s.day = p.day OFFSET 0
) s
"""  # noqa: S608 nothing but constants
_KEPT = f"""
{{name}} AS (
    SELECT p.is_now, {COLUMNS.replace("day", "s.day", 1)} FROM {{prefix}}month p {_LOOKED_UP.replace("{unit}", "month")}
    UNION ALL
    SELECT p.is_now, {_SIGNED} FROM {{prefix}}day p {_LOOKED_UP.replace("{unit}", "day")}
    WHERE {{has_days}} AND p.is_kept
    UNION ALL
    SELECT p.is_now, {_SIGNED} FROM {{prefix}}day p JOIN ({{plain}}) s ON s.day = p.day
    WHERE NOT ({{has_days}} AND p.is_kept)
)"""  # noqa: S608 nothing but constants


def sums_of_spans(netted: Mapping[str, str] = NONE, **dimensions: str) -> str:
    """The beginning of a statement: a table of COLUMNS and `is_now` for each name, of a dimension.

    Sums of those that are `netted` are right, but may have rows to be subtracted: what is left of a key without
    documents is 0, and their `customers` mean nothing.  The parameters are those of `parameters_of_spans`.
    """
    parts = [pieces_of_spans(_CHANGES)] if dimensions else []
    parts += [_table(name, dimension) for name, dimension in dimensions.items()]
    parts += [pieces_of_spans(_CHANGES, "netted_")] if netted else []
    parts += [_table(name, dimension, "netted_") for name, dimension in netted.items()]
    return f"WITH {', '.join(parts)}"


def _table(name: str, dimension: str, prefix: str = "") -> str:
    has_days = "true" if dimension in OF_DAYS else "false"
    days = f"(SELECT DISTINCT day FROM {prefix}day WHERE NOT ({has_days} AND is_kept))"  # noqa: S608 constants
    values = {"name": name, "prefix": prefix, "dimension": dimension, "has_days": has_days}
    return _KEPT.format_map({**values, "plain": plain_sums(dimension, days)})


def pieces_of_spans(changes: str, prefix: str = "") -> str:
    """The tables `month` and `day` of a statement: what spans are made of, by the notes in the table `changes`.

    Their names begin with a `prefix`; netted are those that have one.
    """
    return _PIECES.format_map({"changes": changes, "prefix": prefix, "netted": "true" if prefix else "false"})


def parameters_of_spans(dimension: str, span: Span, before: Span | None = None) -> dict[str, Any]:
    """The parameters of `sums_of_spans` besides the company, where one of the dimensions is `dimension`."""
    first_before, last_before = before or (None, None)
    return {
        "first": span[0],
        "last": span[1],
        "first_before": first_before,
        "last_before": last_before,
        "has_months": dimension != "day",
    }
