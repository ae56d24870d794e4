"""Examples of bodies and answers."""

from typing import Any, get_args, get_origin

import msgspec

from bigledger_crm.api.schema.data import examples

_PAGE = {"hasMore": True, "nextCursor": "WyIyMDI0LTAxLTE1IiwiMDE5YiJd.Fq3v", "limit": 50, "total": 156}


def input_sample(name: str) -> Any:
    """An example of a body, by its serializer's name; None where there is none."""
    return examples().get(name)


def answer_sample(kind: Any, *, paged: bool = False) -> Any:
    """An example of an answer that gives `kind`, in the envelope; None where there is none."""
    data = data_sample(kind)
    if data is None:
        return None
    return {"success": True, "data": [data], "pagination": _PAGE} if paged else {"success": True, "data": data}


def data_sample(kind: Any) -> Any:
    """An example of an object; a row shows what its whole object does."""
    if get_origin(kind) is list:
        part = data_sample(get_args(kind)[0])
        return None if part is None else [part]
    name = kind.__name__
    if name in examples() or not name.endswith("Row"):
        return examples().get(name)
    whole = examples().get(f"{name.removesuffix('Row')}Object")
    return whole and {
        field.encode_name: whole[field.encode_name]
        for field in msgspec.structs.fields(kind)
        if field.encode_name in whole and field.required
    }
