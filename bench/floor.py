"""A floor below the API: bare WSGI functions with a pool of psycopg and msgspec, on the same tables.

They read what the API reads, and nothing else: no key, no rights, no filters, no total.  `bench.load` starts them
beside the product, with the same gunicorn; what counts is how many times longer the product takes.
"""

import os
from collections.abc import Callable, Iterable, Sequence
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
_json = msgspec.json.Encoder(enc_hook=str)
_pool: ConnectionPool | None = None


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answers `/first?company=…` and the like with the rows of its statement."""
    name = environ["PATH_INFO"].strip("/")
    values = {key: texts[0] for key, texts in parse_qs(environ["QUERY_STRING"]).items()}
    rows = _rows(name, values)
    body = _json.encode({"data": [{**rows[0], "items": _rows("lines", values)}] if name == "one" else rows})
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]


def _rows(name: str, values: dict[str, str]) -> Sequence[dict[str, Any]]:
    global _pool  # a process has one, made after gunicorn has forked it
    if _pool is None:
        _pool = ConnectionPool(os.environ["DATABASE_URL"], min_size=2, max_size=8, kwargs={"row_factory": dict_row})
    with _pool.connection() as connection:
        found: list[Any] = connection.execute(sql.SQL(STATEMENTS[name]), values).fetchall()
        return found
