"""A floor below the API: bare WSGI functions with a pool of psycopg and msgspec, on the same tables.

They read what the API reads, and nothing else: no key, no rights, no filters, no total.  What they write are the rows
of a draft and its lines: no series of numbers, no tax, no events.  `bench.load` starts them beside the product, with
the same gunicorn; what counts is how many times longer the product takes.
"""

import os
import uuid
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs

import msgspec
from psycopg import sql
from psycopg.rows import dict_row
from psycopg_pool import ConnectionPool

_ROWS = "SELECT * FROM invoicing_invoice WHERE company_id = %(company)s "
_PAGE = "ORDER BY invoice_date DESC, id DESC LIMIT 50"
STATEMENTS = {
    "first": f"{_ROWS} {_PAGE}",
    "deep": f"{_ROWS} AND (invoice_date, id) < (%(day)s, %(id)s) {_PAGE}",
    "unpaid": f"{_ROWS} AND stage = 'open' AND due_date BETWEEN %(first)s AND %(last)s ORDER BY due_date, id LIMIT 50",
    "search": "SELECT * FROM customers_customer WHERE company_id = %(company)s AND search_text LIKE %(text)s "
    "ORDER BY name_sort, id LIMIT 50",
    "one": f"{_ROWS} AND id = %(id)s",
    "lines": "SELECT * FROM invoicing_invoiceline WHERE company_id = %(company)s AND invoice_id = %(id)s",
}
_DRAFT = """
INSERT INTO invoicing_invoice (id, company_id, customer_id, customer_name, customer_email, customer_phone,
    customer_tax_number, currency, exchange_rate, prices_include_tax, title, reference, notes, terms, subtotal,
    total_discount, total_tax, shipping_cost, total, search_text, created_by, created_at, updated_at, invoice_number,
    payment_reference, invoice_date, due_date, status, purchase_order, send_reminders, amount_paid, amount_credited,
    amount_written_off, tags, cancel_reason)
SELECT %(id)s, company_id, id, name, email, '', '', currency, 1, false, '', '', '', '', %(total)s, 0, 0, 0, %(total)s,
    lower(%(number)s), 'system', now(), now(), %(number)s, %(reference)s, current_date, current_date + 30, 'draft', '',
    true, 0, 0, 0, '{}', ''
FROM customers_customer WHERE company_id = %(company)s AND id = %(customer)s RETURNING *
"""
_LINE = """
INSERT INTO invoicing_invoiceline (id, company_id, invoice_id, position, item_code, description, quantity, unit, type,
    unit_price, discount_percent, discount_amount, line_total, tax_code, tax_rate, tax_amount, notes, billed_ranges)
VALUES (%(id)s, %(company)s, %(invoice)s, %(position)s, '', %(description)s, %(quantity)s, '', 'goods', %(unitPrice)s,
    0, 0, %(total)s, '', 0, 0, '', '[]') RETURNING *
"""
_json = msgspec.json.Encoder(enc_hook=str)
_pool: "ConnectionPool[Any] | None" = None


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answers `/first?company=…` and the like with the rows of its statement, and `/new` with those it has written."""
    name = environ["PATH_INFO"].strip("/")
    values = {key: texts[0] for key, texts in parse_qs(environ["QUERY_STRING"]).items()}
    if name == "new":
        given = msgspec.json.decode(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])))
        body = _json.encode({"data": _written(values, given["items"])})
    else:
        rows = _rows(name, values)
        body = _json.encode({"data": [{**rows[0], "items": _rows("lines", values)}] if name == "one" else rows})
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]


def _rows(name: str, values: dict[str, str]) -> Sequence[dict[str, Any]]:
    with _connections().connection() as connection:
        found: list[Any] = connection.execute(sql.SQL(STATEMENTS[name]), values).fetchall()
        return found


def _written(values: dict[str, str], items: Sequence[dict[str, Any]]) -> dict[str, Any]:
    key = uuid.uuid4()
    number = key.hex[:21].upper()
    lines = [
        {
            **item,
            "id": uuid.uuid4(),
            "company": values["company"],
            "invoice": key,
            "position": position,
            "total": item["quantity"] * Decimal(item["unitPrice"]),
        }
        for position, item in enumerate(items, 1)
    ]
    draft = {**values, "id": key, "number": number, "reference": f"RF00{number}"}
    draft["total"] = sum(line["total"] for line in lines)
    with _connections().connection() as connection, connection.cursor() as cursor:
        invoice: dict[str, Any] = cursor.execute(_DRAFT, draft).fetchone() or {}
        cursor.executemany(_LINE, lines, returning=True)
        found = list(cursor.fetchall())
        while cursor.nextset():
            found += cursor.fetchall()
    return {**invoice, "items": found}


def _connections() -> "ConnectionPool[Any]":
    global _pool  # a process has one, made after gunicorn has forked it
    if _pool is None:
        _pool = ConnectionPool(os.environ["DATABASE_URL"], min_size=2, max_size=8, kwargs={"row_factory": dict_row})
    return _pool
