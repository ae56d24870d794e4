"""Making, changing and deleting contacts.  At most one contact of a customer is primary."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction

from bigledger_crm.custom_fields.services import clean_custom_fields, unique_fields_kept
from bigledger_crm.kernel import clock, ids
from bigledger_crm.kernel.changes import apply_changes
from bigledger_crm.kernel.errors import FieldError, InvalidData
from bigledger_crm.kernel.text import fold
from bigledger_crm.outbox.events import record
from bigledger_crm.tenancy.actor import Actor
from customers import rules
from customers.inputs import ContactInput
from customers.models import Contact, Customer
from customers.queries import lock_contact, lock_unmerged_customer


def add_contacts(customer: Customer, contacts: Sequence[dict[str, Any]]) -> list[Contact]:
    """Adds contacts, by their clean columns, inside the caller's transaction; they keep their order.

    Raises CustomFieldTaken.
    """
    now = clock.now()
    keys = sorted(ids.new_id() for _ in contacts)
    rows = [
        Contact(id=key, company_id=customer.company_id, customer=customer, created_at=now, updated_at=now, **values)
        for key, values in zip(keys, contacts, strict=True)
    ]
    for row in rows:
        _derive(row)
    with unique_fields_kept(customer.company, rows):
        return Contact.objects.bulk_create(rows)


@transaction.atomic
def create_contact(actor: Actor, customer: Customer, inputs: ContactInput) -> Contact:
    """A new contact; a new primary one demotes the old.  Raises InvalidData, CustomFieldTaken."""
    values = _clean(actor, inputs, None)
    lock_unmerged_customer(customer.pk)
    if values.get("is_primary"):
        _demote_primary(customer)
    (contact,) = add_contacts(customer, [values])
    record(actor, "contact.created", contact.pk, customer.pk)
    return contact


@transaction.atomic
def update_contact(actor: Actor, contact: Contact, inputs: ContactInput) -> Contact:
    """Changes what is given only; a new primary contact demotes the old.  Raises InvalidData, CustomFieldTaken."""
    lock_unmerged_customer(contact.customer_id)
    stored = lock_contact(contact.pk)
    values = _clean(actor, inputs, stored)
    changes = apply_changes(stored, values)
    if not changes:
        return stored
    if "is_primary" in changes and stored.is_primary:
        _demote_primary(stored.customer)
    stored.updated_at = clock.now()
    _derive(stored)
    with unique_fields_kept(actor.company, [stored]):
        stored.save(update_fields=[*changes, "updated_at", "search_text"])
    record(actor, "contact.updated", stored.pk, stored.customer_id)
    return stored


@transaction.atomic
def delete_contact(actor: Actor, contact: Contact) -> None:
    """Deletes a contact; documents carry their own copies.  Raises NotFound when it is gone already."""
    lock_contact(contact.pk).delete()
    record(actor, "contact.deleted", contact.pk, contact.customer_id, note=contact.name)


def check_contact(
    actor: Actor, inputs: ContactInput, stored: Contact | None
) -> tuple[dict[str, Any], list[FieldError]]:
    """The clean columns of what was given of a contact, and what is wrong with it; `stored` is None for a new one."""
    values, errors = rules.clean_contact(inputs, creating=stored is None, country=actor.company.country)
    own, wrong = clean_custom_fields(actor, Contact, inputs.custom_fields, stored.custom_fields if stored else None)
    return {**values, **own}, [*errors, *wrong]


def _clean(actor: Actor, inputs: ContactInput, stored: Contact | None) -> dict[str, Any]:
    values, errors = check_contact(actor, inputs, stored)
    if errors:
        raise InvalidData("Contact", errors)
    return values


def _derive(contact: Contact) -> None:
    parts = (contact.name, contact.email, contact.phone, contact.mobile, contact.title, contact.department)
    contact.search_text = fold(" ".join(parts))


def _demote_primary(customer: Customer) -> None:
    Contact.objects.filter(customer=customer, is_primary=True).update(is_primary=False, updated_at=clock.now())
