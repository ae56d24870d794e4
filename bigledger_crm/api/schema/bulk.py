"""Bodies and answers of bulk requests: what their rows are differs from address to address."""

from typing import Any

from bigledger_crm.api.bulk import MAX_ROWS, BulkView
from bigledger_crm.api.schema.components import Components, Schema
from bigledger_crm.api.schema.data import examples
from bigledger_crm.api.schema.inputs import input_schema


def rows_schema(view: BulkView, components: Components) -> Schema:
    """The schema of a bulk body."""
    rows = {
        "type": "array",
        "items": input_schema(view.row_input(), components),
        "minItems": 1,
        "maxItems": MAX_ROWS,
        "description": "Each is the body that creates one object; a rejected one does not affect the others.",
    }
    return {"type": "object", "required": ["rows"], "properties": {"rows": rows}, "additionalProperties": False}


def rows_sample(view: BulkView) -> Any:
    """An example of a bulk body."""
    return {"rows": [examples()[view.row_input.__name__]]}


def results_sample(view: BulkView) -> Any:
    """Its answer."""
    made = view.row_input.__name__.removesuffix("Input").removesuffix("Creation") + "Object"
    result = {"index": 0, "status": 201, "success": True, "data": examples()[made]}
    return {"success": True, "data": {"succeeded": 1, "failed": 0, "results": [result]}}
