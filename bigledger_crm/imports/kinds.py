"""What rows can become: the apps register the kinds of objects that they know."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import UUID

from bigledger_crm.kernel.errors import DomainError
from bigledger_crm.registry import Registry, Text
from bigledger_crm.tenancy.actor import Actor

# Values by the names of fields; what a row doesn't give isn't there.
Values = Mapping[str, Any]
CUSTOM_FIELDS = "customFields"


@dataclass(frozen=True, kw_only=True)
class ImportField:
    """What a column can be: `name` is that of the API, such as `billingAddress.city`.

    `known_as` are headings that it has elsewhere, in lower case.  `choices` are what a cell can say, in lower case, by
    what it means.
    """

    name: str
    label: Text
    type: Literal["text", "number", "whole", "yes_no", "choice", "list", "country", "email"] = "text"
    known_as: tuple[str, ...] = ()
    choices: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class ImportSource:
    """The export of another program: which field each of its headings is, "" for one that isn't imported.

    A file is taken for one if it has all headings of `known_by`.
    """

    name: str
    known_by: tuple[str, ...]
    columns: Mapping[str, str]
    match_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RowResult:
    """What became of a row: an outcome of `models.Outcome`, the object, and the changes by field: [before, after]."""

    outcome: str
    object_id: UUID | None = None
    changes: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    error: DomainError | None = None


@dataclass(frozen=True, kw_only=True)
class ImportKind:
    """A kind of objects.

    `object_type` is its name in `registry.object_types`, `noun` its name in errors, `resource` what one must be allowed
    to write.  A row is about the object that has the same value in one of the fields of `match_by`, the best first.

    `apply` makes or changes the objects of some rows, all with a value to match by; `key` tells which rows are about
    the same.  `remove` deletes what was made, and returns for what it can't delete why; `restore` gives fields the
    values that they had.  All of it is called inside a transaction and in the scope of the company.
    """

    name: str
    label: Text
    noun: str
    object_type: str
    resource: str
    fields: Sequence[ImportField]
    match_by: Sequence[str]
    key: Callable[[Values, str], str]
    apply: Callable[[Actor, Sequence[Values], str], list[RowResult]]
    remove: Callable[[Actor, Sequence[UUID]], Mapping[UUID, DomainError]]
    restore: Callable[[Actor, UUID, Values], None]
    sources: Sequence[ImportSource] = ()
    takes_custom_fields: bool = False

    def field(self, name: str) -> ImportField | None:
        """The field with this name; one of the custom fields too."""
        if self.takes_custom_fields and name.startswith(f"{CUSTOM_FIELDS}."):
            return ImportField(name=name, label=name.partition(".")[2])
        return next((one for one in self.fields if one.name == name), None)


import_kinds: Registry[ImportKind] = Registry()
