"""Customers and contacts as they are in JSON."""

from collections import defaultdict
from collections.abc import Callable, Collection
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal, TypeAlias
from uuid import UUID

from msgspec import UNSET, UnsetType

from bigledger_crm.api.responses import ApiStruct, amount, optional_amount, text, timestamp, word
from bigledger_crm.custom_fields.rules import DeclaredFields
from bigledger_crm.kernel import ids
from bigledger_crm.tenancy.record_owners import owner_public_id
from customers.models import Contact, Customer

CustomerStatus: TypeAlias = Literal["active", "inactive", "blocked"]


class ContactSummary(ApiStruct):
    """A contact inside its customer."""

    id: str
    name: str
    email: str | None
    phone: str | None
    title: str | None
    is_primary: bool


class CustomerRow(ApiStruct):
    """A customer in a list; amounts in the customer's currency."""

    id: str
    customer_number: str
    name: str
    email: str | None
    phone: str | None
    current_balance: Decimal
    total_sales: Decimal
    status: CustomerStatus
    created_at: str | None
    contacts: list[ContactSummary] | UnsetType = UNSET


class CustomerObject(ApiStruct):
    """A customer; amounts in the customer's currency."""

    id: str
    customer_number: str
    name: str
    type: Literal["individual", "business"]
    email: str | None
    phone: str | None
    website: str | None
    tax_number: str | None
    tin: str | None
    identification_type: Literal["brn", "nric", "passport", "army"] | None
    identification_number: str | None
    einvoice_preference: Literal["individual", "consolidated"]
    is_government: bool
    address: dict[str, str] | None
    billing_address: dict[str, str] | None
    shipping_address: dict[str, str] | None
    currency: str
    payment_terms: int
    credit_limit: Decimal | None
    current_balance: Decimal
    total_sales: Decimal
    last_sale_date: str | None
    status: CustomerStatus
    reminders_enabled: bool
    language: str | None
    tags: list[str]
    custom_fields: dict[str, Any]
    owner_id: str | None
    contacts: list[ContactSummary]
    created_at: str | None
    updated_at: str | None


CUSTOMER_COLUMNS = (
    "id",
    "customer_number",
    "name",
    "email",
    "phone",
    "currency",
    "current_balance",
    "total_sales",
    "status",
    "created_at",
)


def customer_row(
    pk: UUID,
    number: str,
    name: str,
    email: str,
    phone: str,
    currency: str,
    balance: Decimal,
    sales: Decimal,
    status: str,
    created_at: datetime,
) -> CustomerRow:
    """A list row from CUSTOMER_COLUMNS."""
    return CustomerRow(
        id=ids.encode(Customer.PREFIX, pk),
        customer_number=number,
        name=name,
        email=text(email),
        phone=text(phone),
        current_balance=amount(balance, currency),
        total_sales=amount(sales, currency),
        status=word(status),
        created_at=timestamp(created_at),
    )


def contacts_of(customers: Collection[UUID]) -> Callable[[UUID], list[ContactSummary]]:
    """The contacts of each of several customers, in one query."""
    found: dict[UUID, list[ContactSummary]] = defaultdict(list)
    for contact in Contact.objects.filter(customer__in=customers).order_by("created_at", "id"):
        found[contact.customer_id].append(_contact_summary(contact))
    return lambda customer: found.get(customer, [])


def _contact_summary(contact: Contact) -> ContactSummary:
    return ContactSummary(
        id=contact.public_id,
        name=contact.name,
        email=text(contact.email),
        phone=text(contact.phone),
        title=text(contact.title),
        is_primary=contact.is_primary,
    )


def customer_object(customer: Customer, declared: DeclaredFields) -> CustomerObject:
    """The whole customer, with contacts; `declared` are the custom fields of customers."""
    currency = customer.currency
    return CustomerObject(
        id=customer.public_id,
        customer_number=customer.customer_number,
        name=customer.name,
        type=word(customer.type),
        email=text(customer.email),
        phone=text(customer.phone),
        website=text(customer.website),
        tax_number=text(customer.tax_number),
        tin=text(customer.tin),
        identification_type=word(customer.identification_type) if customer.identification_type else None,
        identification_number=text(customer.identification_number),
        einvoice_preference=word(customer.einvoice_preference),
        is_government=customer.is_government,
        address=customer.address,
        billing_address=customer.billing_address,
        shipping_address=customer.shipping_address,
        currency=currency,
        payment_terms=customer.payment_terms,
        credit_limit=optional_amount(customer.credit_limit, currency),
        current_balance=amount(customer.current_balance, currency),
        total_sales=amount(customer.total_sales, currency),
        last_sale_date=customer.last_sale_date.isoformat() if customer.last_sale_date else None,
        status=word(customer.status),
        reminders_enabled=customer.reminders_enabled,
        language=text(customer.language),
        tags=customer.tags,
        custom_fields=declared.shown(customer.custom_fields),
        owner_id=owner_public_id(customer.owner_id),
        contacts=[_contact_summary(contact) for contact in customer.contacts.order_by("created_at", "id")],
        created_at=timestamp(customer.created_at),
        updated_at=timestamp(customer.updated_at),
    )
