"""Erasing contacts."""

from pathlib import Path

import pytest
from pytest_django import DjangoCaptureOnCommitCallbacks

from bigledger_crm.audit.models import AuditEntry
from bigledger_crm.audit.services import write_note
from bigledger_crm.documents.models import Attachment
from bigledger_crm.outbox.models import OutboxEmail
from bigledger_crm.privacy import archives
from bigledger_crm.privacy.kinds import person_kinds
from bigledger_crm.privacy.models import PersonArchive
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.testing.factories import make_customer, make_invoice
from customers.inputs import ContactInput
from customers.models import Contact, Customer
from customers.services import (
    attach_to_customer,
    create_contact,
    erase_contact,
)
from invoicing.integrity import check_integrity
from invoicing.services import (
    send_invoice,
)
from invoicing.tests.erasing.support import MAIL, NAME, found
from sales.services import (
    EmailOptions,
)

pytestmark = pytest.mark.usefixtures("in_company")


def test_a_contact_is_erased_with_what_names_it(
    actor: Actor, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks, files: Path
) -> None:
    customer = make_customer(actor, name="Acme")
    invoice = make_invoice(actor, customer)
    contact = create_contact(actor, customer, ContactInput(name=f"{NAME} Wong", email=f"{MAIL}example.com"))
    send_invoice(actor, invoice, EmailOptions(to=[f"{MAIL}example.com"], subject="x", message=f"Dear {NAME}"))
    write_note(actor, "invoice.noted", invoice.pk, customer.pk, words=f"{NAME} Wong will pay")
    write_note(actor, "invoice.noted", invoice.pk, customer.pk, words="Somebody else called")
    attach_to_customer(actor, customer, filename=f"CV {NAME} Wong.txt", content=b"x")
    attach_to_customer(actor, customer, filename="contract.txt", content=b"y")
    archive = archives.request_archive(actor, person_kinds["contact"], contact)
    archives.make(archive.pk)
    with django_capture_on_commit_callbacks(execute=True):
        erase_contact(actor, contact)
    assert found(NAME, MAIL) == {}
    assert [one.filename for one in Attachment.objects.all()] == ["contract.txt"]
    assert not PersonArchive.objects.exists()
    assert AuditEntry.objects.filter(note="Somebody else called").exists()
    assert not Contact.objects.exists()
    assert check_integrity(actor.company) == []


def test_emails_to_a_shared_address_stay(actor: Actor, customer: Customer) -> None:
    invoice = make_invoice(actor, customer)
    send_invoice(actor, invoice, EmailOptions(to=[customer.email], subject="Yours", message="x"))
    contact = create_contact(actor, customer, ContactInput(name="Info", email=customer.email.upper()))
    erase_contact(actor, contact)
    assert OutboxEmail.objects.get().subject == "Yours"
