"""The five lines of each document, and what they add up to.

Quantities are even, so that half an order is billed by whole units.  What a line comes to is computed as in
sales.pricing, exclusive of tax; a part of a line is what it comes to up to its end less what it does up to its start.
"""

LINES = 5
# A row of {plan} and a position to the terms of its line.
_TERMS = """
SELECT s.*, position, i.id AS item_id, i.code, i.name, i.type, i.tax_code, i.tax_rate,
    2 * (1 + floor(10 * power(pg_temp.share(s.seed * 8 + position, 51), 2)))::numeric AS quantity,
    round(i.price / s.usual_rate, s.decimals) AS price,
    CASE WHEN mod(pg_temp.chance(s.seed * 8 + position, 52), 5) = 0 THEN 10 ELSE 0 END AS discount_percent
FROM {plan} s CROSS JOIN generate_series(1, 5) position
JOIN bulk_item i ON i.n = floor(%(items)s * power(pg_temp.share(s.seed * 8 + position, 50), 2))::bigint
WHERE s.n BETWEEN %(from)s AND %(to)s OFFSET 0
"""
# `start` and `stop` are the quantities between which the line is billed.
_UP_TO = """
CROSS JOIN LATERAL (SELECT round(round({0} * price, decimals) * discount_percent / 100, decimals) AS discount,
    round({0} * price, decimals) AS gross OFFSET 0) {1}_gross
CROSS JOIN LATERAL (SELECT {1}_gross.discount, {1}_gross.gross - {1}_gross.discount AS net,
    round(({1}_gross.gross - {1}_gross.discount) * tax_rate / 100, decimals) AS tax OFFSET 0) {1}
"""


def lines_of(plan: str, k: int) -> str:
    """The lines of the rows of a plan from number %(from)s through %(to)s, each with a key of its own."""
    return f"""(
        SELECT t.*, pg_temp.key(t.moment, {k}, t.n * 8 + t.position) AS line_id,
            b.discount - a.discount AS discount, b.net - a.net AS net, b.tax - a.tax AS tax
        FROM (
            SELECT terms.*, CASE part WHEN 'second' THEN quantity / 2 ELSE 0 END::numeric AS start,
                CASE part WHEN 'first' THEN quantity / 2 ELSE quantity END::numeric AS stop
            FROM ({_TERMS.format(plan=plan)}) terms OFFSET 0
        ) t {_UP_TO.format("start", "a")} {_UP_TO.format("stop", "b")}
    ) l"""


def values(parent: str) -> dict[str, str]:
    """The columns of a line, from `lines_of`."""
    return {
        "id": "line_id",
        "company_id": "%(company)s",
        parent: "l.id",
        "position": "position",
        "item_id": "item_id",
        "item_code": "code",
        "description": "name",
        "unit": "CASE type WHEN 'goods' THEN 'pcs' ELSE 'hours' END",
        "quantity": "stop - start",
        "type": "type",
        "unit_price": "price",
        "discount_percent": "discount_percent",
        "discount_amount": "discount",
        "line_total": "net",
        "tax_code": "tax_code",
        "tax_rate": "tax_rate",
        "tax_amount": "tax",
    }


def totals(table: str, parent: str, key: str) -> str:
    """A LATERAL of the sums of a document's lines, by the index that has them together."""
    return f"""
        CROSS JOIN LATERAL (
            SELECT sum(line_total) AS subtotal, sum(discount_amount) AS total_discount, sum(tax_amount) AS total_tax,
                coalesce(sum(tax_amount) FILTER (WHERE type = 'goods'), 0) AS goods_tax,
                coalesce(sum(tax_amount) FILTER (WHERE type = 'service'), 0) AS service_tax,
                coalesce(sum(line_total) FILTER (WHERE type = 'goods' AND tax_code <> ''), 0) AS goods_net,
                coalesce(sum(line_total) FILTER (WHERE type = 'service' AND tax_code <> ''), 0) AS service_net,
                coalesce(max(tax_rate) FILTER (WHERE type = 'goods'), 0) AS goods_rate,
                coalesce(max(tax_rate) FILTER (WHERE type = 'service'), 0) AS service_rate,
                max(line_total) FILTER (WHERE position = 1) AS first_net,
                max(discount_amount) FILTER (WHERE position = 1) AS first_discount,
                max(tax_amount) FILTER (WHERE position = 1) AS first_tax
            FROM {table} l WHERE l.company_id = %(company)s AND l.{parent} = {key}
        ) t"""
