"""Archives about customers and contacts, of a sale from the quote to the payment."""

import io
import json
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from django.apps import apps
from django.core.files.storage import default_storage
from django.db import connection, models
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from bigledger_crm.audit.services import write_note
from bigledger_crm.documents.models import Attachment
from bigledger_crm.privacy import archives
from bigledger_crm.privacy.kinds import person_kinds
from bigledger_crm.privacy.models import PersonArchive
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.testing.einvoice_rows import make_einvoice
from bigledger_crm.testing.factories import (
    make_bank_statement,
    make_customer,
    make_invoice,
    make_quote,
    make_settlement,
)
from customers.inputs import ContactInput
from customers.models import Contact, Customer
from customers.personal_data import customer_tables
from customers.services import attach_to_customer, create_contact
from invoicing.inputs import BankMatchInput, PaymentInput
from invoicing.models import Invoice, Payment
from invoicing.services import match_transaction, post_journal, record_payment, send_invoice
from sales.services import EmailOptions

pytestmark = pytest.mark.usefixtures("in_company")


@pytest.fixture(autouse=True)
def files(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture
def customer(actor: Actor) -> Customer:
    """With an invoice that was sent and paid in part, a quote, a file and a note; and beside it another customer."""
    other = make_customer(actor, name="Unrelated Sdn Bhd", email="other@example.com")
    make_invoice(actor, other)
    customer = make_customer(actor, name="Mei Trading", email="mei@example.com", custom_fields={"age": 40})
    _sell(actor, customer)
    attach_to_customer(actor, customer, filename="visit.txt", content=b"what was said")
    write_note(actor, "customer.noted", customer.pk, words="Mei likes tea")
    return customer


def _sell(actor: Actor, customer: Customer) -> Invoice:
    make_quote(actor, customer, title="For Mei")
    invoice = make_invoice(actor, customer)
    message = EmailOptions(to=["mei@example.com"], subject="Your invoice", message="Dear Mei")
    with patch("bigledger_crm.outbox.worker_notifications.notify_worker"):
        send_invoice(actor, invoice, message)
    record_payment(actor, invoice, PaymentInput(amount=Decimal(1), payment_method="cash"))
    return invoice


def made(actor: Actor, kind: str, subject: Any) -> zipfile.ZipFile:
    archive = archives.request_archive(actor, person_kinds[kind], person_kinds[kind].find(subject.public_id))
    assert archives.make(archive.pk), PersonArchive.objects.get(pk=archive.pk).error
    with default_storage.open(archive.path) as file:
        return zipfile.ZipFile(io.BytesIO(file.read()))


def rows(whole: zipfile.ZipFile, name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(whole.read(f"{name}.json")) if f"{name}.json" in whole.namelist() else []
    return found


def test_all_that_is_stored_about_a_customer(actor: Actor, customer: Customer) -> None:
    contact = create_contact(actor, customer, ContactInput(name="Mei Wong", email="mei@example.com"))
    whole = made(actor, "customer", customer)
    (shown,) = rows(whole, "customer")
    assert (shown["name"], shown["customFields"], shown["currentBalance"]) == ("Mei Trading", {"age": 40}, "99.0000")
    assert [row["id"] for row in rows(whole, "contacts")] == [contact.public_id]
    for table in customer_tables:
        expected = {"receivable-entries": 2, "quote-reminders": 0, "invoice-reminders": 0}
        none_of = (
            "sales-order",
            "shipment",
            "batch-items",
            "credit-note",
            "refunds",
            "write-offs",
            "journal-entries",
            "bank",
            "e-invoice",
        )
        count = expected.get(table.name, 0 if table.name.startswith(none_of) else 1)
        assert len(rows(whole, table.name)) == count, table.name
    (email,) = rows(whole, "emails")
    assert (email["to"], email["subject"], email["text"]) == (["mei@example.com"], "Your invoice", "Dear Mei")
    events = [row["event"] for row in rows(whole, "activity")]
    assert {"customer.created", "contact.created", "quote.created", "invoice.sent", "payment.recorded"} <= set(events)
    assert len(events) == len({row["id"] for row in rows(whole, "activity")}), "each once"
    assert "Mei likes tea" in [row["note"] for row in rows(whole, "activity")]
    assert whole.read("attachments/visit.txt") == b"what was said"
    (pdf,) = [name for name in whole.namelist() if name.startswith("documents/")]
    assert whole.read(pdf).startswith(b"%PDF-")
    everything = b"".join(whole.read(name) for name in whole.namelist())
    assert b"Unrelated" not in everything
    assert b"other@example.com" not in everything


def test_what_settled_and_was_given_up_is_in_the_archive(actor: Actor, customer: Customer) -> None:
    make_settlement(actor, customer)
    (transfer,) = make_bank_statement(actor, 9, counterparty_name="MEI TRADING").transactions.all()
    match_transaction(actor, transfer, BankMatchInput(payment_id=Payment.objects.get(amount=9).public_id))
    einvoice = make_einvoice(Invoice.objects.filter(customer=customer)[0], rejection_reason="Not mine, says Mei")
    post_journal(actor, everything=True)  # with what came before the first that is posted
    whole = made(actor, "customer", customer)
    assert {name: len(rows(whole, name)) for name in ("refunds", "write-offs")} == {"refunds": 1, "write-offs": 1}
    allocated = {(row["amount"], row["invoiceId"][:4]) for row in rows(whole, "allocations")}
    assert ("1.0000", "inv_") in allocated
    assert len(rows(whole, "bank-matches")) == 1
    assert [row["counterpartyName"] for row in rows(whole, "bank-transactions")] == ["MEI TRADING"]
    (reported,) = rows(whole, "e-invoices")
    assert (reported["rejectionReason"], reported["document"]) == (
        "Not mine, says Mei",
        bytes(einvoice.document).decode(),
    )
    assert len(rows(whole, "e-invoice-sources")) == 1
    posted = rows(whole, "journal-entries")
    assert len(posted) == len(rows(whole, "receivable-entries"))
    assert all(row["customerId"] == customer.public_id and row["lines"] for row in posted)


def test_all_that_is_stored_about_a_contact(actor: Actor, customer: Customer) -> None:
    contact = create_contact(actor, customer, ContactInput(name="Mei Wong", email="MEI@example.com", notes="tall"))
    write_note(actor, "customer.noted", customer.pk, words="Called mei@example.com")
    whole = made(actor, "contact", contact)
    (shown,) = rows(whole, "contact")
    assert (shown["name"], shown["notes"], shown["customerId"]) == ("Mei Wong", "tall", customer.public_id)
    assert [row["subject"] for row in rows(whole, "emails")] == ["Your invoice"]
    kinds = [row["kind"] for row in rows(whole, "documents-with-the-address")]
    assert kinds == ["quotes", "invoices"]
    assert [row["note"] for row in rows(whole, "named-in")] == ["mei@example.com", "Called mei@example.com"]
    assert [row["event"] for row in rows(whole, "activity")] == ["contact.created", "person_archive.requested"]
    assert b"99.0000" not in b"".join(whole.read(name) for name in whole.namelist()), "what the customer owes"


def test_files_that_are_gone_are_named(actor: Actor, customer: Customer) -> None:
    default_storage.delete(Attachment.objects.get().file)
    told = made(actor, "customer", customer).read("README.txt").decode()
    assert "could not be read:\nattachments/visit.txt" in told


def test_two_files_of_one_name_are_two(actor: Actor, customer: Customer) -> None:
    attach_to_customer(actor, customer, filename="Visit.txt", content=b"another")
    whole = made(actor, "customer", customer)
    assert whole.read("attachments/Visit-2.txt") == b"another"


def test_as_many_queries_for_many_documents_as_for_one(actor: Actor, customer: Customer) -> None:
    counts = []
    for more in (0, 5):
        for _ in range(more):
            make_invoice(actor, customer)
        made(actor, "customer", customer)  # makes the PDFs that weren't there yet
        with CaptureQueriesContext(connection) as queries:
            made(actor, "customer", customer)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_button_is_for_who_may(actor: Actor, customer: Customer, alices: Client, bob: Any) -> None:
    href = f"/customers/{customer.public_id}/archive"
    assert href in alices.get(f"/customers/{customer.public_id}").content.decode()
    alices.force_login(bob)
    assert href not in alices.get(f"/customers/{customer.public_id}").content.decode()
    assert alices.get(href).status_code == 403


def test_no_table_about_customers_is_forgotten() -> None:
    """Every table whose rows lead to a customer by their references has its place in archives."""
    told = {table.model for table in customer_tables} | {Customer, Contact}
    found: set[type[models.Model]] = {Customer}
    while more := {model for model in apps.get_models() if model not in found and _leads_to(model, found)}:
        found |= more
    assert {model.__name__ for model in found - told} == set()


def _leads_to(model: type[models.Model], found: set[type[models.Model]]) -> bool:
    return any(field.related_model in found for field in model._meta.concrete_fields if field.is_relation)
