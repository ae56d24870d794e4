"""What custom fields are, and what a valid value of one is."""

from bigledger_crm.custom_fields.rules.declared import NO_FIELDS, DeclaredFields, carried_over
from bigledger_crm.custom_fields.rules.definitions import clean_definition
from bigledger_crm.custom_fields.rules.values import (
    FIELD_TYPES,
    MAX_TEXT,
    UNIQUE_TYPES,
    Field,
    clean_free_fields,
    clean_value,
    is_empty,
    value_fits,
)

__all__ = [
    "FIELD_TYPES",
    "MAX_TEXT",
    "NO_FIELDS",
    "UNIQUE_TYPES",
    "DeclaredFields",
    "Field",
    "carried_over",
    "clean_definition",
    "clean_free_fields",
    "clean_value",
    "is_empty",
    "value_fits",
]
