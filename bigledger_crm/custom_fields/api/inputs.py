"""What the API takes for custom fields."""

from collections.abc import Sequence
from typing import Any

from bigledger_crm.api import fields
from bigledger_crm.api.serializers import StrictSerializer
from bigledger_crm.custom_fields import inputs
from bigledger_crm.custom_fields.rules import FIELD_TYPES
from bigledger_crm.custom_fields.services import check_custom_field
from bigledger_crm.kernel.errors import FieldError
from bigledger_crm.tenancy.permissions import ROLES


class CustomFieldInput(StrictSerializer):
    """A custom field."""

    makes = inputs.CustomFieldInput
    ignored = frozenset({"id", "isDeleted", "createdAt", "updatedAt"})
    needed = frozenset({"object_type", "label", "type"})
    object_type = fields.TextField()
    key = fields.TextField()
    label: Any = fields.TextField()  # which DRF's own attribute is not
    type = fields.TextField(choices=FIELD_TYPES)
    choices = fields.TextListField(required=False, limit=100)
    decimals = fields.IntegerField(required=False)
    is_required = fields.FlagField(required=False)
    is_unique = fields.FlagField(required=False)
    default_value = fields.AnyField(required=False, allow_null=True)
    show_on_paper = fields.FlagField(required=False)
    roles = fields.TextListField(required=False, limit=len(ROLES), choices=tuple(ROLES.values()))
    position = fields.IntegerField(required=False)

    def rule_errors(self, values: inputs.CustomFieldInput) -> Sequence[FieldError]:
        """The rules of a field, as the service will apply them."""
        return check_custom_field(self.context["actor"].company, values, self.context["field"])[1]


class CustomFieldUpdate(CustomFieldInput):
    """What of a custom field is to change."""

    ignored = CustomFieldInput.ignored | {"objectType"}
    needed = frozenset()
    object_type = None  # type: ignore[assignment]  # an object type is kept
