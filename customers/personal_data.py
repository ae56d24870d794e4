"""What is kept about customers and contacts, for archives of it and for erasing it.

An app that has rows about customers registers them in its own `personal_data.py`.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy

from bigledger_crm.audit.models import AuditEntry
from bigledger_crm.documents.models import Attachment, StoredDocument
from bigledger_crm.imports.models import ImportRow
from bigledger_crm.outbox.models import OutboxEmail
from bigledger_crm.outbox.queries import sent_to
from bigledger_crm.privacy.contents import (
    CHUNK,
    Part,
    Table,
    activity_table,
    attachments,
    emails_table,
    stored_documents,
    table_of,
)
from bigledger_crm.privacy.kinds import PersonKind, person_kinds
from bigledger_crm.privacy.models import PersonArchive
from bigledger_crm.registry import Registry, Text
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.base_models import CompanyOwnedModel
from bigledger_crm.tenancy.queries import by_public_id
from bigledger_crm.web.models import UnsavedForm
from customers.models import Contact, Customer, ReceivableEntry
from customers.queries import customer_by_public_id

EVERY_ROW = Q()


@dataclass(frozen=True)
class CustomerTable:
    """A table with rows about customers: its name in archives, and the lookups that lead to the customer.

    One of several `lookups` is enough, of the rows that `only` leaves.  Where `is_document`, emails, files, notes and
    PDFs hang on its rows.
    """

    name: str
    model: type[CompanyOwnedModel]
    lookups: tuple[str, ...] = ("customer",)
    is_document: bool = False
    only: Q = EVERY_ROW

    def rows(self, customer: Customer) -> QuerySet[Any]:
        """The rows about a customer."""
        rows = self.model._default_manager.filter(self.only)
        about = rows.filter(reduce(or_, [Q(**{lookup: customer}) for lookup in self.lookups]))
        return rows.filter(pk__in=about.values("pk")) if len(self.lookups) > 1 else about


@dataclass(frozen=True)
class CustomerDocuments:
    """What erasing a customer does to its documents of one kind; all of it is called inside the transaction.

    While a row is `open` nothing is erased.  A `draft` is cancelled first.  Rows that are `kept`, as the law wants,
    lose contact data (`soften`); from all others `erase` takes everything personal, and renames the customer.
    """

    name: str
    label: Text
    table: CustomerTable
    open: Callable[[Actor], Q]
    draft: Q
    cancel: Callable[[Actor, Any], Any]
    kept: Q
    erase: Callable[[QuerySet[Any], str], None]
    soften: Callable[[QuerySet[Any]], None]

    def rows(self, customer: Customer) -> QuerySet[Any]:
        """The customer's documents of this kind."""
        return self.table.rows(customer)

    def parted(self, customer: Customer) -> tuple[QuerySet[Any], QuerySet[Any]]:
        """Those that are erased, and those that are kept."""
        return self.rows(customer).exclude(self.kept), self.rows(customer).filter(self.kept)


customer_tables: Registry[CustomerTable] = Registry()
customer_documents: Registry[CustomerDocuments] = Registry()


def keys_of(customer: Customer) -> list[QuerySet[Any]]:
    """The keys of a customer, of those merged into it, of its contacts and of its documents."""
    owners = Customer.objects.filter(Q(pk=customer.pk) | Q(merged_into=customer))
    documents = [table.rows(customer) for table in customer_tables if table.is_document]
    return [rows.values("pk") for rows in (owners, Contact.objects.filter(customer=customer), *documents)]


def entries_about(customer: Customer) -> QuerySet[AuditEntry]:
    """What happened to a customer, its contacts and its documents."""
    about = [Q(subjects__overlap=ArraySubquery(keys)) for keys in keys_of(customer)]
    return AuditEntry.objects.filter(reduce(or_, about))


def of_customer(rows: QuerySet[Any], customer: Customer, column: str) -> QuerySet[Any]:
    """The rows whose `column` is the key of a customer, or of one of its documents."""
    return rows.filter(reduce(or_, [Q(**{f"{column}__in": keys}) for keys in keys_of(customer)]))


def emails_about(customer: Customer) -> QuerySet[OutboxEmail]:
    """Emails about a customer and its documents."""
    return of_customer(OutboxEmail.objects.all(), customer, "related_id")


def _customer_parts(customer: Customer) -> Iterator[Part]:
    owners = Q(pk=customer.pk) | Q(merged_into=customer)
    yield table_of("customer", Customer.objects.filter(owners))
    yield table_of("contacts", Contact.objects.filter(customer=customer))
    for table in customer_tables:
        yield table_of(table.name, table.rows(customer))
    yield emails_table(emails_about(customer))
    yield activity_table(entries_about(customer))
    yield table_of("imported-rows", of_customer(ImportRow.objects.all(), customer, "object_id"))
    yield table_of("unsaved-forms", UnsavedForm.objects.filter(content__contains=customer.public_id))
    yield from attachments(of_customer(Attachment.objects.all(), customer, "document_id"))
    yield from stored_documents(of_customer(StoredDocument.objects.all(), customer, "document_id"))


def _contact_parts(contact: Contact) -> Iterator[Part]:
    customer = contact.customer
    yield table_of("contact", Contact.objects.filter(pk=contact.pk))
    yield table_of("customer", Customer.objects.filter(pk=customer.pk), only=("id", "customer_number", "name"))
    yield _documents_naming(contact)
    yield table_of("imported-rows", ImportRow.objects.filter(object_id=contact.pk))
    yield emails_table(sent_to([contact.email]))
    yield activity_table(AuditEntry.objects.filter(subjects__contains=[contact.pk]))
    yield activity_table(notes_naming(contact), "named-in")


def notes_naming(contact: Contact) -> QuerySet[AuditEntry]:
    """What was noted about the customer and its documents and names the contact: by people, as receiver, as file."""
    named = Q(note__iregex=_as_a_word(contact.name))
    if contact.email:
        named |= Q(note__icontains=contact.email)
    return entries_about(contact.customer).filter(named)


def named_files(contact: Contact) -> QuerySet[Attachment]:
    """The files about the customer whose names name the contact."""
    return Attachment.objects.filter(document_id=contact.customer_id, filename__iregex=_as_a_word(contact.name))


def _as_a_word(name: str) -> str:
    """An expression of the database's that finds a name, and not within other words."""
    return rf"(^|[^[:alnum:]]){re.escape(name)}($|[^[:alnum:]])"


def _documents_naming(contact: Contact) -> Table:
    """The documents of the customer that carry the contact's address."""

    def rows() -> Iterator[list[str]]:
        for table in customer_tables if contact.email else ():
            if hasattr(table.model, "customer_email"):
                for row in table.rows(contact.customer).filter(customer_email__iexact=contact.email).iterator(CHUNK):
                    yield [table.name, str(row), row.public_id]

    return Table("documents-with-the-address", ("kind", "number", "id"), rows())


def find_contact(public_id: str) -> Contact:
    """The contact with a `contact_…` id, whichever customer it belongs to.  Raises NotFound."""
    return by_public_id(Contact.objects.select_related("customer"), "Contact", public_id)


def _load_customer(archive: PersonArchive) -> Customer | None:
    return Customer.objects.filter(pk=archive.subject_id).first()


def _load_contact(archive: PersonArchive) -> Contact | None:
    return Contact.objects.select_related("customer").filter(pk=archive.subject_id).first()


def register() -> None:
    """Registers customers and contacts as people who can ask for an archive, and the tables about them."""
    person_kinds.register(
        PersonKind(
            "customer",
            gettext_lazy("Customer"),
            customer_by_public_id,
            _load_customer,
            _customer_parts,
            page="customers:detail",
        ),
        PersonKind(
            "contact", gettext_lazy("Contact"), find_contact, _load_contact, _contact_parts, page="customers:list"
        ),
    )
    customer_tables.register(CustomerTable("receivable-entries", ReceivableEntry))
