"""Where emails go: to the address that the customer has now, or to the contacts chosen for that kind of document."""

from datetime import date
from typing import Any

import pytest

from bigledger_crm.kernel import clock
from bigledger_crm.outbox.models import OutboxEmail
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.testing.client import ApiClient
from bigledger_crm.testing.errors import invalid_fields
from bigledger_crm.testing.factories import make_customer, make_invoice, make_quote
from customers.inputs import ContactInput, CustomerInput
from customers.models import Contact
from customers.queries import addresses_by_customer, addresses_for
from customers.services import create_contact, update_contact, update_customer
from invoicing.models import Reminder
from invoicing.services import render_invoice_pdf, send_invoice
from invoicing.services.reminders import send_due_reminders
from sales.services import EmailOptions, send_quote

pytestmark = pytest.mark.usefixtures("in_company", "time_in_2024")


def contact(actor: Actor, customer: Any, name: str, *receives: str, **fields: Any) -> Contact:
    """A person at a customer, with an address of their own."""
    values = {"name": name, "email": f"{name}@acme.example.com", "receives": list(receives), **fields}
    return create_contact(actor, customer, ContactInput(**values))


def test_a_changed_address_holds_for_documents_made_before(actor: Actor) -> None:
    customer = make_customer(actor)
    quote, invoice = make_quote(actor, customer), make_invoice(actor, customer)
    update_customer(actor, customer, CustomerInput(email="new@acme.example.com"))
    assert send_quote(actor, quote, EmailOptions())[1].to == ["new@acme.example.com"]
    assert send_invoice(actor, invoice, EmailOptions())[1].to == ["new@acme.example.com"]
    invoice.refresh_from_db()
    assert invoice.customer_email == "billing@acme.example.com"
    assert render_invoice_pdf(actor, invoice).content.startswith(b"%PDF")


def test_a_removed_address_is_not_written_to(actor: Actor) -> None:
    customer = make_customer(actor, phone="+60123456789")
    quote, invoice = make_quote(actor, customer), make_invoice(actor, customer)
    update_customer(actor, customer, CustomerInput(email=""))
    said = {"to": "The customer has no email address. Enter at least one recipient."}
    assert invalid_fields(lambda: send_quote(actor, quote, EmailOptions())) == said
    assert invalid_fields(lambda: send_invoice(actor, invoice, EmailOptions())) == said
    assert not OutboxEmail.objects.exists()
    assert send_invoice(actor, invoice, EmailOptions(to=["boss@acme.example.com"]))[1].to == ["boss@acme.example.com"]


def test_contacts_are_chosen_by_kind(actor: Actor) -> None:
    customer, other = make_customer(actor), make_customer(actor, email="", phone="+60123456789")
    contact(actor, customer, "ann", "quotes")
    ben = contact(actor, customer, "ben", "invoices", "statements")
    contact(actor, customer, "cai", "invoices")
    contact(actor, customer, "dev", "invoices", is_active=False)
    contact(actor, other, "eva", is_primary=True)
    assert addresses_for(customer.pk, "quotes") == ["ann@acme.example.com"]
    assert addresses_for(customer.pk, "orders") == ["billing@acme.example.com"]
    assert addresses_for(customer.pk, "invoices") == ["ben@acme.example.com", "cai@acme.example.com"]
    assert addresses_for(customer.pk, "reminders") == ["ben@acme.example.com", "cai@acme.example.com"]
    assert addresses_for(customer.pk, "statements") == ["ben@acme.example.com"]
    update_contact(actor, ben, ContactInput(email=""))
    found = addresses_by_customer([customer.pk, other.pk], "statements")
    assert found == {customer.pk: ["cai@acme.example.com"], other.pk: ["eva@acme.example.com"]}


def test_reminders_follow_the_customer(actor: Actor) -> None:
    customer = make_customer(actor)
    due = date(2024, 1, 15)
    with clock.travelling(clock.now().replace(day=2)):
        make_invoice(actor, customer, due_date=due, invoice_date=date(2024, 1, 2), send_reminders=True)
    ben = contact(actor, customer, "ben", "reminders")
    assert _remind(12) == ["ben@acme.example.com"]
    update_contact(actor, ben, ContactInput(is_active=False))
    update_customer(actor, customer, CustomerInput(email="new@acme.example.com"))
    assert _remind(15) == ["new@acme.example.com"]
    update_customer(actor, customer, CustomerInput(email="", phone="+60123456789"))
    assert _remind(22) == []
    assert Reminder.objects.latest("created_at").skipped_because == "no_address"


def _remind(day: int) -> list[str]:
    """Where the reminders of a morning in January go."""
    before = OutboxEmail.objects.count()
    with clock.travelling(clock.now().replace(day=day, hour=2)):
        send_due_reminders()
    emails = OutboxEmail.objects.order_by("created_at")[before:]
    return [address for email in emails for address in email.to]


def test_what_a_contact_receives_over_the_api(api: ApiClient) -> None:
    customer = api.post("/customers", {"name": "Acme", "email": "a@acme.example.com"}).data["id"]
    path = f"/customers/{customer}/contacts"
    made = api.post(path, {"name": "Ann", "email": "ann@acme.example.com", "receives": ["statements", "quotes"]})
    assert made.data["receives"] == ["quotes", "statements"]
    assert api.patch(f"{path}/{made.data['id']}", {"receives": []}).data["receives"] == []
    wrong = api.post(path, {"name": "Ben", "email": "ben@acme.example.com", "receives": ["quotes", "parcels"]})
    message = "Must be one or more of: quotes, orders, invoices, reminders, statements"
    assert wrong.error["details"] == [{"field": "receives", "message": message}]
    unreachable = api.post(path, {"name": "Ben", "receives": ["quotes"]})
    assert list(unreachable.field_errors) == ["email"]
