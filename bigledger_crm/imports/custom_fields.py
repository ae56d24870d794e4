"""Custom fields as what columns of files can be."""

from dataclasses import replace

from bigledger_crm.custom_fields.queries import declared_fields
from bigledger_crm.custom_fields.rules import Field
from bigledger_crm.imports.kinds import CUSTOM_FIELDS, FieldType, ImportField, ImportKind, import_kinds
from bigledger_crm.imports.models import Import
from bigledger_crm.kernel.text import fold
from bigledger_crm.tenancy.models import Company

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
    """What the rows of an import become, with the company's custom fields among its fields."""
    return with_custom_fields(import_kinds[job.kind], job.company)


def with_custom_fields(kind: ImportKind, company: Company) -> ImportKind:
    """A kind with the company's custom fields among its fields."""
    present = declared_fields(company, kind.name).present if kind.takes_custom_fields else ()
    return replace(kind, fields=[*kind.fields, *map(_import_field, present)]) if present else kind


def _import_field(field: Field) -> ImportField:
    return ImportField(
        name=f"{CUSTOM_FIELDS}.{field.key}",
        label=field.label,
        type=_TYPES.get(field.type, "text"),
        known_as=(field.key.lower(),),
        choices={fold(choice): choice for choice in field.choices},
    )
