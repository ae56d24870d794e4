"""What custom fields refuse."""

from collections.abc import Sequence

from bigledger_crm.kernel.errors import Conflict, FieldError


class CustomFieldExists(Conflict):
    """The kind of objects has a field with this key."""

    code = "CUSTOM_FIELD_EXISTS"


class CustomFieldLimitReached(Conflict):
    """The kind of objects has as many fields as it may have."""

    code = "CUSTOM_FIELD_LIMIT_REACHED"


class CustomFieldNotUnique(Conflict):
    """Several objects have the same value in a field that is to be unique."""

    code = "CUSTOM_FIELD_NOT_UNIQUE"


class CustomFieldTaken(Conflict):
    """Another object has the value of a unique field; `errors` name the fields."""

    code = "CUSTOM_FIELD_TAKEN"

    def __init__(self, errors: Sequence[FieldError]) -> None:
        super().__init__("Another object has the value of a custom field that is unique", errors=errors)
