"""What lists of custom fields can be narrowed by."""

from bigledger_crm.custom_fields.rules import FIELD_TYPES
from bigledger_crm.filtering import BooleanFilter, ChoiceFilter, ListFilters
from bigledger_crm.registry import fielded_kinds


class CustomFieldFilters(ListFilters):
    """Custom fields."""

    object_type = ChoiceFilter("object_type", [kind.name for kind in fielded_kinds], about="What has the field")
    type = ChoiceFilter("type", FIELD_TYPES, about="Type of the values")
    is_deleted = BooleanFilter("is_deleted", about="Whether the field was deleted")
