"""Parameters of operations: ids in the path, headers, and what lists take."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from drf_spectacular.plumbing import ResolvedComponent

from bigledger_crm.api.listing import Listing
from bigledger_crm.api.paging import DEFAULT_LIMIT, MAX_LIMIT
from bigledger_crm.api.schema import naming
from bigledger_crm.api.schema.components import Components, Schema
from bigledger_crm.filtering import ListFilters

_TAG = '"f5427bb5efd7b8f35db09c5ebfbbbb22"'
_HEADERS: dict[str, tuple[str, str, Schema, str]] = {
    "RequestId": (
        "X-Request-Id",
        "Your own id for the request, up to 128 printable ASCII characters. It is returned and written to the log.",
        {"type": "string", "pattern": "^[\\x21-\\x7e]([\\x20-\\x7e]{0,126}[\\x21-\\x7e])?$"},
        "import-2024-01-15-0042",
    ),
    "IdempotencyKey": (
        "Idempotency-Key",
        "Makes retries safe: for 24 hours the same key and body get the stored response, with no further effect.",
        {"type": "string", "pattern": "^[\\x21-\\x7e]{1,255}$"},
        "payment-4711",
    ),
    "IfMatch": (
        "If-Match",
        "The ETag of the version you read; 412 if the object has changed since.",
        {"type": "string"},
        _TAG,
    ),
    "Rehearse": (
        "Rehearse",
        "`true` to rehearse: the true response, with `rehearsal` beside `data`, and nothing is kept or sent.",
        {"type": "string", "enum": ["true", "false"], "default": "false"},
        "true",
    ),
    "IfNoneMatch": (
        "If-None-Match",
        "The ETag of the version you have; 304 without a body if the object has not changed.",
        {"type": "string"},
        _TAG,
    ),
}


def path_parameter(name: str) -> Schema:
    """An id in the path."""
    words = name.removesuffix("Id")
    return {
        "name": name,
        "in": "path",
        "required": True,
        "description": f"The id of the {''.join(f' {c.lower()}' if c.isupper() else c for c in words)}.",
        "schema": {"type": "string", "pattern": naming.id_pattern(name)},
    }


def header(name: str, components: Components) -> Schema:
    """A reference to a header that requests may carry."""
    json_name, description, schema, example = _HEADERS[name]
    made = {
        "name": json_name,
        "in": "header",
        "description": description,
        "schema": schema,
        "example": example,
    }
    return components.add(name, lambda: made, ResolvedComponent.PARAMETER)


def of_filters(filters: type[ListFilters]) -> list[Schema]:
    """What narrows the rows, or the figures."""
    return [query(name, own.about, own.schema) for name, own in filters.base_filters.items()]


def of_list(listing: Listing, own_names: tuple[str, str] | None) -> list[Schema]:
    """What a list takes: its filters, then sort, order, limit, cursor, and expand where it knows parts.

    `own_names` are those of filters and sorts that each company has of its own, as a viewset has them.
    """
    found = of_filters(listing.filters)
    default = listing.sorts[listing.default_sort].default_order
    known: Schema = {"enum": list(listing.sorts), "default": listing.default_sort}
    about_sort = "The sort field"
    if own_names is not None:
        beginning, about = own_names
        pattern = f"^{re.escape(beginning)}"
        found.append(_several(beginning.rstrip("."), about, pattern))
        # Generators of clients can't do with a default of what may be two things.
        known = {"anyOf": [{"type": "string", "enum": known["enum"]}, {"type": "string", "pattern": pattern}]}
        about_sort += f", by default `{listing.default_sort}`"
    found += [
        query("sort", about_sort, known),
        query(
            "order",
            "The sort direction; by default dates start with the newest. Rows without a value come last.",
            {"enum": ["asc", "desc"], "default": default},
        ),
        query(
            "limit",
            "Rows per page.",
            {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT},
        ),
        query("cursor", "`nextCursor` of the previous page, with the same filters and sort.", {"type": "string"}),
    ]
    return found + expand(tuple(listing.expand))


def _several(name: str, about: str, pattern: str) -> Schema:
    """Any number of parameters whose names match a pattern: the members of an object, each a parameter by itself."""
    schema = {"type": "object", "propertyNames": {"pattern": pattern}, "additionalProperties": {"type": "string"}}
    return {**query(name, about, schema), "style": "form", "explode": True}


def expand(parts: Sequence[str]) -> list[Schema]:
    """The parameter that adds parts of the object, where there are any."""
    if not parts:
        return []
    parameter = query(
        "expand",
        f"Data to add to each row: {', '.join(f'`{part}`' for part in parts)}; separate several with commas.",
        {"type": "array", "items": {"type": "string", "enum": list(parts)}},
    )
    return [{**parameter, "style": "form", "explode": False}]


def query(name: str, about: str, schema: Mapping[str, Any]) -> Schema:
    """A parameter of the query; a text unless the schema says otherwise."""
    return {
        "name": name,
        "in": "query",
        "description": f"{about.removesuffix('.')}.",
        "schema": {"type": "string", **schema},
    }
