"""Contacts as they are in JSON."""

from datetime import datetime
from uuid import UUID

from bigledger_crm.api.responses import ApiStruct, text, timestamp
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
    "created_at",
    "updated_at",
)


def contact_row(
    pk: UUID,
    customer: UUID,
    name: str,
    email: str,
    phone: str,
    mobile: str,
    title: str,
    department: str,
    is_primary: bool,
    is_active: bool,
    receives: list[str],
    notes: str,
    created_at: datetime,
    updated_at: datetime,
) -> ContactObject:
    """A contact from CONTACT_COLUMNS."""
    return ContactObject(
        id=ids.encode(Contact.PREFIX, pk),
        customer_id=ids.encode(Customer.PREFIX, customer),
        name=name,
        email=text(email),
        phone=text(phone),
        mobile=text(mobile),
        title=text(title),
        department=text(department),
        is_primary=is_primary,
        is_active=is_active,
        receives=receives,
        notes=text(notes),
        created_at=timestamp(created_at),
        updated_at=timestamp(updated_at),
    )


def contact_object(contact: Contact) -> ContactObject:
    """A whole contact."""
    return contact_row(*(getattr(contact, name) for name in CONTACT_COLUMNS))
