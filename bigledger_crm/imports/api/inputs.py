"""What changes an import."""

from collections.abc import Mapping
from typing import Any

from bigledger_crm.api import fields
from bigledger_crm.api.serializers import StrictSerializer
from bigledger_crm.imports import inputs
from bigledger_crm.imports.files.dates import ORDERS
from bigledger_crm.kernel.errors import FieldError, UnknownName
from bigledger_crm.kernel.inputs import given_or


class ImportUpdate(StrictSerializer):
    """How a file is to be read, and what its columns are."""

    makes = inputs.ImportInput
    ignored = frozenset(
        {
            *("id", "filename", "status", "rowCount", "position", "counts", "error", "createdBy", "createdAt"),
            *("finishedAt", "undoUntil", "format", "source", "sheets", "decimalExamples", "dateExamples"),
        }
    )
    kind = fields.TextField(required=False, max_length=40)
    encoding = fields.TextField(required=False, max_length=20)
    delimiter = fields.TextField(required=False, max_length=1)
    sheet = fields.TextField(required=False, max_length=200)
    heading_row = fields.IntegerField(required=False, minimum=0, maximum=1000)
    decimal_separator = fields.TextField(required=False, choices=(".", ","))
    date_order = fields.TextField(required=False, choices=("", *ORDERS))
    match_by = fields.TextField(required=False, max_length=40)
    columns = fields.ObjectField(required=False)
    meanings = fields.ObjectField(required=False)
    defaults = fields.ObjectField(required=False)

    def rule_errors(self, values: inputs.ImportInput) -> list[FieldError]:
        """What is given by name is a text."""
        errors = []
        parts: list[tuple[tuple[str, ...], Mapping[str, Any]]] = [
            (("columns",), given_or(values.columns, {})),
            (("defaults",), given_or(values.defaults, {})),
        ]
        for name, texts in given_or(values.meanings, {}).items():
            if isinstance(texts, Mapping):
                parts.append((("meanings", name), texts))
            else:
                errors.append(FieldError(("meanings", UnknownName(name)), "Must be an object of texts"))
        for path, texts in parts:
            errors += [
                FieldError((*path, UnknownName(key)), "Must be a text")
                for key, text in texts.items()
                if not isinstance(text, str)
            ]
        return errors
