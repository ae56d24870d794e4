"""Custom fields as what columns of files can be."""

from dataclasses import replace

from bigledger_crm.custom_fields.queries import declared_fields, fields_for
from bigledger_crm.custom_fields.rules import DeclaredFields, Field
from bigledger_crm.imports.kinds import CUSTOM_FIELDS, FieldType, ImportField, ImportKind, import_kinds
from bigledger_crm.imports.models import Import
from bigledger_crm.kernel.text import fold
from bigledger_crm.tenancy.actor import Actor

_TYPES: dict[str, FieldType] = {
    "number": "number",
    "money": "number",
    "date": "date",
    "yes_no": "yes_no",
    "choice": "choice",
    "choices": "list",
    "person": "member",
}


def kind_of_import(job: Import) -> ImportKind:
    """What the rows of an import become, with all of the company's custom fields among its fields."""
    kind = import_kinds[job.kind]
    return _with(kind, declared_fields(job.company, kind.name)) if kind.takes_custom_fields else kind


def kind_for(actor: Actor, kind: ImportKind) -> ImportKind:
    """A kind with the custom fields that somebody sees among its fields; the others can't be columns for them."""
    return _with(kind, fields_for(actor, kind.name)) if kind.takes_custom_fields else kind


def _with(kind: ImportKind, declared: DeclaredFields) -> ImportKind:
    if not declared.fields:
        return kind
    hidden = frozenset(_name(field) for field in declared.fields if field.is_hidden)
    return replace(kind, fields=[*kind.fields, *map(_import_field, declared.present)], hidden=hidden)


def _name(field: Field) -> str:
    return f"{CUSTOM_FIELDS}.{field.key}"


def _import_field(field: Field) -> ImportField:
    return ImportField(
        name=_name(field),
        label=field.label,
        type=_TYPES.get(field.type, "text"),
        known_as=(field.key.lower(),),
        choices={fold(choice): choice for choice in field.choices},
    )
