"""The custom fields of a kind of objects, and what they make of the values of one."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from msgspec import UNSET, UnsetType

from bigledger_crm.custom_fields.rules.values import Field, clean_free_fields, clean_value, is_empty
from bigledger_crm.kernel.errors import FieldError, Path, UnknownName, field_error

COLUMN = "custom_fields"


def _nobody(_public_id: str) -> bool:
    return False


@dataclass(frozen=True)
class DeclaredFields:
    """The fields of a kind of objects in their order, deleted ones too, whose values are kept and not shown.

    Values of keys that no field has are free: any JSON.  `role` is for whom they are, "" for who sees all.
    """

    fields: Sequence[Field] = ()
    is_member: Callable[[str], bool] = _nobody
    role: str = ""

    @cached_property
    def present(self) -> Sequence[Field]:
        """The fields that are to be seen: neither deleted nor hidden."""
        return [field for field in self.fields if not field.is_deleted and not field.is_hidden]

    def seen_by(self, role: str) -> "DeclaredFields":
        """The same for a member with a role, to whom fields of others are hidden."""
        if not any(field.roles for field in self.fields):
            return self
        if role not in self._by_role:
            fields = [replace(field, is_hidden=bool(field.roles) and role not in field.roles) for field in self.fields]
            self._by_role[role] = replace(self, fields=fields, role=role)
        return self._by_role[role]

    @cached_property
    def _by_role(self) -> dict[str, "DeclaredFields"]:
        return {}

    @cached_property
    def _hidden(self) -> frozenset[str]:
        return frozenset(field.key for field in self.fields if field.is_deleted or field.is_hidden)

    def shown(self, values: dict[str, Any]) -> dict[str, Any]:
        """The values of an object without those of deleted and hidden fields."""
        if self._hidden.isdisjoint(values):
            return values
        return {key: value for key, value in values.items() if key not in self._hidden}

    def clean(
        self, given: Mapping[str, Any] | UnsetType, stored: Mapping[str, Any] | None
    ) -> tuple[dict[str, Any] | UnsetType, list[FieldError]]:
        """All values of an object that was `given` these, as they are stored, and what is wrong with them.

        `stored` are those that it has, None for a new one, which gets defaults.  A value that it has already stays
        right: what was there before its field, a choice that there is no more, a member who left.  UNSET where nothing
        is to change.
        """
        if isinstance(given, UnsetType):
            if stored is not None or not self.present:
                return UNSET, []
            given = {}
        before = stored or {}
        values = dict(given)
        errors: list[FieldError] = []
        for field in self.fields:
            try:
                value = self._value(field, values, before, is_new=stored is None)
            except ValueError as error:
                errors.append(FieldError(path_of(field.key), str(error)))
                continue
            values.pop(field.key, None)
            if value is not None:
                values[field.key] = value
        try:
            return clean_free_fields(values), errors
        except ValueError as error:
            return values, errors or field_error(COLUMN, str(error))

    def _value(self, field: Field, values: Mapping[str, Any], before: Mapping[str, Any], *, is_new: bool) -> Any:
        """What an object has in a field afterwards, None for nothing.  Raises ValueError.

        Who doesn't see a field changes nothing in it: what is given there says nothing, so nobody can guess at it.
        """
        if field.is_hidden and not field.is_deleted:
            return before.get(field.key, field.default_value if is_new else None)
        if field.is_deleted:
            if field.key in values and not _same(values[field.key], before.get(field.key)):
                raise ValueError("This custom field was deleted")
            return before.get(field.key)
        value = values.get(field.key, field.default_value if is_new else None)
        if field.key in before and _same(value, before[field.key]):
            return value
        if not is_empty(value):
            value = clean_value(field, value, self.is_member)
        if is_empty(value):
            if field.is_required:
                raise ValueError("This field is required")
            return None
        return value


NO_FIELDS = DeclaredFields()


def carried_over(values: Mapping[str, Any], source: DeclaredFields, target: DeclaredFields) -> dict[str, Any]:
    """What an object that is made of another one has of its `values`.

    Free keys as they are; of declared ones those that a field of the same type has there, as far as they are right for
    it.  Nothing of deleted fields, and nothing that is to be unique.  What only the new object can have begins with its
    default.  Nobody was asked, so nothing is required.
    """
    origins = {field.key: field for field in source.fields}
    fields = {field.key: field for field in target.fields}
    carried = {key: value for key, value in values.items() if key not in origins and key not in fields}
    for key, field in fields.items():
        origin = origins.get(key)
        value = values.get(key, field.default_value if origin is None else None)
        is_same = origin is None or (origin.type == field.type and not origin.is_deleted)
        if is_same and not field.is_deleted and not field.is_unique and not is_empty(value):
            try:
                carried[key] = clean_value(field, value, target.is_member)
            except ValueError:
                continue
    return carried


def path_of(key: str) -> Path:
    """Where the value of a field is: its key is as the company wrote it."""
    return (COLUMN, UnknownName(key))


def _same(one: Any, other: Any) -> bool:
    """Whether two values are the same as JSON, where `true` is not 1."""
    return isinstance(one, bool) == isinstance(other, bool) and bool(one == other)
