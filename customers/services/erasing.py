"""Taking personal data out of the books, as far as the law lets us."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from bigledger_crm.documents.deleting import delete_files
from bigledger_crm.documents.models import Attachment, StoredDocument
from bigledger_crm.imports.models import ImportRow
from bigledger_crm.kernel import clock
from bigledger_crm.kernel.text import fold
from bigledger_crm.outbox.email_actions import cancel_emails
from bigledger_crm.outbox.erasing import delete_documents, empty_emails, erase_activity, note_erased
from bigledger_crm.outbox.events import record
from bigledger_crm.outbox.models import EmailStatus, OutboxEmail
from bigledger_crm.outbox.queries import sent_to
from bigledger_crm.privacy.archives import drop_archives
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.queries import counts_of_references
from bigledger_crm.web.models import UnsavedForm
from customers.errors import CustomerAnonymised, CustomerInUse
from customers.models import Contact, Customer, ReceivableEntry
from customers.personal_data import (
    customer_documents,
    customer_tables,
    emails_about,
    entries_about,
    keys_of,
    named_files,
    notes_naming,
    of_customer,
)
from customers.queries import MAX_SORT_KEY, lock_contact, lock_unmerged_customer

# What says of a document that something happened to it has a number, an amount or names of fields in its note.
_HARMLESS = Q(event__regex=r"\.(allocated|created|converted|issued|paid|recorded|revised|unallocated|updated)$")
_OF_PEOPLE = Q(event__startswith="customer.") | Q(event__startswith="contact.")
_EMPTY: dict[str, Any] = {
    "status": "inactive",
    "email": "",
    "phone": "",
    "website": "",
    "tax_number": "",
    "tin": "",
    "identification_type": "",
    "identification_number": "",
    "tin_check": "",
    "tin_checked_at": None,
    "address": None,
    "billing_address": None,
    "shipping_address": None,
    "credit_limit": None,
    "reminders_enabled": False,
    "was_renamed": True,
    "tags": [],
    "custom_fields": {},
}


def obstacles(actor: Actor, customer: Customer) -> dict[str, int]:
    """What is still in progress with a customer, by its name in JSON: nothing of it may be erased before that ends."""
    found = {known.name: known.rows(customer).filter(known.open(actor)).count() for known in customer_documents}
    found["currentBalance"] = int(customer.current_balance != 0)
    found["emailsBeingSent"] = emails_about(customer).filter(status=EmailStatus.SENDING).count()
    return {name: count for name, count in found.items() if count}


def has_documents(customer: Customer) -> bool:
    """Whether anything refers to a customer, such as a quote or a payment: then it is anonymised, not deleted."""
    return bool(counts_of_references(customer, apart_from=[ReceivableEntry]))


@transaction.atomic
def erase_customer(actor: Actor, customer: Customer, *, with_files: bool = False) -> Customer | None:
    """Takes personal data about a customer, its contacts and what was never issued out of the database, for good.

    Without documents the customer is deleted, and None returned.  Else it is anonymised: documents that the law wants
    kept stay as they were issued, with their PDFs, and with the files attached to them unless `with_files`.  Once more
    changes nothing.  Raises CustomerInUse, CustomerMerged, NotFound, PermissionDenied.
    """
    actor.require("privacy", "manage")
    stored = Customer.objects.filter(pk=customer.pk).first()
    if stored is not None and stored.anonymised_at is not None:
        return stored
    try:
        stored = lock_unmerged_customer(customer.pk, with_key=True)
    except CustomerAnonymised:  # while this one waited
        return Customer.objects.get(pk=customer.pk)
    for known in customer_documents:
        list(known.rows(stored).order_by("pk").select_for_update(no_key=True).values_list("pk"))
    if in_the_way := obstacles(actor, stored):
        raise CustomerInUse(in_the_way)
    for known in customer_documents:
        for draft in known.rows(stored).filter(known.draft):
            known.cancel(actor, draft)
    cancel_emails(actor, emails_about(stored), why="")
    if not has_documents(stored):
        _delete(actor, stored)
        return None
    return _anonymise(actor, stored, with_files)


def _delete(actor: Actor, customer: Customer) -> None:
    note_erased(actor, _keys(keys_of(customer)), wholly=True)
    _erase_around(customer, of_customer(Attachment.objects.all(), customer, "document_id"))
    number, pk = customer.customer_number, customer.pk
    customer.delete()
    record(actor, "customer.deleted", pk, note=number)


def _anonymise(actor: Actor, customer: Customer, with_files: bool) -> Customer:
    name = anonymised_name(customer)
    owners = Customer.objects.filter(Q(pk=customer.pk) | Q(merged_into=customer))
    gone = _keys([owners.values("pk"), Contact.objects.filter(customer=customer).values("pk")])
    for known in customer_documents:
        erased, kept = (_keys([rows.values("pk")]) for rows in known.parted(customer))
        note_erased(actor, erased, wholly=True)
        note_erased(actor, kept, wholly=False)
        known.erase(known.rows(customer).filter(pk__in=erased), name)
        known.soften(known.rows(customer).filter(pk__in=kept))
        gone += erased
    note_erased(actor, gone, wholly=True)
    others = [table.rows(customer).values("pk") for table in customer_tables if table.is_document]
    note_erased(actor, _keys(others), wholly=False)
    files = of_customer(Attachment.objects.all(), customer, "document_id")
    _erase_around(customer, files if with_files else files.filter(document_id__in=gone))
    delete_documents(StoredDocument.objects.filter(document_id__in=gone))
    Contact.objects.filter(customer=customer).delete()
    for owner in owners:
        _empty(owner)
    record(actor, "customer.anonymised", customer.pk, note=customer.customer_number)
    return Customer.objects.get(pk=customer.pk)


def _erase_around(customer: Customer, files: QuerySet[Attachment]) -> None:
    """What was sent to a customer, written about it and filed under it; archives about it, and forms left open."""
    empty_emails(emails_about(customer))
    erase_activity(entries_about(customer).exclude(_HARMLESS & ~_OF_PEOPLE))
    _delete_attachments(files)
    delete_documents(StoredDocument.objects.filter(document_id=customer.pk))
    drop_archives(_keys(keys_of(customer)))
    of_customer(ImportRow.objects.all(), customer, "object_id").delete()
    UnsavedForm.objects.filter(content__contains=customer.public_id).delete()


def anonymised_name(customer: Customer) -> str:
    """What a customer is called afterwards; guards of the database know its beginning."""
    return f"Anonymised customer {customer.customer_number}"


def _empty(customer: Customer) -> None:
    now, name = clock.now(), anonymised_name(customer)
    texts = {"name": name, "name_sort": fold(name)[:MAX_SORT_KEY], "search_text": fold(name)}
    Customer.objects.filter(pk=customer.pk).update(**_EMPTY, **texts, anonymised_at=now, updated_at=now)


@transaction.atomic
def erase_contact(actor: Actor, contact: Contact) -> None:
    """Deletes a contact with the emails to it, what was written about it, and files that carry its name, for good.

    Emails stay where the customer or somebody else has the same address.  Documents carry the customer's name and
    address, not those of contacts.  Raises NotFound, CustomerMerged, PermissionDenied.
    """
    actor.require("privacy", "manage")
    lock_unmerged_customer(contact.customer_id)
    stored = lock_contact(contact.pk)
    emails = emails_to_contact(stored)
    cancel_emails(actor, emails, why="")
    notes = _keys([notes_naming(stored).values("pk")])
    note_erased(actor, [stored.pk, *notes], wholly=True)
    empty_emails(emails)
    erase_activity(entries_about(stored.customer).filter(pk__in=notes))
    erase_activity(entries_about(stored.customer).filter(subjects__contains=[stored.pk]))
    _delete_attachments(named_files(stored))
    drop_archives([stored.pk])
    ImportRow.objects.filter(object_id=stored.pk).delete()
    customer_id = stored.customer_id
    stored.delete()
    record(actor, "contact.deleted", contact.pk, customer_id)


def emails_to_contact(contact: Contact) -> QuerySet[OutboxEmail]:
    """The emails about a customer to a contact's address, if that is nobody else's."""
    if not contact.email or _is_shared(contact):
        return OutboxEmail.objects.none()
    return sent_to([contact.email]).filter(pk__in=emails_about(contact.customer).values("pk"))


def _is_shared(contact: Contact) -> bool:
    others = Contact.objects.filter(customer=contact.customer_id, email__iexact=contact.email).exclude(pk=contact.pk)
    return others.exists() or contact.customer.email.lower() == contact.email.lower()


def _delete_attachments(rows: QuerySet[Attachment]) -> None:
    delete_files(list(rows.values_list("file", flat=True)))
    rows.delete()


def _keys(queries: Iterable[QuerySet[Any]]) -> list[Any]:
    return [pk for rows in queries for pk in rows.values_list("pk", flat=True)]
