"""JSON Schema of what the API answers, from the structs."""

from typing import Any

import msgspec

from bigledger_crm.api.schema.components import Components, Schema, described, nullable

_TEMPLATE = "#/components/schemas/{name}"


def answer_schema(kind: Any, components: Components) -> Schema:
    """The schema of a type; its structs become components.  Amounts are numbers, exact to their last digit."""
    (schema,), found = msgspec.json.schema_components([kind], ref_template=_TEMPLATE)
    for name, component in found.items():
        components.put(name, _described(name, _on_the_wire(component)))
    return dict(_on_the_wire(schema))


def _described(name: str, schema: Schema) -> Schema:
    properties = {field: described(name, field, value) for field, value in schema.get("properties", {}).items()}
    return {**schema, "properties": properties} if properties else schema


def _on_the_wire(schema: Any) -> Any:
    """A Decimal is written as a number, and `T or null` shorter."""
    if isinstance(schema, list):
        return [_on_the_wire(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    if schema.get("format") == "decimal":
        return {"type": "number"}
    below = {
        # The names of properties are fields' own, though one is called as a keyword of schemas is.
        name: {field: _on_the_wire(part) for field, part in value.items()}
        if name == "properties"
        else _on_the_wire(value)
        for name, value in schema.items()
        if name != "title"
    }
    if "enum" in below:
        return {"type": "string", **below}
    either = below.get("anyOf", [])
    if len(either) == 2 and either[1] == {"type": "null"} and isinstance(either[0].get("type"), str):
        return nullable(either[0])
    return below
