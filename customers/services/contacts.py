"""Making, changing and deleting contacts.  At most one contact of a customer is primary."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction

from bigledger_crm.kernel import clock, ids
from bigledger_crm.kernel.changes import apply_changes
from bigledger_crm.kernel.errors import InvalidData
from bigledger_crm.kernel.text import fold
from bigledger_crm.outbox.events import record
from bigledger_crm.tenancy.actor import Actor
from customers import rules
from customers.inputs import ContactInput
from customers.models import Contact, Customer
from customers.queries import lock_contact, lock_unmerged_customer


def add_contacts(customer: Customer, contacts: Sequence[dict[str, Any]]) -> list[Contact]:
    """Adds contacts, by their clean columns, inside the caller's transaction; they keep their order."""
    now = clock.now()
    keys = sorted(ids.new_id() for _ in contacts)
    rows = [
        Contact(id=key, company_id=customer.company_id, customer=customer, created_at=now, updated_at=now, **values)
        for key, values in zip(keys, contacts, strict=True)
    ]
    for row in rows:
        _derive(row)
    return Contact.objects.bulk_create(rows)


@transaction.atomic
def create_contact(actor: Actor, customer: Customer, inputs: ContactInput) -> Contact:
    """A new contact; a new primary one demotes the old.  Raises InvalidData."""
    values = _clean(actor, inputs, creating=True)
    lock_unmerged_customer(customer.pk)
    if values.get("is_primary"):
        _demote_primary(customer)
    (contact,) = add_contacts(customer, [values])
    record(actor, "contact.created", contact.pk, customer.pk)
    return contact


@transaction.atomic
def update_contact(actor: Actor, contact: Contact, inputs: ContactInput) -> Contact:
    """Changes what is given only; a new primary contact demotes the old.  Raises InvalidData."""
    values = _clean(actor, inputs, creating=False)
    lock_unmerged_customer(contact.customer_id)
    stored = lock_contact(contact.pk)
    changes = apply_changes(stored, values)
    if not changes:
        return stored
    if "is_primary" in changes and stored.is_primary:
        _demote_primary(stored.customer)
    stored.updated_at = clock.now()
    _derive(stored)
    stored.save(update_fields=[*changes, "updated_at", "search_text"])
    record(actor, "contact.updated", stored.pk, stored.customer_id)
    return stored


@transaction.atomic
def delete_contact(actor: Actor, contact: Contact) -> None:
    """Deletes a contact; documents carry their own copies.  Raises NotFound when it is gone already."""
    lock_contact(contact.pk).delete()
    record(actor, "contact.deleted", contact.pk, contact.customer_id, note=contact.name)


def _clean(actor: Actor, inputs: ContactInput, *, creating: bool) -> dict[str, Any]:
    values, errors = rules.clean_contact(inputs, creating=creating, country=actor.company.country)
    if errors:
        raise InvalidData("Contact", errors)
    return values


def _derive(contact: Contact) -> None:
    parts = (contact.name, contact.email, contact.phone, contact.mobile, contact.title, contact.department)
    contact.search_text = fold(" ".join(parts))


def _demote_primary(customer: Customer) -> None:
    Contact.objects.filter(customer=customer, is_primary=True).update(is_primary=False, updated_at=clock.now())
