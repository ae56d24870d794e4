"""The table of operations that the command line reads."""

import json
from typing import Any

from generator.description import Description, Field, snake


def operations_table(description: Description) -> str:
    """JSON with a line for each operation and each of its fields, for people to read and compare."""
    blocks = []
    for resource, operations in description.resources().items():
        entries = []
        for operation in operations:
            fields = description.fields(operation.body) if operation.takes == "fields" else operation.filters
            said = {
                "id": operation.id,
                "method": operation.method,
                "path": operation.pattern,
                "about": operation.about,
                "ids": [snake(parameter) for parameter in operation.parameters],
                "takes": operation.takes,
                "gives": operation.gives,
            }
            rows = ",\n".join(f"      {_json(_option(field))}" for field in fields)
            listed = f"[\n{rows}\n    ]" if rows else "[]"
            entries.append(f'    {_json(snake(operation.name))}: {_json(said)[:-1]}, "fields": {listed}}}')
        blocks.append(f"  {_json(snake(resource))}: {{\n" + ",\n".join(entries) + "\n  }")
    return "{\n" + ",\n".join(blocks) + "\n}\n"


def _option(field: Field) -> dict[str, Any]:
    """A field as an option: text, texts (several), a number, a flag, or JSON."""
    schema = field.schema
    items = schema.get("items", {})
    kinds = schema.get("type", "object")
    kind = next(kind for kind in (kinds if isinstance(kinds, list) else [kinds]) if kind != "null")
    if kind == "array":
        kind = "texts" if items.get("type") == "string" else "json"
    option = {
        "name": snake(field.name),
        "kind": {"object": "json", "string": "text", "boolean": "flag"}.get(kind, kind),
        "about": field.description,
    }
    choices = [value for value in schema.get("enum", items.get("enum", [])) if value is not None]
    return option | ({"choices": choices} if choices else {}) | ({"required": True} if field.is_required else {})


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
