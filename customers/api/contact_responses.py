"""Contacts as they are in JSON."""

from collections.abc import Callable
from typing import Any

from bigledger_crm.api.responses import ApiStruct, text, timestamp
from bigledger_crm.custom_fields.rules import DeclaredFields
from bigledger_crm.kernel import ids
from customers.models import Contact, Customer


class ContactObject(ApiStruct):
    """A person at a customer."""

    id: str
    customer_id: str
    name: str
    email: str | None
    phone: str | None
    mobile: str | None
    title: str | None
    department: str | None
    is_primary: bool
    is_active: bool
    receives: list[str]
    notes: str | None
    custom_fields: dict[str, Any]
    created_at: str | None
    updated_at: str | None


CONTACT_COLUMNS = (
    "id",
    "customer_id",
    "name",
    "email",
    "phone",
    "mobile",
    "title",
    "department",
    "is_primary",
    "is_active",
    "receives",
    "notes",
    "custom_fields",
    "created_at",
    "updated_at",
)


def contact_row(declared: DeclaredFields) -> Callable[..., ContactObject]:
    """Makes contacts from CONTACT_COLUMNS, with the values of `declared` that are to be seen."""

    def show(*columns: Any) -> ContactObject:
        contact = dict(zip(CONTACT_COLUMNS, columns, strict=True))
        return ContactObject(
            id=ids.encode(Contact.PREFIX, contact["id"]),
            customer_id=ids.encode(Customer.PREFIX, contact["customer_id"]),
            name=contact["name"],
            email=text(contact["email"]),
            phone=text(contact["phone"]),
            mobile=text(contact["mobile"]),
            title=text(contact["title"]),
            department=text(contact["department"]),
            is_primary=contact["is_primary"],
            is_active=contact["is_active"],
            receives=contact["receives"],
            notes=text(contact["notes"]),
            custom_fields=declared.shown(contact["custom_fields"]),
            created_at=timestamp(contact["created_at"]),
            updated_at=timestamp(contact["updated_at"]),
        )

    return show


def contact_object(contact: Contact, declared: DeclaredFields) -> ContactObject:
    """A whole contact."""
    return contact_row(declared)(*(getattr(contact, name) for name in CONTACT_COLUMNS))
