"""What changes an import."""

from bigledger_crm.api import fields
from bigledger_crm.api.serializers import StrictSerializer
from bigledger_crm.imports import inputs
from bigledger_crm.kernel.errors import FieldError
from bigledger_crm.kernel.inputs import given_or


class ImportUpdate(StrictSerializer):
    """How a file is to be read, and what its columns are."""

    makes = inputs.ImportInput
    ignored = frozenset(
        {
            *("id", "filename", "status", "rowCount", "position", "counts", "error", "createdBy", "createdAt"),
            *("finishedAt", "undoUntil", "format", "source", "sheets", "decimalExamples"),
        }
    )
    kind = fields.TextField(required=False, max_length=40)
    encoding = fields.TextField(required=False, max_length=20)
    delimiter = fields.TextField(required=False, max_length=1)
    sheet = fields.TextField(required=False, max_length=200)
    heading_row = fields.IntegerField(required=False, minimum=0, maximum=1000)
    decimal_separator = fields.TextField(required=False, choices=(".", ","))
    match_by = fields.TextField(required=False, max_length=40)
    columns = fields.ObjectField(required=False)

    def rule_errors(self, values: inputs.ImportInput) -> list[FieldError]:
        """Columns are texts."""
        found = given_or(values.columns, {}).items()
        return [
            FieldError(("columns", heading), "Must be a text") for heading, name in found if not isinstance(name, str)
        ]
