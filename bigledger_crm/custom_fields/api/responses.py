"""Custom fields as they are in JSON."""

from typing import Any, Literal

from bigledger_crm.api.responses import ApiStruct, timestamp
from bigledger_crm.custom_fields.models import CustomField
from bigledger_crm.kernel import ids
from bigledger_crm.tenancy.base_models import CompanyOwnedModel

FieldType = Literal["text", "number", "money", "date", "yes_no", "choice", "choices", "person", "link"]

Role = Literal["owner", "manager", "finance", "sales", "viewer"]


class CustomFieldObject(ApiStruct):
    """A custom field; `decimals` are those of numbers."""

    id: str
    object_type: str
    key: str
    label: str
    type: FieldType
    choices: list[str]
    decimals: int
    is_required: bool
    is_unique: bool
    default_value: Any
    show_on_paper: bool
    roles: list[Role]
    position: int
    is_deleted: bool
    created_at: str | None
    updated_at: str | None


class MisfitObject(ApiStruct):
    """A value that isn't right for its field, and the object that has it."""

    object_id: str
    object_name: str
    value: Any


class MisfitsObject(ApiStruct):
    """How many values aren't right for a field, as far as they were read, and the first hundred of them."""

    count: int
    is_complete: bool
    misfits: list[MisfitObject]


COLUMNS = (
    "id",
    "object_type",
    "key",
    "label",
    "type",
    "choices",
    "decimals",
    "is_required",
    "is_unique",
    "default_value",
    "show_on_paper",
    "roles",
    "position",
    "deleted_at",
    "created_at",
    "updated_at",
)


def custom_field_row(*columns: Any) -> CustomFieldObject:
    """A custom field from COLUMNS."""
    row = dict(zip(COLUMNS, columns, strict=True))
    return CustomFieldObject(
        **row
        | {
            "id": ids.encode(CustomField.PREFIX, row["id"]),
            "is_deleted": row.pop("deleted_at") is not None,
            "created_at": timestamp(row["created_at"]),
            "updated_at": timestamp(row["updated_at"]),
        }
    )


def custom_field_object(field: CustomField) -> CustomFieldObject:
    """A whole custom field."""
    return custom_field_row(*(getattr(field, name) for name in COLUMNS))


def misfit_object(row: CompanyOwnedModel, value: Any) -> MisfitObject:
    """A value that isn't right for its field."""
    return MisfitObject(object_id=row.public_id, object_name=str(row), value=value)
