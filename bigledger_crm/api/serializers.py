"""Input: every failing field at once, by its path; unknown fields are refused by name."""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.fields import SkipField, empty

from bigledger_crm.kernel.errors import FieldError, InvalidData, Path, UnknownName, field_errors_of
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
            raise _refusal({(): ["Must be an object"]})
        fields = {camel_case(name): field for name, field in self.fields.items()}
        errors: dict[Path, Any] = {
            (UnknownName(name),): ["Unknown field"] for name in data if name not in fields and name not in self.ignored
        }
        values: dict[str, Any] = {}
        for name, field in fields.items():
            try:
                values[str(field.field_name)] = field.run_validation(data.get(name, empty))
            except SkipField:
                continue
            except ValidationError as error:
                errors[(str(field.field_name),)] = error.detail
        for found in field_errors_of(self.rule_errors(values)):
            errors.setdefault(found.path, [found.message])
        if errors:
            raise _refusal(errors)
        return values

    def run_validation(self, data: Any = empty) -> Any:
        """As a field: missing and null follow the field's options."""
        is_empty, value = self.validate_empty_values(data)
        return value if is_empty else self.to_internal_value(data)

    def rule_errors(self, values: Mapping[str, Any]) -> Iterable[FieldError] | Mapping[str, str]:
        """The errors of rules for well-formed values."""
        return ()


def _refusal(errors: dict[Path, Any]) -> ValidationError:
    """Keyed by path, not by the name on the wire."""
    detail: Any = errors
    return ValidationError(detail)


def validated(serializer: type[StrictSerializer], data: Any, resource: str, **context: Any) -> dict[str, Any]:
    """The clean values of a body.  Raises InvalidData with every failing field by its path."""
    try:
        return dict(serializer(context=context).run_validation(data))
    except ValidationError as error:
        raise InvalidData(resource, _flatten((), error.detail)) from None


def _flatten(path: Path, detail: Any) -> list[FieldError]:
    if isinstance(detail, Mapping):
        return [
            error
            for key, below in detail.items()
            for error in _flatten(path + (key if isinstance(key, tuple) else (key,)), below)
        ]
    first = detail[0] if isinstance(detail, list) else detail
    return [FieldError(path, str(first))]
