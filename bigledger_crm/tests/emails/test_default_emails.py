"""Every email that the product writes by itself, as whole text in `texts/<kind>.<language>.txt`.

A change of words is a change of these files, to be read in review.  UPDATE_EMAILS=1 writes them anew.
"""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import time_machine
from pytest_django import Settings

from bigledger_crm.kernel.languages import LANGUAGES
from bigledger_crm.outbox import message, outage_emails
from bigledger_crm.outbox.models import OutboxEmail, WebhookEndpoint
from bigledger_crm.outbox.outage_emails import given_up_text
from bigledger_crm.outbox.webhooks import failure_emails
from bigledger_crm.outbox.webhooks.inputs import EndpointInput
from bigledger_crm.outbox.webhooks.services import create_endpoint
from bigledger_crm.registry import email_attachments
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.models import Company, User
from bigledger_crm.testing.factories import line, make_customer, make_invoice, make_order, make_quote, make_saved_report
from bigledger_crm.tests.emails.support import TEXTS, compare_with_file, visible, words
from customers.models import Customer
from invoicing.inputs import CreditNoteInput, GoodwillInput, PaymentInput
from invoicing.reports.mailing import send_due_reports
from invoicing.services import (
    create_credit_note,
    create_goodwill_note,
    record_payment,
    schedule_of,
    send_credit_note,
    send_due_reminders,
    send_invoice,
    send_statement,
)
from invoicing.services.statement_pdf import Span
from sales.inputs import QuantityInput
from sales.services import EmailOptions, send_delivery_note, send_order, send_quote, ship_order

Make = Callable[[Actor, Customer], OutboxEmail]

LINES = [line("24", "38.00", tax_code="SST"), line("1", "120.50")]
OUTAGE = datetime(2024, 1, 13, 22, 40, tzinfo=UTC)


def _quote(actor: Actor, customer: Customer) -> OutboxEmail:
    return send_quote(actor, make_quote(actor, customer, LINES), EmailOptions())[1]


def _order(actor: Actor, customer: Customer) -> OutboxEmail:
    return send_order(actor, make_order(actor, customer, LINES), EmailOptions())[1]


def _delivery_note(actor: Actor, customer: Customer) -> OutboxEmail:
    order = make_order(actor, customer, LINES)
    shipment = ship_order(actor, order, method="Pos Laju", tracking_number="EP123456789MY")
    return send_delivery_note(actor, shipment, EmailOptions())


def _collected(actor: Actor, customer: Customer) -> OutboxEmail:
    return send_delivery_note(actor, ship_order(actor, make_order(actor, customer, LINES)), EmailOptions())


def _invoice(actor: Actor, customer: Customer) -> OutboxEmail:
    return send_invoice(actor, make_invoice(actor, customer, LINES), EmailOptions())[1]


def _paid_in_part(actor: Actor, customer: Customer) -> OutboxEmail:
    invoice = make_invoice(actor, customer, LINES)
    record_payment(actor, invoice, PaymentInput(amount=Decimal("300.00"), payment_method="cash"))
    lines = [QuantityInput(item_id=invoice.lines.get(position=2).public_id, quantity=Decimal(1))]
    create_credit_note(actor, CreditNoteInput(invoice_id=invoice.public_id, items=lines))
    return send_invoice(actor, invoice, EmailOptions())[1]


def _paid(actor: Actor, customer: Customer) -> OutboxEmail:
    invoice = make_invoice(actor, customer, LINES)
    record_payment(actor, invoice, PaymentInput(amount=invoice.total, payment_method="cash"))
    return send_invoice(actor, invoice, EmailOptions())[1]


def _credit_note(actor: Actor, customer: Customer) -> OutboxEmail:
    invoice = make_invoice(actor, customer, LINES)
    return send_credit_note(
        actor, create_credit_note(actor, CreditNoteInput(invoice_id=invoice.public_id)), EmailOptions()
    )


def _goodwill(actor: Actor, customer: Customer) -> OutboxEmail:
    goodwill = GoodwillInput(customer_id=customer.public_id, reason="Late delivery in January", items=LINES)
    return send_credit_note(actor, create_goodwill_note(actor, goodwill), EmailOptions())


def _statement(actor: Actor, customer: Customer) -> OutboxEmail:
    make_invoice(actor, customer, LINES)
    return send_statement(actor, customer, Span(), EmailOptions())[1]


def _reminder(today: str) -> Make:
    """The reminder of a day of an invoice that is due on 14 February."""

    def remind(actor: Actor, customer: Customer) -> OutboxEmail:
        schedule_of(actor)
        make_invoice(actor, customer, LINES, send_reminders=True, due_date=date(2024, 2, 14))
        with time_machine.travel(f"{today}T09:00:00+08:00", tick=False):
            send_due_reminders()
        return OutboxEmail.objects.get(kind="invoice.reminder")

    return remind


def _quote_reminder(actor: Actor, customer: Customer) -> OutboxEmail:
    schedule_of(actor)
    quote = make_quote(actor, customer, LINES, valid_until=date(2024, 2, 24))
    send_quote(actor, quote, EmailOptions())
    with time_machine.travel("2024-02-21T09:00:00+08:00", tick=False):
        send_due_reminders()
    return OutboxEmail.objects.get(kind="quote.reminder")


def _webhook_disabled(actor: Actor, customer: Customer) -> OutboxEmail:
    create_endpoint(actor, EndpointInput(url="https://hooks.acme.example/bigledger", events=["invoice.sent"]))
    WebhookEndpoint.objects.update(disabled_reason="Every delivery has failed for 3 days")
    failure_emails.tell_owners()
    return OutboxEmail.objects.get(kind="webhook.disabled")


def _mail_server_returned(actor: Actor, customer: Customer) -> OutboxEmail:
    emails = [send_invoice(actor, make_invoice(actor, customer), EmailOptions())[1] for _ in range(3)]
    given_up = OutboxEmail.objects.filter(pk__in=[email.pk for email in emails[1:]])
    given_up.update(status="failed", last_error=given_up_text(OUTAGE))
    outage_emails.tell_owners(OUTAGE)
    return OutboxEmail.objects.get(kind="mail_server.returned")


def _saved_report(actor: Actor, customer: Customer) -> OutboxEmail:
    User.objects.filter(email=actor.email).update(language=customer.language)
    sending = {"sends": "monthly", "send_day": 31, "file_format": "pdf", "recipients": [actor.id]}
    make_saved_report(actor, name="Sales by customer", filters={"period": "this_month"}, **sending)
    with time_machine.travel("2024-01-31T09:00:00+08:00", tick=False):
        send_due_reports()
    return OutboxEmail.objects.get(kind="saved_report.sent")


TO_CUSTOMERS: dict[str, Make] = {
    "quote": _quote,
    "order": _order,
    "delivery_note": _delivery_note,
    "delivery_note_without_carrier": _collected,
    "invoice": _invoice,
    "invoice_paid_in_part": _paid_in_part,
    "invoice_paid": _paid,
    "credit_note": _credit_note,
    "credit_note_without_invoice": _goodwill,
    "statement": _statement,
    "reminder_before_due_date": _reminder("2024-02-11"),
    "reminder_on_due_date": _reminder("2024-02-14"),
    "reminder_overdue": _reminder("2024-02-21"),
    "reminder_second": _reminder("2024-02-28"),
    "reminder_quote": _quote_reminder,
}
TO_MEMBERS: dict[str, Make] = {"saved_report": _saved_report}
TO_OWNERS: dict[str, Make] = {
    "webhook_disabled": _webhook_disabled,
    "mail_server_returned": _mail_server_returned,
}
EVERY = [
    *((kind, language, make) for kind, make in {**TO_CUSTOMERS, **TO_MEMBERS}.items() for language in LANGUAGES),
    *((kind, "en", make) for kind, make in TO_OWNERS.items()),
]

pytestmark = pytest.mark.usefixtures("in_company", "time_in_2024")


@pytest.fixture
def company(make_company: Callable[..., Company], settings: Settings) -> Company:
    """A company that shows all it can under its emails."""
    settings.DEFAULT_FROM_EMAIL = "BigLedger <mail@bigledger.example>"
    settings.PUBLIC_URL = "https://crm.techsupplies.example"
    reached = {"phone": "+60 3-2161 4000", "email": "hello@techsupplies.example"}
    return make_company(website="https://techsupplies.example", **reached)


@pytest.mark.parametrize(("kind", "language", "make"), EVERY, ids=[f"{kind}.{language}" for kind, language, _ in EVERY])
def test_default_email(actor: Actor, kind: str, language: str, make: Make, company: Company) -> None:
    email = make(actor, make_customer(actor, language=language))
    shown = message.preview(email, _filename(email))
    text = re.sub(r"\b(wh|report)_\w{26}", r"\1_...", _as_text(shown))
    compare_with_file(text, f"{kind}.{language}")
    # The HTML begins with the company's name; a text has it in its "From" only.
    assert words(visible(shown.html)) == words(shown.text) + words(company.name)


def test_no_text_is_left_of_an_email_that_is_gone() -> None:
    assert {path.name for path in TEXTS.glob("*.txt")} == {f"{kind}.{language}.txt" for kind, language, _ in EVERY}


def _filename(email: OutboxEmail) -> str:
    """What is attached, be it a document or made when the email is sent."""
    made = email_attachments.get(email.kind.partition(".")[0])
    if made is not None:
        return made.make(email.pk).filename
    return email.stored_document.filename if email.stored_document else ""


def _as_text(shown: message.Preview) -> str:
    attachments = ", ".join(shown.attachments) or "none"
    heads = {
        "From": shown.sender,
        "To": shown.to,
        "Reply-To": shown.reply_to,
        "Subject": shown.subject,
        "Attachments": attachments,
    }
    return "\n".join([*(f"{name}: {value}" for name, value in heads.items()), "", shown.text.strip(), ""])
