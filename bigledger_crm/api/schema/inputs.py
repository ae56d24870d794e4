"""JSON Schema of what the API takes, from the strict serializers and their fields."""

from typing import Any

from rest_framework import serializers

from bigledger_crm.api import fields
from bigledger_crm.api.schema.components import Components, Schema, described, nullable
from bigledger_crm.api.serializers import StrictSerializer
from bigledger_crm.kernel.text import camel_case


def input_schema(serializer: StrictSerializer, components: Components) -> Schema:
    """A reference to the component of a body."""
    name = type(serializer).__name__
    return components.put(name, _object(name, serializer, components))


def _object(name: str, serializer: StrictSerializer, components: Components) -> Schema:
    properties: dict[str, Schema] = {}
    required = []
    for field_name, field in serializer.fields.items():
        json_name = camel_case(field_name)
        needed = field_name in serializer.needed
        schema = _plain(field, components) if needed else field_schema(field, components)
        properties[json_name] = described(name, json_name, schema)
        if field.required or needed:
            required.append(json_name)
    for json_name in sorted(serializer.ignored - properties.keys()):
        properties[json_name] = {"readOnly": True, "description": "Shown in answers; ignored here."}
    whole: Schema = {
        "type": "object",
        "description": type(serializer).__doc__,
        "properties": properties,
        "additionalProperties": False,
    }
    return {**whole, "required": required} if required else whole


def field_schema(field: "serializers.Field[Any, Any, Any, Any]", components: Components) -> Schema:
    """The schema of one field.  Raises TypeError for a kind of field that isn't known here."""
    if isinstance(field, fields.AnyField):
        return {}
    schema = _plain(field, components)
    return nullable(schema) if field.allow_null else schema


def _plain(field: "serializers.Field[Any, Any, Any, Any]", components: Components) -> Schema:
    if isinstance(field, StrictSerializer):
        return input_schema(field, components)
    if isinstance(field, serializers.ListField):
        items = field_schema(field.child, components)
        return _with({"type": "array", "items": items}, minItems=field.min_length, maxItems=field.max_length)
    if isinstance(field, fields.NumberField):
        return _number(field)
    if isinstance(field, fields.TextField):
        if field.choices:
            return {"type": "string", "enum": list(field.choices)}
        return {"type": "string", "maxLength": field.max_length}
    if isinstance(field, fields.DayField):
        return {"type": "string", "format": "date"}
    if isinstance(field, fields.MomentField):
        return {"type": "string", "format": "date-time"}
    if isinstance(field, fields.DayOrMomentField):
        return {"type": "string"}
    if isinstance(field, fields.FlagField):
        return {"type": "boolean"}
    if isinstance(field, fields.ObjectField):
        return {"type": "object"}
    if isinstance(field, fields.TextListField):
        items = {"type": "string", "enum": list(field.choices)} if field.choices else {"type": "string"}
        return {"type": "array", "items": items, "maxItems": field.limit}
    raise TypeError(f"The API's description doesn't know {type(field).__name__}")


def _number(field: fields.NumberField) -> Schema:
    """A JSON number or its text; the pattern says the decimals, which a number can't (0.1 is no multiple of 0.01)."""
    whole = field.decimals == 0
    digits = "" if whole else rf"(\.[0-9]{{1,{field.decimals}}})?"
    sign = "" if field.minimum is not None and field.minimum >= 0 else "-?"
    schema: Schema = {"type": ["integer" if whole else "number", "string"], "pattern": f"^{sign}[0-9]{{1,24}}{digits}$"}
    return _with(schema, minimum=field.minimum, maximum=field.maximum)


def _with(schema: Schema, **limits: int | None) -> Schema:
    return schema | {name: limit for name, limit in limits.items() if limit is not None}
