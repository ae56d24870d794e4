"""Input: every failing field at once, by its path on the wire; unknown fields are refused by name."""

from collections.abc import Mapping
from typing import Any, ClassVar

from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.fields import SkipField, empty

from bigledger_crm.kernel.errors import InvalidData
from bigledger_crm.kernel.text import camel_case


class StrictSerializer(serializers.Serializer[Any]):
    """Fields are declared in snake_case and named in camelCase on the wire.

    `ignored` are the names that the object carries and a caller may send back: they are dropped.  `rule_errors` adds
    the errors of the app's rules for the fields that are well-formed, and `needed` are the fields that it asks for.
    """

    ignored: ClassVar[frozenset[str]] = frozenset()
    needed: ClassVar[frozenset[str]] = frozenset()

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        """The well-formed values by their snake_case names, or a ValidationError with all that is wrong."""
        if not isinstance(data, Mapping):
            raise ValidationError({"": ["Must be an object"]})
        fields = {camel_case(name): field for name, field in self.fields.items()}
        errors: dict[str, Any] = {
            name: ["Unknown field"] for name in data if name not in fields and name not in self.ignored
        }
        values: dict[str, Any] = {}
        for name, field in fields.items():
            try:
                values[str(field.field_name)] = field.run_validation(data.get(name, empty))
            except SkipField:
                continue
            except ValidationError as error:
                errors[name] = error.detail
        for name, message in self.rule_errors(values).items():
            errors.setdefault(name, [message])
        if errors:
            raise ValidationError(errors)
        return values

    def run_validation(self, data: Any = empty) -> Any:
        """As a field: missing and null follow the field's options."""
        is_empty, value = self.validate_empty_values(data)
        return value if is_empty else self.to_internal_value(data)

    def rule_errors(self, values: Mapping[str, Any]) -> dict[str, str]:
        """The errors of rules for well-formed values, by name or path on the wire."""
        return {}


def validated(serializer: type[StrictSerializer], data: Any, resource: str, **context: Any) -> dict[str, Any]:
    """The clean values of a body.  Raises InvalidData with every failing field by its path."""
    try:
        return dict(serializer(context=context).run_validation(data))
    except ValidationError as error:
        raise InvalidData(resource, _flatten("", error.detail)) from None


def _flatten(path: str, detail: Any) -> list[tuple[str, str]]:
    if isinstance(detail, Mapping):
        pairs: list[tuple[str, str]] = []
        for name, below in detail.items():
            pairs += _flatten(_join(path, name), below)
        return pairs
    if isinstance(detail, list):
        if detail and isinstance(detail[0], Mapping):
            return [pair for index, below in enumerate(detail) for pair in _flatten(f"{path}[{index}]", below)]
        return [(path or "body", str(message)) for message in detail[:1]]
    return [(path or "body", str(detail))]


def _join(path: str, name: Any) -> str:
    if isinstance(name, int):
        return f"{path}[{name}]"
    if name in ("", "non_field_errors"):
        return path
    return f"{path}.{name}" if path else str(name)
