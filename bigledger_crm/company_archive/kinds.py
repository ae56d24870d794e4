"""Which tables an archive has, in which order and with which columns: all of a company's but those named here."""

from collections.abc import Iterable
from dataclasses import dataclass
from graphlib import TopologicalSorter
from typing import Any

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db.models import (
    BooleanField,
    DateField,
    DateTimeField,
    DecimalField,
    Field,
    GeneratedField,
    IntegerField,
    JSONField,
    Model,
    UUIDField,
)

from bigledger_crm.custom_fields.models import CustomField
from bigledger_crm.numbering.models import DocumentSequence
from bigledger_crm.registry import fielded_kinds
from bigledger_crm.tenancy.base_models import CompanyOwnedModel
from bigledger_crm.tenancy.models import Company, Membership, User

# An email that waits must not be sent by two installations: in an archive it is withdrawn.
_WAITS = "status IN ('queued', 'retrying', 'sending', 'unknown')"
_EXPRESSIONS = {
    ("outbox.outboxemail", "status"): f"CASE WHEN {_WAITS} THEN 'withdrawn' ELSE status END",
    ("outbox.outboxemail", "next_attempt_at"): "NULL::timestamptz",
    ("outbox.outboxemail", "claimed_at"): "NULL::timestamptz",
    ("outbox.outboxemail", "is_held"): "FALSE",
}
# Columns with the names of stored files.
FILE_COLUMNS = {"tenancy.company": "logo", "documents.attachment": "file", "documents.storeddocument": "file"}
_USER_COLUMNS = ("id", "email", "name", "language", "created_at")


@dataclass(frozen=True)
class Kind:
    """The rows of one table that are the company's.

    `self_reference` is the column that refers to another row of the table, `parent` that to the document whose lines
    the rows are; "" for none.
    """

    name: str
    model: type[Model]
    columns: tuple[str, ...]
    self_reference: str = ""
    parent: str = ""

    @property
    def table(self) -> str:
        """The table's name."""
        return self.model._meta.db_table

    @property
    def is_owned(self) -> bool:
        """Whether each row names its company, which is left out in the archive."""
        return self.model not in (Company, User)

    @property
    def order(self) -> str:
        """What the rows are sorted by: a row that refers to another of its kind comes after it."""
        if self.parent:
            return f'row."{self.parent}", row.id'
        keys = ", ".join(f'row."{column}"' for column in (self.columns if self._has_no_key else ("id",)))
        return f"coalesce(chain.depth, 0), {keys}" if self.self_reference else keys

    @property
    def _has_no_key(self) -> bool:
        return "id" not in self.columns

    def query(self, columns: Iterable[str] = ()) -> str:
        """SELECT of the columns, all unless they are named."""
        chosen = ", ".join(f'{self._expression(column)} AS "{column}"' for column in columns or self.columns)
        where = {
            Company: "row.id = %(company)s",
            User: "row.id IN (SELECT user_id FROM tenancy_membership WHERE company_id = %(company)s)",
        }.get(self.model, "row.company_id = %(company)s")
        chain = self._chain() if self.self_reference else ""
        return f'SELECT {chosen} FROM "{self.table}" row {chain} WHERE {where} ORDER BY {self.order}'  # noqa: S608 constants

    def _expression(self, column: str) -> str:
        return _EXPRESSIONS.get((self.name, column), f'row."{column}"')

    def _chain(self) -> str:
        table, reference = self.table, self.self_reference
        return f"""LEFT JOIN (
            WITH RECURSIVE chain(id, target, depth) AS (
                SELECT id, "{reference}", 1 FROM "{table}" WHERE company_id = %(company)s AND "{reference}" IS NOT NULL
                UNION ALL
                SELECT chain.id, above."{reference}", depth + 1 FROM chain JOIN "{table}" above ON above.id = target
                WHERE above."{reference}" IS NOT NULL
            ) SELECT id, max(depth) AS depth FROM chain GROUP BY id
        ) chain ON chain.id = row.id"""  # noqa: S608 constants

    @property
    def amounts(self) -> tuple[str, ...]:
        """The columns with exact numbers."""
        return tuple(name for name in self.columns if isinstance(self.field(name), DecimalField))

    @property
    def people(self) -> tuple[str, ...]:
        """The columns that refer to people."""
        return tuple(name for name in self.columns if self.field(name).related_model is User)

    def field(self, column: str) -> "Field[Any, Any]":
        """The field of a column."""
        return next(field for field in self.model._meta.concrete_fields if field.attname == column)

    def schema(self) -> dict[str, Any]:
        """JSON Schema of a row."""
        fields = {column: self.field(column) for column in self.columns}
        return {
            "type": "object",
            "properties": {column: _schema(field) for column, field in fields.items()},
            "required": list(fields),
            "additionalProperties": False,
        }


def _schema(field: "Field[Any, Any]") -> dict[str, Any]:
    if isinstance(field, JSONField):
        return {}
    if isinstance(field, ArrayField):
        return {"type": ["array", "null"], "items": _schema(field.base_field)}
    kind: dict[str, Any] = {"type": "string"}
    for of, said in _TYPES:
        if isinstance(field, of):
            kind = dict(said)
            break
    else:
        if field.is_relation or isinstance(field, UUIDField):
            kind = {"type": "string", "format": "uuid"}
    if field.null:
        kind["type"] = [kind["type"], "null"]
    return kind


_TYPES: tuple[tuple[type, dict[str, str]], ...] = (
    (BooleanField, {"type": "boolean"}),
    (DecimalField, {"type": "number"}),
    (IntegerField, {"type": "integer"}),
    (DateTimeField, {"type": "string", "format": "date-time"}),
    (DateField, {"type": "string", "format": "date"}),
)


def kinds() -> list[Kind]:
    """All that an archive has, what is referred to before what refers to it."""
    own: list[type[Model]] = [model for model in apps.get_models() if issubclass(model, CompanyOwnedModel)]
    others: list[type[Model]] = [Company, User, Membership, DocumentSequence]
    found = {_name(model): model for model in [*others, *own] if not getattr(model, "NOT_ARCHIVED", "")}
    return [_kind(found[name]) for name in _in_order(found)]


def left_out() -> list[str]:
    """What archives don't have, in words."""
    owned = (model for model in apps.get_models() if issubclass(model, CompanyOwnedModel))
    return sorted({model.NOT_ARCHIVED for model in owned} - {""})


def _name(model: type[Model]) -> str:
    return model._meta.label_lower


def _in_order(found: dict[str, type[Model]]) -> list[str]:
    graph: dict[str, list[str]] = {name: [] for name in sorted(found)}
    for name, model in found.items():
        targets = [field.related_model for field in model._meta.concrete_fields if field.is_relation]
        graph[name] += sorted({_name(to) for to in targets if isinstance(to, type) and _name(to) in found} - {name})
        if issubclass(model, CompanyOwnedModel):  # owners must be members
            graph[name].append(_name(Membership))
        if parent := getattr(model, "COMES_WITH", ""):  # so they come after what their lines refer to
            with_lines = _name(_target(model, parent))
            graph[with_lines] += [target for target in graph[name] if target != with_lines]
    for kind in fielded_kinds:  # whose triggers ask for the fields
        graph[kind.model.lower()].append(_name(CustomField))
    return list(TopologicalSorter(graph).static_order())


def _target(model: type[Model], column: str) -> Any:
    """The model that a column refers to."""
    return next(field.related_model for field in model._meta.concrete_fields if field.attname == column)


def _kind(model: type[Model]) -> Kind:
    fields = [field for field in model._meta.concrete_fields if not isinstance(field, GeneratedField)]
    names = [field.attname for field in fields if field.attname != "company_id"]
    if model is User:
        names = list(_USER_COLUMNS)
    elif model._meta.auto_field is not None:
        names.remove("id")
    own = [field.attname for field in fields if field.related_model is model]
    # Documents with lines are told by their keys, and their lines by theirs: both are read side by side.
    has_lines = any(getattr(field.related_model, "COMES_WITH", "") for field in model._meta.related_objects)
    reference = own[0] if own and not has_lines else ""
    return Kind(_name(model), model, tuple(names), reference, getattr(model, "COMES_WITH", ""))
