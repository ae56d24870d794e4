"""Bodies and answers of bulk requests: what their rows are differs from URL to URL."""

from typing import Any

from bigledger_crm.api.schema.components import Components, Schema
from bigledger_crm.api.schema.data import examples
from bigledger_crm.api.schema.inputs import input_schema
from bigledger_crm.api.serializers import StrictSerializer


def rows_schema(view: Any, takes: type[StrictSerializer], components: Components) -> Schema:
    """The schema of a bulk body."""
    field: Any = takes().fields["rows"]
    rows = {
        "type": "array",
        "items": input_schema(view.row_input(), components),
        "minItems": 1,
        "maxItems": field.max_length,
        "description": "Each is the body that creates one object; a rejected one does not affect the others.",
    }
    return {"type": "object", "required": ["rows"], "properties": {"rows": rows}, "additionalProperties": False}


def rows_sample(view: Any) -> Any:
    """An example of a bulk body."""
    return {"rows": [examples()[view.row_input.__name__]]}


def results_sample(view: Any) -> Any:
    """Its answer."""
    made = view.row_input.__name__.removesuffix("Input").removesuffix("Creation") + "Object"
    result = {"index": 0, "status": 201, "success": True, "data": examples()[made]}
    return {"success": True, "data": {"succeeded": 1, "failed": 0, "results": [result]}}
