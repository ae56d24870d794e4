"""The pages about reminders."""

from datetime import UTC, date, datetime

import pytest
from django.test import Client

from bigledger_crm.kernel import clock
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.models import User
from bigledger_crm.tenancy.scope import company_scope
from bigledger_crm.testing.factories import make_customer, make_invoice, make_quote
from bigledger_crm.testing.html import flat, text_of
from invoicing.models import Invoice, ReminderStep
from invoicing.services import schedule_of, send_due_reminders
from sales.services import EmailOptions, send_quote

pytestmark = pytest.mark.usefixtures("time_in_2024")
DUE = date(2024, 1, 20)


@pytest.fixture
def invoice(actor: Actor) -> Invoice:
    """An issued invoice that is to be followed up, beside a quote that expires; their customers have and lack an
    address."""
    with company_scope(actor.company):
        schedule_of(actor)
        silent = make_customer(actor, name="Silent", email="", phone="+60123456789")
        send_quote(actor, make_quote(actor, silent, valid_until=DUE), EmailOptions(to=["buyer@example.com"]))
        return make_invoice(actor, send_reminders=True, due_date=DUE)


def test_what_will_be_sent_to_whom(client: Client, alice: User, invoice: Invoice) -> None:
    client.force_login(alice)
    page = text_of(client, "/reminders")
    assert "4 emails in the next 14 days" in page
    for part in (
        "billing@acme.example.com",
        "No email address",
        "3 days before the due date",
        "17 Jan 2024",
        "QT-2024-",
    ):
        assert part in page
    assert page.count(f'href="/invoices/{invoice.public_id}"') == 3


def test_a_step_is_made_edited_and_removed(client: Client, alice: User, invoice: Invoice) -> None:
    client.force_login(alice)
    new = {"document": "invoice", "days": "21", "subject": "{number}", "message": "{customer.__class__}"}
    refused = client.post("/reminders/steps/new", new)
    assert refused.status_code == 400
    assert "Unknown placeholder {customer.__class__}" in flat(refused)
    made = client.post("/reminders/steps/new", {**new, "message": "Dear {customer}"})
    assert (made.status_code, made.headers["Location"]) == (302, "/reminders")
    step = ReminderStep.unscoped.get(days=21)
    url = f"/reminders/steps/{step.public_id}"
    assert "21 days after the due date" in text_of(client, "/reminders")
    assert "{days_overdue}" in text_of(client, url)
    assert client.post(url, {"days": "28", "subject": "Late", "message": "Pay"}).status_code == 302
    step.refresh_from_db()
    assert (step.days, step.subject, step.message) == (28, "Late", "Pay")
    half = {"days": "28", "subject": "Late", "message": "Pay", "translations_ms_subject": "Lewat"}
    refused = client.post(url, half)
    assert (refused.status_code, "This field is required" in flat(refused)) == (400, True)
    assert client.post(url, half | {"translations_ms_message": "Sila bayar"}).status_code == 302
    step.refresh_from_db()
    assert step.translations == {"ms": {"subject": "Lewat", "message": "Sila bayar"}}
    assert "Sila bayar" in text_of(client, url)
    assert client.post(f"{url}/remove").status_code == 302
    assert "28 days" not in text_of(client, "/reminders")
    assert client.get(url).status_code == 404


def test_an_invoice_shows_its_reminders_and_can_do_without(client: Client, alice: User, invoice: Invoice) -> None:
    client.force_login(alice)
    url = f"/invoices/{invoice.public_id}"
    assert "Stop reminders" in text_of(client, url)
    assert client.post(f"{url}/reminders", {"wanted": ""}).status_code == 302
    assert "Send reminders" in text_of(client, url)
    assert client.post(f"{url}/reminders", {"wanted": "yes"}).status_code == 302
    with clock.travelling(datetime(2024, 1, 17, 1, tzinfo=UTC)):
        assert send_due_reminders() == 1
    page = text_of(client, url)
    assert "Invoice reminder sent" in page
    assert "3 days before the due date: billing@acme.example.com" in page
    assert "Email to billing@acme.example.com" in page


def test_those_who_only_read_change_nothing(client: Client, bob: User, invoice: Invoice) -> None:
    client.force_login(bob)
    page = text_of(client, "/reminders")
    assert "New reminder" not in page
    assert "/reminders/steps/" not in page
    assert client.get("/reminders/steps/new").status_code == 403
