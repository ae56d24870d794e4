"""The panels of a customer's page: each a page of its own and a part for htmx; contacts, statement, files."""

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from bigledger_crm.documents.models import Attachment
from bigledger_crm.kernel import ids
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.models import Membership, User
from bigledger_crm.tenancy.scope import company_scope
from bigledger_crm.testing.factories import line, make_customer, make_invoice, make_item, make_order, make_quote
from bigledger_crm.testing.html import flat, text_of
from customers.models import Contact, Customer
from invoicing.inputs import CreditNoteInput, PaymentInput
from invoicing.integrity import find_discrepancies
from invoicing.services import create_credit_note, record_payment, void_payment
from sales.inputs import QuantityInput

pytestmark = pytest.mark.usefixtures("time_in_2024", "media_root")
PANELS = ("", "contacts", "quotes", "orders", "invoices", "payments", "statement", "activity", "attachments")


@pytest.fixture
def acme(actor: Actor) -> Customer:
    """A customer with a little of everything."""
    with company_scope(actor.company):
        customer = make_customer(actor)
        item = make_item(actor)
        make_quote(actor, customer, title="Spring offer")
        make_order(actor, customer)
        first = make_invoice(
            actor, customer, [line("10", item_id=item.public_id, tax_code="")], invoice_date=date(2023, 11, 1)
        )
        make_invoice(actor, customer, draft=True)
        pay = PaymentInput(amount=Decimal(300), payment_date=date(2023, 12, 1), payment_method="cheque")
        void_payment(actor, record_payment(actor, first, pay))
        record_payment(actor, first, replace(pay, payment_date=date(2024, 1, 10)))
        part = [QuantityInput(item_id=first.lines.get().public_id, quantity=Decimal(1))]
        create_credit_note(actor, CreditNoteInput(invoice_id=first.public_id, items=part))
        return customer


@pytest.mark.parametrize("panel", PANELS)
def test_a_panel_is_a_page_and_a_part(alices: Client, acme: Customer, panel: str) -> None:
    url = f"/customers/{acme.public_id}/{panel}".rstrip("/")
    page = text_of(alices, url)
    part = text_of(alices, url, headers={"HX-Request": "true", "HX-Target": "panel"})
    assert page.strip().startswith("<!doctype html>")
    assert part.strip().startswith('<div class="stack" id="panel">')
    for text in (page, part):
        (current,) = re.findall(r'href="([^"]+)"[^>]* aria-current="page">(?!<svg)', text[text.index('class="tabs"') :])
        assert current == url


def test_the_overview_fetches_how_the_customer_buys(alices: Client, acme: Customer) -> None:
    url = f"/customers/{acme.public_id}"
    assert f'hx-get="{url}/summary"' in text_of(alices, url)
    part = text_of(alices, f"{url}/summary", headers={"HX-Request": "true", "HX-Target": "summary"})
    assert part.strip().startswith('<div class="stack" id="summary">')
    assert all(words in part for words in ("Premium Widget", "900.00", "Average invoice", "November 2023"))
    assert "Premium Widget" in text_of(alices, f"{url}/summary")


def test_rows_lead_to_their_documents(alices: Client, acme: Customer) -> None:
    url = f"/customers/{acme.public_id}"
    assert "Spring offer" in text_of(alices, f"{url}/quotes")
    assert "SO-2024-0001" in text_of(alices, f"{url}/orders")
    invoices = text_of(alices, f"{url}/invoices")
    assert "INV-2023-0001" in invoices
    assert "INV-2024-0001" in invoices
    assert text_of(alices, f"{url}/payments").count("Cheque") == 2


def test_the_statement_adds_up(alices: Client, actor: Actor, acme: Customer) -> None:
    url = f"/customers/{acme.public_id}/statement"
    page = text_of(alices, url)
    owed = re.findall(r'<td class="amount[^"]*" data-label="Balance">([\d,.-]+)</td>', page)
    assert owed[:4] == ["0.00", "1,000.00", "700.00", "400.00"]
    assert owed[4] in ("300.00", "700.00")  # the voiding and the credit note are of one moment
    assert owed[5:] == ["600.00", "600.00"]
    assert page.count("INV-2023-0001") == 4  # what an entry is called by
    january = text_of(alices, f"{url}?first=2024-01-01&last=2024-01-12")
    owed = re.findall(r'<td class="amount[^"]*" data-label="Balance">([\d,.-]+)</td>', january)
    assert owed == ["700.00", "400.00", "400.00"]
    with company_scope(actor.company):
        assert list(find_discrepancies(actor.company)) == []


def test_a_contact_is_added_changed_and_deleted(alices: Client, actor: Actor, acme: Customer) -> None:
    url = f"/customers/{acme.public_id}/contacts"
    jane = {"name": "Jane Doe", "email": "jane@acme.example.com", "is_primary": "on", "is_active": "on"}
    key = {"form_key": str(ids.new_id())}
    assert [alices.post(f"{url}/new", jane | key)["Location"] for _ in range(2)] == [url] * 2
    refused = alices.post(f"{url}/new", {"name": "Joe", "email": "nonsense"})
    assert refused.status_code == 400
    assert 'value="Joe"' in flat(refused)
    with company_scope(actor.company):
        contact = Contact.objects.get()
    one = f"{url}/{contact.public_id}"
    assert 'value="Jane Doe"' in text_of(alices, one)
    alices.post(one, jane | {"name": "Jane Roe"})
    people = text_of(alices, url)
    assert "Jane Roe" in people
    assert f'href="{one}/delete"' in people
    assert "Documents that name this contact are not changed" in text_of(alices, f"{one}/delete")
    assert alices.post(f"{one}/delete")["Location"] == url
    assert "No contacts yet" in text_of(alices, url)


def test_a_customers_files_go_with_the_customer(alices: Client, actor: Actor) -> None:
    with company_scope(actor.company):
        customer = make_customer(actor)
    url = f"/customers/{customer.public_id}"
    answer = alices.post(f"{url}/files", {"file": SimpleUploadedFile("Contract.txt", b"signed")}, follow=True)
    assert "Contract.txt attached" in flat(answer)
    assert "Contract.txt" in text_of(alices, f"{url}/attachments")
    with company_scope(actor.company):
        assert list(find_discrepancies(actor.company)) == []
    alices.post(f"{url}/delete")
    with company_scope(actor.company):
        assert not Attachment.objects.exists()


def test_a_viewer_changes_nothing(client: Client, actor: Actor, acme: Customer, bob: User) -> None:
    Membership.objects.filter(user=bob).update(role="viewer")
    client.force_login(bob)
    url = f"/customers/{acme.public_id}"
    assert "contacts/new" not in text_of(client, f"{url}/contacts")
    assert 'type="file"' not in text_of(client, f"{url}/attachments")
    assert client.post(f"{url}/contacts/new", {"name": "Joe"}).status_code == 403
    assert client.post(f"{url}/notes", {"text": "Hello"}).status_code == 403
