"""Statements emailed to several customers of the list."""

from datetime import date
from uuid import uuid4

import pytest
from django.test import Client

from bigledger_crm.outbox.models import OutboxEmail
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.models import Membership, User
from bigledger_crm.testing.factories import line, make_customer, make_invoice
from bigledger_crm.testing.html import flat, text_of
from customers.models import Customer
from invoicing.pages.statements import PERIODS, span_of
from invoicing.services import Span

LIST = "/customers"


@pytest.mark.parametrize(
    ("period", "span"),
    [
        ("last_365_days", Span(date(2023, 3, 3), date(2024, 3, 1))),
        ("this_month", Span(date(2024, 3, 1), date(2024, 3, 1))),
        ("last_month", Span(date(2024, 2, 1), date(2024, 2, 29))),
        ("this_year", Span(date(2024, 1, 1), date(2024, 3, 1))),
        ("everything", Span()),
    ],
)
def test_the_days_of_a_period(period: str, span: Span) -> None:
    assert period in PERIODS
    assert span_of(period, date(2024, 3, 1)) == span


@pytest.fixture
def customers(actor: Actor, in_company: object, time_in_2024: None) -> list[Customer]:
    """Two customers with an address, of whom the first owes 32.00, and one without an address."""
    first, second = make_customer(actor), make_customer(actor, name="Beta", email="ap@beta.example.com")
    make_invoice(actor, first, [line("1", "32.00")])
    return [first, second, make_customer(actor, name="Gamma", email="", phone="+60123456789")]


def test_each_customer_gets_a_statement_once(alices: Client, customers: list[Customer]) -> None:
    rows = [customer.public_id for customer in customers]
    asked = text_of(alices, f"{LIST}?do=send-statement&" + "&".join(f"row={row}" for row in rows))
    assert "Send 2 statements" in asked
    assert "billing@acme.example.com" in asked
    assert "1 row will be left out" in asked
    assert "not sent" not in asked
    assert "no email address" in asked
    form = {"do": "send-statement", "row": rows, "form_key": str(uuid4()), "period": "last_month"}
    for _ in range(2):
        page = flat(alices.post(LIST, form))
        assert "2 statements sent" in page
        assert "1 statement not sent: no email address" in page
    emails = OutboxEmail.objects.order_by("to").select_related("stored_document")
    assert [(email.kind, email.to, email.stored_document.filename) for email in emails if email.stored_document] == [
        ("statement.sent", ["ap@beta.example.com"], "statement-CUST-0002-2023-12-31.pdf"),
        ("statement.sent", ["billing@acme.example.com"], "statement-CUST-0001-2023-12-31.pdf"),
    ]


def test_the_result_says_to_whom_and_how_much(alices: Client, customers: list[Customer]) -> None:
    row = customers[0].public_id
    form = {"do": "send-statement", "row": [row], "form_key": str(uuid4()), "period": "this_month"}
    assert "To billing@acme.example.com, balance MYR\N{NO-BREAK SPACE}32.00" in flat(alices.post(LIST, form))


def test_an_unknown_period_sends_nothing(alices: Client, customers: list[Customer]) -> None:
    form = {"do": "send-statement", "row": [customers[0].public_id], "form_key": str(uuid4()), "period": "yesterday"}
    assert alices.post(LIST, form).status_code == 400
    assert not OutboxEmail.objects.exists()


def test_viewers_send_none(customers: list[Customer], bob: User) -> None:
    Membership.objects.filter(user=bob).update(role="viewer")
    bobs = Client()
    bobs.force_login(bob)
    assert "Send statement" not in text_of(bobs, LIST)
    form = {"do": "send-statement", "row": [customers[0].public_id], "period": "everything"}
    assert bobs.post(LIST, form).status_code == 403
    assert not OutboxEmail.objects.exists()
