"""Erasing and anonymising: afterwards the whole database is searched for what should be gone."""

from decimal import Decimal
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from django.core.files.storage import default_storage
from pytest_django import DjangoCaptureOnCommitCallbacks

from bigledger_crm.audit.models import AuditEntry, Erasure
from bigledger_crm.documents import deleting
from bigledger_crm.documents.models import Attachment, FileToDelete, StoredDocument
from bigledger_crm.kernel.errors import InvalidData, PermissionDenied
from bigledger_crm.outbox.models import OutboxEmail, WebhookAttempt, WebhookDelivery
from bigledger_crm.privacy import archives
from bigledger_crm.privacy.kinds import person_kinds
from bigledger_crm.tenancy.actor import Actor, actor_for_member
from bigledger_crm.tenancy.models import User
from bigledger_crm.testing.client import ApiClient
from bigledger_crm.testing.factories import make_customer, make_invoice, make_order, make_quote, make_settlement
from customers.errors import CustomerAnonymised, CustomerInUse
from customers.inputs import ContactInput, CustomerInput
from customers.models import Contact, Customer
from customers.services import (
    attach_to_customer,
    create_contact,
    delete_customer,
    erase_contact,
    erase_customer,
    merge_customers,
    update_customer,
)
from invoicing.inputs import PaymentInput
from invoicing.integrity import check_integrity
from invoicing.models import Invoice
from invoicing.services import (
    record_payment,
    send_statement,
)
from invoicing.services.statement_pdf import Span
from invoicing.tests.erasing.support import MAIL, NAME, TRACES, erased, found, sell
from sales.models import Quote, SalesOrder
from sales.services import (
    EmailOptions,
    attach_file,
    send_quote,
)

pytestmark = pytest.mark.usefixtures("in_company")


def test_what_the_law_does_not_want_is_gone_and_the_books_are_right(
    actor: Actor,
    customer: Customer,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
    files: Path,
) -> None:
    invoice = sell(actor, customer)
    delivery = WebhookDelivery.objects.filter(event__event="customer.created").get()
    WebhookAttempt.objects.create(company=actor.company, delivery=delivery, number=1, response_body=f"Hello {NAME}")
    archive = archives.request_archive(actor, person_kinds["customer"], customer)
    assert archives.make(archive.pk)
    assert len(found(*TRACES)) > 10
    left = erased(actor, customer, django_capture_on_commit_callbacks)
    assert left is not None
    assert (left.name, left.status, left.email, left.phone) == ("Anonymised customer CUST-0001", "inactive", "", "")
    kept = {"customer_name", "customer_tax_number", "billing_address", "shipping_address"}
    assert found(*TRACES) == {
        "sales_quote": {*kept},
        "sales_quoteline": {"description"},
        "sales_salesorder": {*kept},
        "sales_salesorderline": {"description"},
        "invoicing_invoice": {*kept},
        "invoicing_invoiceline": {"description"},
        "invoicing_creditnote": {*kept},
        "invoicing_payment": {"notes"},
        "invoicing_refund": {"notes"},
        "invoicing_writeoff": {"reason"},
        "documents_storeddocument": {"context"},
    }
    quotes = dict(Quote.objects.values_list("status", "customer_name"))
    assert quotes == {
        "converted": f"{NAME} & Sons",
        "declined": "Anonymised customer CUST-0001",
        "cancelled": "Anonymised customer CUST-0001",
    }
    assert not SalesOrder.objects.filter(status="draft").exists()
    assert {stored.kind for stored in StoredDocument.objects.all()} == {"invoice", "credit_note"}
    names = [path.read_bytes() for path in files.rglob("*") if path.is_file()]
    assert len(names) == 5, "the PDFs of four invoices and a credit note"
    assert check_integrity(actor.company) == []
    assert Customer.objects.get().current_balance == 0
    stored = Invoice.objects.get(pk=invoice.pk)
    assert (stored.customer_name, stored.customer_email, stored.search_text) == (
        f"{NAME} & Sons",
        "",
        stored.invoice_number.lower(),
    )


def test_that_something_happened_stays(
    actor: Actor, customer: Customer, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    sell(actor, customer)
    before = AuditEntry.objects.count()
    emails = OutboxEmail.objects.filter(status="queued").count()
    erased(actor, customer, django_capture_on_commit_callbacks)
    assert AuditEntry.objects.count() > before
    entry = AuditEntry.objects.get(event="customer.updated")
    assert (entry.note, entry.changes) == ("", {"name": None})
    assert entry.redacted_at is not None
    noted = AuditEntry.objects.get(event="customer.anonymised")
    assert (noted.note, noted.changes, noted.actor_name) == ("CUST-0001", {}, "Alice Tan")
    assert WebhookDelivery.objects.filter(event=noted).count() == 1
    paid = AuditEntry.objects.filter(event__in=("payment.recorded", "payment.allocated")).values_list("note", flat=True)
    assert [note.split(" ")[-1] for note in paid.order_by("occurred_at", "pk")] == ["100.00", "109.00"]
    assert OutboxEmail.objects.filter(status="withdrawn", to=[], body="").count() == emails


def test_once_more_changes_nothing(
    actor: Actor, customer: Customer, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    sell(actor, customer)
    first = erased(actor, customer, django_capture_on_commit_callbacks)
    count = AuditEntry.objects.count()
    assert first is not None
    assert erase_customer(actor, customer) == first
    again = Customer.objects.get(pk=customer.pk)
    assert (again.anonymised_at, again.updated_at) == (first.anonymised_at, first.updated_at)
    assert AuditEntry.objects.count() == count


def test_without_documents_nothing_is_left(
    actor: Actor, customer: Customer, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks, files: Path
) -> None:
    send_statement(
        actor, customer, Span(None, None), EmailOptions(to=[f"{MAIL}example.com"], subject=NAME, message=f"Dear {NAME}")
    )
    assert erased(actor, customer, django_capture_on_commit_callbacks) is None
    assert found(*TRACES) == {}
    assert not Customer.objects.exists()
    assert [path for path in files.rglob("*") if path.is_file()] == []
    assert AuditEntry.objects.get(event="customer.deleted").note == "CUST-0001"


def test_those_that_were_merged_into_it_go_too(
    actor: Actor, customer: Customer, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    other = make_customer(actor, name=f"{NAME} Online", email=f"{MAIL}shop.example.com")
    merge_customers(actor, other, customer)
    erased(actor, customer, django_capture_on_commit_callbacks)
    assert found(*TRACES) == {}
    assert {one.name for one in Customer.objects.all()} == {
        "Anonymised customer CUST-0001",
        "Anonymised customer CUST-0002",
    }


def test_files_of_issued_documents_go_when_asked(
    actor: Actor, customer: Customer, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    invoice = make_invoice(actor, customer)
    record_payment(actor, invoice, PaymentInput(amount=invoice.amount_due, payment_method="cash"))
    attach_file(actor, invoice, "invoice", filename="signed.txt", content=b"signed")
    other = make_customer(actor, name="Other")
    erased(actor, customer, django_capture_on_commit_callbacks)
    assert Attachment.objects.count() == 1
    second = make_invoice(actor, other)
    attach_file(actor, second, "invoice", filename="signed.txt", content=b"signed")
    record_payment(actor, second, PaymentInput(amount=second.amount_due, payment_method="cash"))
    erased(actor, other, django_capture_on_commit_callbacks, with_files=True)
    assert Attachment.objects.count() == 1


def test_what_is_in_progress_stands_in_the_way(actor: Actor, customer: Customer) -> None:
    make_order(actor, customer)
    make_invoice(actor, customer)
    sent = EmailOptions(to=["a@example.com"], subject="x", message="x")
    send_quote(actor, make_quote(actor, customer), sent)
    before = found(*TRACES)
    with pytest.raises(CustomerInUse) as refusal:
        erase_customer(actor, customer)
    assert refusal.value.details == [{"quotes": 1, "salesOrders": 1, "invoices": 1, "currentBalance": 1}]
    assert found(*TRACES) == before
    OutboxEmail.objects.update(status="sending")
    with pytest.raises(CustomerInUse) as refusal:
        erase_customer(actor, customer)
    assert refusal.value.details[0]["emailsBeingSent"] == 1


def test_what_fails_in_the_middle_leaves_all_as_it_was(
    actor: Actor, customer: Customer, monkeypatch: pytest.MonkeyPatch, files: Path
) -> None:
    sell(actor, customer)
    before, stored = found(*TRACES), sorted(files.rglob("*"))

    def fail(*args: Any, **options: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("customers.services.erasing.record", fail)
    with pytest.raises(ZeroDivisionError):
        erase_customer(actor, customer)
    assert found(*TRACES) == before
    assert sorted(files.rglob("*")) == stored
    assert not Erasure.objects.exists()


def test_a_file_that_could_not_be_deleted_is_deleted_later(
    actor: Actor, customer: Customer, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    (file,) = Attachment.objects.values_list("file", flat=True)
    with patch("bigledger_crm.documents.storage.delete", side_effect=OSError):
        erased(actor, customer, django_capture_on_commit_callbacks)
    assert default_storage.exists(file)
    assert FileToDelete.objects.count() == 1
    assert deleting.delete_waiting_files() == 1
    assert not default_storage.exists(file)
    assert not FileToDelete.objects.exists()


def test_only_who_may(actor: Actor, customer: Customer, bob: User) -> None:
    sales = actor_for_member(bob.memberships.select_related("company", "user").get())
    with pytest.raises(PermissionDenied):
        erase_customer(sales, customer)
    with pytest.raises(PermissionDenied):
        erase_contact(sales, Contact.objects.get())


def test_nothing_new_happens_to_an_anonymised_customer(
    actor: Actor, customer: Customer, api: ApiClient,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:  # fmt: skip
    sell(actor, customer)
    erased(actor, customer, django_capture_on_commit_callbacks)
    with pytest.raises(CustomerAnonymised):
        update_customer(actor, customer, CustomerInput(name="Back again"))
    with pytest.raises(CustomerAnonymised):
        create_contact(actor, customer, ContactInput(name="New"))
    for sell_more in (make_quote, make_settlement):
        with pytest.raises(InvalidData):
            sell_more(actor, customer)
    with pytest.raises(CustomerAnonymised):
        attach_to_customer(actor, customer, filename="new.txt", content=b"x")
    answer = api.patch(f"/customers/{customer.public_id}", {"name": "Back", "email": "a@example.com"})
    assert (answer.status, answer.error["code"]) == (409, "CUSTOMER_ANONYMISED")
    assert api.get(f"/customers/{customer.public_id}").data["name"] == "Anonymised customer CUST-0001"


def test_a_plain_deletion_keeps_the_trail(actor: Actor, customer: Customer) -> None:
    delete_customer(actor, customer)
    assert AuditEntry.objects.get(event="customer.updated").changes["name"][1] == f"{NAME} & Sons"


def test_amounts_stay_in_the_trail(
    actor: Actor, customer: Customer, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    invoice = make_invoice(actor, customer)
    record_payment(actor, invoice, PaymentInput(amount=Decimal(40), payment_method="cash"))
    record_payment(actor, invoice, PaymentInput(amount=Decimal(60), payment_method="cash"))
    erased(actor, customer, django_capture_on_commit_callbacks)
    notes = AuditEntry.objects.filter(event="payment.recorded").order_by("occurred_at").values_list("note", flat=True)
    assert [note.split(" ")[-1] for note in notes] == ["40.00", "60.00"]
