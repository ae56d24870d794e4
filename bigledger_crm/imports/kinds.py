"""What rows can become: the apps register the kinds of objects that they know."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal
from uuid import UUID

from bigledger_crm.kernel.errors import DomainError
from bigledger_crm.registry import Registry, Text
from bigledger_crm.tenancy.actor import Actor

# Values by the names of fields; what a row doesn't give isn't there.
Values = Mapping[str, Any]
CUSTOM_FIELDS = "customFields"
# What the fields of lines begin with, where several rows are one object, and what its lines are called.
LINES = "items"
# What the keys of rows begin with that are without what the others are matched by.
NO_MATCH = "\n"
FieldType = Literal["text", "number", "whole", "yes_no", "choice", "list", "country", "email", "date", "member"]


@dataclass(frozen=True, kw_only=True)
class ImportField:
    """What a column can be: `name` is that of the API, such as `billingAddress.city`.

    `known_as` are headings that it has elsewhere, in lower case; `known_without_lines` those that it has in a file of
    documents without lines, with numbers there.  `choices` are what a cell can say, in lower case, by what it means.
    With `offers`, the texts of cells can be given other meanings in the import, of which it has those to choose from
    with their labels; with `needs_choice` besides, a text that is none of `choices` is an error.  `is_asked` is for a
    field that pages offer for the whole file as well.
    """

    name: str
    label: Text
    type: FieldType = "text"
    known_as: tuple[str, ...] = ()
    known_without_lines: tuple[str, ...] = ()
    choices: Mapping[str, str] = field(default_factory=dict)
    offers: Callable[[], Sequence[tuple[str, Text]]] | None = None
    needs_choice: bool = False
    is_asked: bool = False

    @property
    def is_of_line(self) -> bool:
        """Whether it belongs to a line of an object of several rows."""
        return self.name.startswith(f"{LINES}.")


@dataclass(frozen=True, kw_only=True)
class ImportSource:
    """The export of another program: which field each of its headings is, "" for one that isn't imported.

    A file is taken for one if it has all headings of `known_by`.  `defaults` are what rows say where such a file has
    no column for it.
    """

    name: str
    known_by: tuple[str, ...]
    columns: Mapping[str, str]
    match_by: str
    defaults: Mapping[str, str] = field(default_factory=dict)


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

    `hidden` are custom fields that the one whom the kind is for doesn't see.

    `apply` makes or changes the objects of some rows, all with a value to match by; `key` tells which rows are about
    the same.  `remove` deletes what was made, and returns for what it can't delete why; `restore` gives fields the
    values that they had.  `lock` keeps everybody else from changing objects until the transaction ends, so that an
    undo sees all that happened to them since; it needs `undo_rights` besides.  All of it is called inside a transaction
    and in the scope of the company.

    Rows that are matched by one of `lines_by` are one object where it is the same, upper-cased: `apply` gets it once,
    with its lines under LINES, as many objects at a time as fit `slice` rows, 0 for the usual number.  Of a kind that
    has `lines_by` any other row is an object with one line.  A row can be without what is in `may_lack`, though rows
    are matched by it: `key` then tells it by something else, after NO_MATCH.  `begin` is called with the keys of all
    rows that the rehearsal found new, in a transaction of its own before the first of them is imported.  An undo
    doesn't take `own_events` of objects, which the product itself notes, for what people did to them.  `undo_text`
    says what an undo does to those of a kind that isn't deleted.
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
    lock: Callable[[Collection[UUID]], None]
    undo_rights: Sequence[tuple[str, str]] = ()
    sources: Sequence[ImportSource] = ()
    takes_custom_fields: bool = False
    hidden: frozenset[str] = frozenset()
    lines_by: Sequence[str] = ()
    may_lack: Collection[str] = ()
    slice: int = 0
    begin: Callable[[Actor, Iterable[str]], None] | None = None
    own_events: frozenset[str] = frozenset()
    undo_text: Text = ""

    def field(self, name: str) -> ImportField | None:
        """The field with this name; a free one among custom fields too, unless it is `hidden` from somebody."""
        found = self._by_name.get(name)
        is_custom = self.takes_custom_fields and name.startswith(f"{CUSTOM_FIELDS}.")
        if found is None and is_custom and name not in self.hidden:
            return ImportField(name=name, label=name.partition(".")[2])
        return found

    @cached_property
    def _by_name(self) -> Mapping[str, ImportField]:
        """Asked for each cell of a file."""
        return {one.name: one for one in self.fields}


import_kinds: Registry[ImportKind] = Registry()
