"""Statements on their page and by email, reminders sent by hand, and aged receivables by customer."""

from datetime import date, timedelta
from decimal import Decimal

import pypdfium2
import pytest
from django.test import Client

from bigledger_crm.documents.models import StoredDocument
from bigledger_crm.documents.services import ensure_rendered, read
from bigledger_crm.kernel import clock
from bigledger_crm.outbox.models import OutboxEmail
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.testing.client import ApiClient
from bigledger_crm.testing.factories import line, make_customer, make_invoice
from bigledger_crm.testing.html import flat
from customers.inputs import ContactInput
from customers.models import Customer
from customers.services import create_contact
from invoicing.analytics.sales_reports import debts_by_customer
from invoicing.inputs import CreditNoteInput, PaymentInput
from invoicing.models import Invoice
from invoicing.services import ages_of, create_credit_note, record_payment
from invoicing.services.reminders import send_due_reminders

pytestmark = pytest.mark.usefixtures("in_company", "time_in_2024")
TODAY = date(2024, 1, 15)


@pytest.fixture
def customer(actor: Actor) -> Customer:
    """A customer who owes 100.00 that isn't due, 32.00 that is ten days late and 50.00 that is hundred days late."""
    customer = make_customer(actor)
    for amount, late in (("100.00", -10), ("32.00", 10), ("50.00", 100)):
        day = TODAY - timedelta(late)
        make_invoice(actor, customer, [line("1", amount)], invoice_date=min(day, TODAY), due_date=day)
    return customer


@pytest.fixture
def overdue(customer: Customer) -> Invoice:
    """Its invoice that is ten days late."""
    return Invoice.objects.get(customer=customer, total=Decimal("32.00"))


def shown(alices: Client, url: str, status: int = 200) -> str:
    answer = alices.get(url)
    assert answer.status_code == status, answer
    return " ".join(flat(answer).split())


class TestPage:
    """The statement's page."""

    def test_the_age_of_what_is_owed(self, alices: Client, actor: Actor, customer: Customer) -> None:
        page = shown(alices, f"/customers/{customer.public_id}/statement")
        for label, amount in (("Not yet due", "100.00"), ("1–30 days", "32.00"), ("Over 90 days", "50.00")):
            assert f'data-label="{label}">{amount}<' in page
        ages = ages_of(actor, customer, TODAY)
        assert sum(ages.values()) == Customer.objects.get().current_balance == Decimal("182.00")

    def test_presets(self, alices: Client, customer: Customer) -> None:
        page = shown(alices, f"/customers/{customer.public_id}/statement")
        for query in (
            "first=2024-01-01&amp;last=2024-01-15",
            "first=2023-12-01&amp;last=2023-12-31",
            "first=&amp;last=",
        ):
            assert f'href="/customers/{customer.public_id}/statement?{query}"' in page
        everything = shown(alices, f"/customers/{customer.public_id}/statement?first=&last=")
        assert everything.count(">Invoice INV-") == 3

    def test_days_in_the_wrong_order(self, alices: Client, customer: Customer) -> None:
        wrong = "first=2024-01-28&last=2024-01-01"
        page = shown(alices, f"/customers/{customer.public_id}/statement?{wrong}", 400)
        assert "The last day must not be before the first." in page
        assert "Closing balance" not in page
        for url in ("statement/pdf", "statement/send"):
            answer = alices.get(f"/customers/{customer.public_id}/{url}?{wrong}")
            assert answer["Location"] == f"/customers/{customer.public_id}/statement?{wrong}"
        posted = alices.post(
            f"/customers/{customer.public_id}/statement/send",
            {"first": "2024-01-28", "last": "2024-01-01", "to": "a@b.example", "subject": "x", "message": "y"},
        )
        assert posted.status_code == 400
        assert not OutboxEmail.objects.exists()


@pytest.mark.parametrize("page", ["invoices?dueDate", "quotes?quoteDate", "payments?paymentDate"])
def test_lists_refuse_days_in_the_wrong_order_too(alices: Client, page: str) -> None:
    name = page.partition("?")[2]
    shown(alices, f"/{page}From=2024-01-28&{name}To=2024-01-01", 400)


class TestStatementEmail:
    """A statement by email."""

    def test_from_the_page(self, alices: Client, actor: Actor, customer: Customer) -> None:
        create_contact(actor, customer, ContactInput(name="Ann", email="ann@acme.example.com", receives=["statements"]))
        url = f"/customers/{customer.public_id}/statement/send?first=2024-01-01&last=2024-01-15"
        form = shown(alices, url)
        assert 'value="ann@acme.example.com"' in form
        assert "From 1 Jan 2024 to 15 Jan 2024." in form
        preview = shown(alices, url.replace("/send?", "/send/preview?"))
        assert "statement-CUST-0001-2024-01-15.pdf" in preview
        assert "MYR 182.00" in preview
        fields = {"first": "2024-01-01", "last": "2024-01-15", "to": "ann@acme.example.com", "attach_pdf": "on"}
        sent = alices.post(url, {**fields, "subject": "Your statement", "message": "Attached."})
        assert sent["Location"] == f"/customers/{customer.public_id}/statement?first=2024-01-01&last=2024-01-15"
        email = OutboxEmail.objects.get()
        assert (email.kind, email.to, email.related_id) == (
            "statement.sent",
            ["ann@acme.example.com"],
            customer.pk,
        )
        stored = StoredDocument.objects.get(kind="statement")
        assert email.stored_document == stored
        assert stored.filename == "statement-CUST-0001-2024-01-15.pdf"
        text = pypdfium2.PdfDocument(read(ensure_rendered(stored)))[0].get_textpage().get_text_range()
        assert "182.00" in text
        assert "Statement sent" in shown(alices, f"/customers/{customer.public_id}/activity")

    def test_over_the_api(self, api: ApiClient, customer: Customer) -> None:
        path = f"/customers/{customer.public_id}/statement/send"
        sent = api.post(path, {"dateFrom": "2024-01-01", "dateTo": "2024-01-31"}).data
        assert (sent["balance"], sent["currency"], sent["dateTo"]) == (Decimal("182.00"), "MYR", "2024-01-31")
        assert sent["delivery"]["to"] == ["billing@acme.example.com"]
        assert OutboxEmail.objects.get().subject == "Statement of account from Tech Supplies Sdn Bhd"
        wrong = api.post(path, {"dateFrom": "2024-01-28", "dateTo": "2024-01-01"})
        assert wrong.error["details"] == [{"field": "dateTo", "message": "The last day must not be before the first"}]


class TestReminderNow:
    """A reminder that a person sends."""

    def test_from_the_page(self, alices: Client, overdue: Invoice) -> None:
        assert "Send reminder now" in shown(alices, f"/invoices/{overdue.public_id}")
        url = f"/invoices/{overdue.public_id}/remind"
        assert "is still outstanding" in shown(alices, url)
        assert "MYR 32.00 is still outstanding" in shown(alices, f"{url}/preview")
        fields = {"to": "a@acme.example.com", "subject": "Please pay", "message": "Now.", "attach_pdf": "on"}
        assert alices.post(url, fields)["Location"] == f"/invoices/{overdue.public_id}"
        email = OutboxEmail.objects.get()
        assert (email.kind, email.subject, email.figure) == ("invoice.reminder", "Please pay", "MYR 32.00")
        assert email.stored_document is not None

    def test_over_the_api(self, api: ApiClient, overdue: Invoice) -> None:
        sent = api.post(f"/invoices/{overdue.public_id}/reminders").data
        assert (sent["id"], sent["delivery"]["to"]) == (overdue.public_id, ["billing@acme.example.com"])
        assert OutboxEmail.objects.get().subject == f"Invoice {overdue.invoice_number} is overdue"

    def test_only_of_what_is_overdue(self, api: ApiClient, alices: Client, actor: Actor, overdue: Invoice) -> None:
        record_payment(actor, overdue, PaymentInput(amount=Decimal("32.00"), payment_method="cash"))
        assert api.post(f"/invoices/{overdue.public_id}/reminders").error["code"] == "INVOICE_NOT_OVERDUE"
        assert "Send reminder now" not in shown(alices, f"/invoices/{overdue.public_id}")
        answer = alices.get(f"/invoices/{overdue.public_id}/remind")
        assert answer["Location"] == f"/invoices/{overdue.public_id}"
        assert "is not overdue" in shown(alices, answer["Location"])

    def test_the_schedule_sends_no_second_one_on_that_day(self, api: ApiClient, actor: Actor) -> None:
        with clock.travelling(clock.now() - timedelta(10)):
            due = TODAY - timedelta(7)
            invoice = make_invoice(actor, due_date=due, invoice_date=due - timedelta(1), send_reminders=True)
        api.post(f"/invoices/{invoice.public_id}/reminders")
        assert send_due_reminders() == 0
        assert OutboxEmail.objects.count() == 1
        with clock.travelling(clock.now() + timedelta(7)):
            assert send_due_reminders() == 1


class TestReceivables:
    """Aged receivables by customer."""

    def test_who_owes_how_much(self, alices: Client, actor: Actor, customer: Customer) -> None:
        punctual = make_customer(actor, name="Punctual Sdn Bhd")
        make_invoice(actor, punctual, [line("1", "900.00")])
        page = shown(alices, "/receivables")
        assert f'href="/customers/{customer.public_id}/statement"' in page
        assert "MYR 182.00" in page
        assert "82.00" in page
        assert "Punctual" not in page.partition("By customer")[2]
        assert "Punctual" in shown(alices, "/receivables?show=all")
        assert alices.get("/receivables?show=nobody").status_code == 404
        assert 'href="/receivables"' in shown(alices, "/")

    def test_the_parts_make_up_the_balance(self, actor: Actor, customer: Customer) -> None:
        (row,) = debts_by_customer(TODAY, only_overdue=True)
        found = [row[f"age_{place}"] or Decimal(0) for place in range(5)]
        assert found == [Decimal(100), Decimal(32), Decimal(0), Decimal(0), Decimal(50)]
        assert (row["overdue"], row["total"], row["invoices"]) == (Decimal(82), Decimal(182), 3)
        assert list(ages_of(actor, customer, TODAY).values()) == found

    def test_nobody(self, alices: Client) -> None:
        assert "No overdue customers" in shown(alices, "/receivables")


def test_a_credit_note_by_email(alices: Client, actor: Actor, overdue: Invoice) -> None:
    note = create_credit_note(actor, CreditNoteInput(invoice_id=overdue.public_id))
    page = f"/credit-notes/{note.public_id}"
    assert f'href="{page}/send"' in shown(alices, page)
    assert f"relates to invoice {overdue.invoice_number}" in shown(alices, f"{page}/send/preview")
    fields = {"to": "a@acme.example.com", "subject": "Credit", "message": "Attached.", "attach_pdf": "on"}
    assert alices.post(f"{page}/send", fields)["Location"] == page
    email = OutboxEmail.objects.get()
    assert email.stored_document == StoredDocument.objects.get(kind="credit_note")
