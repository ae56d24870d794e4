"""Contacts as rows of files: each names its customer."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from bigledger_crm.imports.applying import apply_rows, changes_between, each, facts_of, inputs_of, remove_each
from bigledger_crm.imports.kinds import ImportField, ImportKind, RowResult, Values
from bigledger_crm.kernel import ids
from bigledger_crm.kernel.errors import DomainError, InvalidData, NotFound, field_error
from bigledger_crm.kernel.text import fold
from bigledger_crm.tenancy.actor import Actor
from customers.importing.named import CUSTOMER_BY, CUSTOMER_FIELDS, NamedCustomers
from customers.importing.sources import CONTACT_SOURCES
from customers.inputs import ContactInput
from customers.models import Contact, Customer
from customers.queries import locking_with_customers
from customers.services import create_contact, delete_contact, update_contact

_NOT_OF_CONTACT = frozenset({"id", "firstName", "lastName", *CUSTOMER_BY})
FIELDS = (
    *CUSTOMER_FIELDS,
    ImportField(name="name", label=_("Name"), known_as=("contact name", "full name", "contact", "contact person")),
    ImportField(name="firstName", label=_("First name"), known_as=("given name", "contact first name")),
    ImportField(name="lastName", label=_("Last name"), known_as=("surname", "family name", "contact last name")),
    ImportField(name="id", label=_("ID in BigLedger CRM"), known_as=("bigledger id",)),
    ImportField(
        name="email", label=_("Email address"), type="email", known_as=("email", "e mail", "email id", "contact email")
    ),
    ImportField(name="phone", label=_("Phone"), known_as=("phone number", "telephone", "tel", "contact phone")),
    ImportField(name="mobile", label=_("Mobile"), known_as=("mobile phone", "mobile no", "cell", "mobile number")),
    ImportField(name="title", label=_("Title"), known_as=("job title", "position", "designation", "role")),
    ImportField(name="department", label=_("Department")),
    ImportField(name="isPrimary", label=_("Main contact"), type="yes_no", known_as=("primary", "is primary contact")),
    ImportField(name="isActive", label=_("Active"), type="yes_no", known_as=("enabled",)),
    ImportField(name="receives", label=_("Receives"), type="list"),
    ImportField(name="notes", label=_("Notes"), known_as=("note", "comments")),
)


def _named(values: Values) -> dict[str, Any]:
    """The values with a name, which may be in two parts."""
    parts = (values.get("firstName"), values.get("lastName"))
    name = values.get("name") or " ".join(str(part) for part in parts if part)
    return {**values, "name": name} if name else dict(values)


def _key(values: Values, match_by: str) -> str:
    """A contact is told by its customer, and among its contacts by an email address or a name."""
    if match_by == "id":
        return str(values["id"]).strip().lower()
    named = next((values[name] for name in CUSTOMER_BY if name in values), "")
    return f"{fold(str(named))}\n{_own_key(_named(values), match_by)}"


def _own_key(values: Values, match_by: str) -> str:
    value = str(values.get("name" if match_by == "lastName" else match_by, ""))
    return value.strip().upper() if match_by == "email" else fold(value)


def _apply(actor: Actor, rows: Sequence[Values], match_by: str) -> list[RowResult]:
    rows = [_named(values) for values in rows]
    customers = NamedCustomers(rows)
    there = _contacts(rows, customers, match_by)
    return apply_rows(
        rows,
        match_by,
        lambda values: there(values),
        lambda new: each(new, lambda values: _create(actor, customers, values, match_by)),
        lambda contact, values: _update(actor, contact, values),
    )


def _contacts(rows: Sequence[Values], customers: NamedCustomers, match_by: str) -> Any:
    """The contacts that are there already, by the row."""
    if match_by == "id":
        wanted = [pk for values in rows if (pk := ids.decode(Contact.PREFIX, str(values["id"]).strip().lower()))]
        by_id = Contact.objects.select_related("customer").in_bulk(wanted)
        by_public_id = {contact.public_id: [contact] for contact in by_id.values()}
        return lambda values: by_public_id.get(str(values["id"]).strip().lower(), ())
    found: dict[tuple[UUID, str], list[Contact]] = defaultdict(list)
    of_customers = Contact.objects.filter(customer__in=[customer.pk for customer in customers])
    for contact in of_customers.select_related("customer"):
        facts = {"email": contact.email, "name": contact.name}
        found[contact.customer_id, _own_key(facts, match_by)].append(contact)

    def there(values: Values) -> Sequence[Contact]:
        several = customers.of(values)
        return found.get((several[0].pk, _own_key(values, match_by)), ()) if len(several) == 1 else ()

    return there


def _create(actor: Actor, customers: NamedCustomers, values: Values, match_by: str) -> Contact:
    if match_by == "id":
        raise NotFound("Contact", str(values["id"]))
    customer = customers.the_one(values, "Contact")
    _require_no_other_main(values, customer, None)
    return create_contact(actor, customer, _inputs(values, None))


def _update(actor: Actor, contact: Contact, values: Values) -> Mapping[str, Sequence[Any]]:
    _require_no_other_main(values, contact.customer, contact)
    names = [name for name in values if name not in _NOT_OF_CONTACT]
    before = facts_of(contact, names)
    return changes_between(before, facts_of(update_contact(actor, contact, _inputs(values, contact)), names))


def _require_no_other_main(values: Values, customer: Customer, contact: Contact | None) -> None:
    """An import changes the contact of its row only, so that it can be undone.  Raises InvalidData."""
    if values.get("isPrimary"):
        others = Contact.objects.filter(customer=customer, is_primary=True)
        if (others.exclude(pk=contact.pk) if contact else others).exists():
            raise InvalidData("Contact", field_error("is_primary", "The customer has another main contact"))


def _inputs(values: Values, contact: Contact | None) -> ContactInput:
    own = {name: value for name, value in values.items() if name not in _NOT_OF_CONTACT}
    return ContactInput(**inputs_of(own, contact))


def _remove(actor: Actor, keys: Sequence[UUID]) -> Mapping[UUID, DomainError]:
    return remove_each(keys, lambda pk: delete_contact(actor, _contact(pk)))


def _restore(actor: Actor, pk: UUID, values: Values) -> None:
    contact = _contact(pk)
    update_contact(actor, contact, _inputs(values, contact))


def _contact(pk: UUID) -> Contact:
    contact = Contact.objects.filter(pk=pk).first()
    if contact is None:
        raise NotFound("Contact", ids.encode(Contact.PREFIX, pk))
    return contact


CONTACTS = ImportKind(
    name="contacts",
    label=_("Contacts"),
    noun="Contact",
    object_type="contact",
    resource="customers",
    fields=FIELDS,
    match_by=("id", "email", "name", "lastName"),
    key=_key,
    apply=_apply,
    remove=_remove,
    restore=_restore,
    lock=locking_with_customers(Contact),
    sources=CONTACT_SOURCES,
    takes_custom_fields=True,
)
