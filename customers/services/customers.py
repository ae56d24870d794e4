"""Making, changing and deleting customers."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import IntegrityError, transaction
from msgspec import UNSET

from bigledger_crm.custom_fields.queries import fields_for
from bigledger_crm.custom_fields.services import write_refusal
from bigledger_crm.documents.attachments import attachments_of, remove_attachment
from bigledger_crm.kernel import clock
from bigledger_crm.kernel.changes import apply_changes
from bigledger_crm.kernel.errors import FieldError, InvalidData, PermissionDenied, field_error, under
from bigledger_crm.kernel.text import camel_case, fold
from bigledger_crm.numbering.services import next_number
from bigledger_crm.outbox.events import record
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.queries import counts_of_references
from bigledger_crm.tenancy.record_owners import chosen_owner, owner_public_id
from bigledger_crm.tenancy.scope import whole_company
from customers import rules
from customers.errors import CurrencyFixed, CustomerHasTransactions, CustomerNumberTaken
from customers.inputs import ContactInput, CustomerInput
from customers.models import Customer, ReceivableEntry
from customers.queries import MAX_SORT_KEY, lock_customer, lock_unmerged_customer
from customers.services.contacts import add_contacts, check_contact
from customers.services.owners import hand_over_documents, lock_for_owner
from customers.services.tin_checks import forget_tin_check, request_tin_check


@transaction.atomic
def create_customer(actor: Actor, inputs: CustomerInput, contacts: Sequence[ContactInput] = ()) -> Customer:
    """A new customer and, at once, contacts; without another owner it is the actor's, who is a member.

    Raises InvalidData with every failing field, CustomerNumberTaken for a given number that isn't free,
    CustomFieldTaken for a value of a unique field, MissingRight for another owner.
    """
    errors = []
    clean_contacts = []
    for position, contact in enumerate(contacts):
        contact_values, contact_errors = check_contact(actor, contact, None)
        clean_contacts.append(contact_values)
        errors += under(contact_errors, "contacts", position)
    if sum(contact.get("is_primary", False) for contact in clean_contacts) > 1:
        errors += field_error("contacts", "At most one contact can be primary")
    customer = prepare_customer(actor, inputs, errors)
    insert_customer(customer)
    add_contacts(customer, clean_contacts)
    record(actor, "customer.created", customer.pk)
    request_tin_check(customer)
    return customer


def prepare_customer(actor: Actor, inputs: CustomerInput, others: Sequence[FieldError] = ()) -> Customer:
    """A customer that isn't stored yet.  Raises InvalidData with what is wrong with it and `others`, MissingRight."""
    company = actor.company
    values, errors = rules.clean_customer(
        inputs,
        stored=None,
        default_currency=company.currency,
        country=company.country,
        declared=fields_for(actor, "customers"),
    )
    owner, owner_errors = chosen_owner(actor, inputs.owner_id, actor.member)
    if errors := [*errors, *others, *owner_errors]:
        raise InvalidData("Customer", errors)
    values["owner_id"] = owner
    values.setdefault("currency", company.currency)
    values.setdefault("payment_terms", company.payment_terms)
    now = clock.now()
    customer = Customer(company=company, created_by=actor.id, created_at=now, updated_at=now, **values)
    derive(customer)
    return customer


def insert_customer(customer: Customer) -> None:
    """Stores a prepared customer, with the next number unless it has one.

    Raises CustomerNumberTaken, CustomFieldTaken.
    """
    if customer.customer_number:
        _insert(customer)
    else:
        _insert_with_next_number(customer)


@transaction.atomic
def update_customer(actor: Actor, customer: Customer, inputs: CustomerInput) -> Customer:
    """Changes what is given only.  Open documents that had the customer's owner follow to a new one.

    Raises InvalidData, CustomerNumberTaken, CustomFieldTaken, CustomerMerged, PermissionDenied for what needs more than
    writing customers, and CurrencyFixed when documents in the old currency exist.
    """
    changes_owner = inputs.owner_id is not UNSET
    stored = lock_for_owner(customer.pk) if changes_owner else lock_unmerged_customer(customer.pk, with_key=True)
    known = {name: getattr(stored, name) for name in rules.CHECKED_AGAINST}
    values, errors = rules.clean_customer(
        inputs,
        stored=known,
        default_currency=actor.company.currency,
        country=actor.company.country,
        declared=fields_for(actor, "customers"),
    )
    if changes_owner:
        values["owner_id"], owner_errors = chosen_owner(actor, inputs.owner_id, stored.owner_id)
        errors += owner_errors
    if errors:
        raise InvalidData("Customer", errors)
    _require_safeguards(actor, known, values)
    changes = apply_changes(stored, values)
    if not changes:
        return stored
    if "currency" in changes and _transaction_counts(stored):
        raise CurrencyFixed("The currency cannot be changed once the customer has documents")
    stored.updated_at = clock.now()
    stored.was_renamed = stored.was_renamed or "name" in changes
    derive(stored)
    has_other_identity = bool(changes.keys() & set(rules.TAX_IDENTITY))
    forgotten = forget_tin_check(stored) if has_other_identity else []
    try:
        with transaction.atomic():
            stored.save(update_fields=[*changes, *forgotten, "updated_at", "was_renamed", "name_sort", "search_text"])
    except IntegrityError as error:
        raise _refusal(stored, error) from error
    record(
        actor,
        "customer.updated",
        stored.pk,
        changes={camel_case(name): [_plain(name, one) for one in pair] for name, pair in changes.items()},
    )
    if has_other_identity:
        request_tin_check(stored)
    if "owner_id" in changes:
        hand_over_documents(actor, stored, changes["owner_id"][0])
    return stored


@transaction.atomic
def change_tags(actor: Actor, customer: Customer, add: Sequence[str], remove: Sequence[str]) -> Customer:
    """Adds tags to those that the customer has now, and takes others off.  Raises InvalidData, CustomerMerged."""
    stored = lock_unmerged_customer(customer.pk, with_key=True)
    return update_customer(actor, stored, CustomerInput(tags=rules.changed_tags(stored.tags, add, remove)))


@transaction.atomic
def delete_customer(actor: Actor, customer: Customer) -> None:
    """Deletes a customer that has no documents.  Raises CustomerHasTransactions with the counts per kind."""
    stored = lock_customer(customer.pk, with_key=True)
    counts = _transaction_counts(stored)
    if counts:
        raise CustomerHasTransactions(counts)
    for attachment in attachments_of([stored.pk]).get(stored.pk, []):
        remove_attachment(attachment)
    stored.delete()
    record(actor, "customer.deleted", customer.pk, note=f"{customer.customer_number} {customer.name}")


def _require_safeguards(actor: Actor, known: Mapping[str, Any], values: Mapping[str, Any]) -> None:
    """Raises PermissionDenied, which names the fields and the permissions that are missing."""
    missing = [
        FieldError((name,), f"This needs the permission '{resource}:{verb}'")
        for name, (resource, verb) in rules.safeguards_of(known, values)
        if not actor.may(resource, verb)
    ]
    if missing:
        raise PermissionDenied(missing[0].message, errors=missing)


def _transaction_counts(customer: Customer) -> dict[str, int]:
    """How many documents of each kind the customer has; ledger entries come with their documents."""
    return counts_of_references(customer, apart_from=[ReceivableEntry])


def derive(customer: Customer) -> None:
    """What is kept of a customer for sorting and searching."""
    customer.name_sort = fold(customer.name)[:MAX_SORT_KEY]
    customer.search_text = fold(f"{customer.name} {customer.email} {customer.customer_number}")


def _insert(customer: Customer) -> None:
    try:
        with transaction.atomic():
            customer.save(force_insert=True)
    except IntegrityError as error:
        raise _refusal(customer, error) from error


def _insert_with_next_number(customer: Customer) -> None:
    """The counter passes over numbers that callers gave by hand."""
    company = customer.company
    while True:
        customer.customer_number = next_number(company, "customer")
        with whole_company():
            if not Customer.objects.filter(customer_number__iexact=customer.customer_number).exists():
                break
    derive(customer)
    _insert(customer)


def _refusal(customer: Customer, error: IntegrityError) -> Exception:
    if "customer_number_unique" in str(error):
        return CustomerNumberTaken(f"Customer number '{customer.customer_number}' is taken")
    return write_refusal(error, customer, customer.company, "customers")


def _plain(name: str, value: Any) -> Any:
    if name == "owner_id":
        return owner_public_id(value)
    return value if isinstance(value, str | int | bool | list | dict | None) else str(value)
