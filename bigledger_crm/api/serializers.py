"""Input: every failing field at once, by its path; unknown fields are refused by name."""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.fields import SkipField, empty

from bigledger_crm.kernel.errors import FieldError, InvalidData, Path, UnknownName
from bigledger_crm.kernel.text import camel_case


class StrictSerializer(serializers.Serializer[Any]):
    """Fields are declared in snake_case and named in camelCase in JSON.

    `ignored` are the names that the object carries and a caller may send back: they are dropped.  `needed` are the
    fields that `rule_errors` asks for.  `makes` is the input of a service that the values become; without one they stay
    a dict by their snake_case names.
    """

    ignored: ClassVar[frozenset[str]] = frozenset()
    needed: ClassVar[frozenset[str]] = frozenset()
    makes: ClassVar[type[Any] | None] = None

    def to_internal_value(self, data: Any) -> Any:
        """What the well-formed values make, or a ValidationError with all that is wrong."""
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
        made = self.make(values)
        for found in self.rule_errors(made):
            errors.setdefault(found.path, [found.message])
        if not errors:
            return made
        for found in self.also_wrong(made):
            errors.setdefault(found.path, [found.message])
        raise _refusal(errors)

    def run_validation(self, data: Any = empty) -> Any:
        """As a field: missing and null follow the field's options."""
        is_empty, value = self.validate_empty_values(data)
        return value if is_empty else self.to_internal_value(data)

    def make(self, values: dict[str, Any]) -> Any:
        """What values that are well-formed make."""
        return values if self.makes is None else self.makes(**values)

    def rule_errors(self, values: Any) -> Iterable[FieldError]:
        """What the app's rules say of what was made; of what isn't well-formed nothing was given."""
        return ()

    def also_wrong(self, values: Any) -> Iterable[FieldError]:
        """What the service would refuse besides: looked for where it isn't asked, so that all is told at once."""
        return ()


def _refusal(errors: dict[Path, Any]) -> ValidationError:
    """Keyed by path, not by the name in JSON."""
    detail: Any = errors
    return ValidationError(detail)


def validated(serializer: type[StrictSerializer], data: Any, resource: str, **context: Any) -> Any:
    """The clean values of a body.  Raises InvalidData with every failing field by its path."""
    try:
        return serializer(context=context).run_validation(data)
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
