"""Statements of customers who have documents that are dated later: what was owed on the statement's day."""

import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.test import Client

from bigledger_crm.documents.models import StoredDocument
from bigledger_crm.outbox.models import OutboxEmail
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.testing.client import ApiClient
from bigledger_crm.testing.factories import line, make_customer, make_invoice
from bigledger_crm.testing.html import flat
from customers.models import Customer
from invoicing.inputs import PaymentInput
from invoicing.services import record_payment
from invoicing.services.statement_pdf import Span, statement_context

pytestmark = pytest.mark.usefixtures("in_company", "time_in_2024")
TODAY = date(2024, 1, 15)
LATER = TODAY + timedelta(19)


@pytest.fixture
def customer(actor: Actor) -> Customer:
    """Owes 1,497.27 for 40 days, of which 20.00 are paid today, and 1,358.50 dated later, of which 300.00 are."""
    customer, day = make_customer(actor), TODAY - timedelta(40)
    old = make_invoice(actor, customer, [line("1", "1497.27")], invoice_date=day, due_date=day)
    record_payment(actor, old, PaymentInput(amount=Decimal("20.00"), payment_method="cash"))
    later = make_invoice(actor, customer, [line("1", "1358.50")], invoice_date=LATER, due_date=LATER)
    record_payment(actor, later, PaymentInput(amount=Decimal("300.00"), payment_method="cash"))
    return customer


DAYS = [
    (TODAY - timedelta(1), {"31–60 days": "1497.27"}, "1497.27"),
    (TODAY, {"31–60 days": "1477.27", "Unapplied credit": "-300.00"}, "1177.27"),
    (LATER, {"Not yet due": "1058.50", "31–60 days": "1477.27"}, "2535.77"),
]


@pytest.mark.parametrize(("day", "ages", "balance"), DAYS)
def test_the_ages_make_up_the_balance_of_the_day(
    alices: Client, actor: Actor, customer: Customer, day: date, ages: dict[str, str], balance: str
) -> None:
    context, closing = statement_context(actor, customer, Span(TODAY - timedelta(90), day))
    printed = {part["label"]: Decimal(part["amount"]) for part in context["ageing"]}
    assert {label: amount for label, amount in printed.items() if amount} == {
        label: Decimal(amount) for label, amount in ages.items()
    }
    assert closing == sum(printed.values()) == Decimal(balance)
    page = flat(alices.get(f"/customers/{customer.public_id}/statement?first=2023-10-17&last={day}"))
    shown = [
        _number(amount)
        for amount in re.findall(r'data-label="(?:[^"]* days?|Not yet due|Unapplied credit)">([^<]*)<', page)
    ]
    assert [amount for amount in shown if amount] == [amount for amount in printed.values() if amount]
    assert _closing(page) == closing


def test_without_days_it_ends_today(alices: Client, api: ApiClient, actor: Actor, customer: Customer) -> None:
    assert Customer.objects.get().current_balance == Decimal("2535.77")
    context, closing = statement_context(actor, customer, Span())
    assert [row["figures"][0] for row in context["table"]["rows"]] == ["6 Dec 2023", "15 Jan 2024", "15 Jan 2024"]
    assert closing == Decimal("1177.27")
    path = f"/customers/{customer.public_id}/statement"
    page = flat(alices.get(f"{path}?first=&last="))
    assert _closing(page) == closing
    assert page.count(">Invoice INV-") == 1
    assert "MYR 1,177.27" in flat(alices.get(f"{path}/send/preview?first=&last="))
    sent = api.post(f"{path}/send").data
    assert (sent["balance"], sent["dateFrom"], sent["dateTo"]) == (closing, None, None)
    email = OutboxEmail.objects.get()
    assert "15 January 2024" in email.body
    assert "MYR 1,177.27" in email.body.replace("\N{NO-BREAK SPACE}", " ")
    assert StoredDocument.objects.get(kind="statement").context == context


def test_it_can_not_begin_after_today_and_end_today(alices: Client, api: ApiClient, customer: Customer) -> None:
    path, days = f"/customers/{customer.public_id}/statement", "first=2024-01-16&last="
    page = alices.get(f"{path}?{days}")
    assert page.status_code == 400
    assert "The last day must not be before the first." in flat(page)
    for url in ("pdf", "send"):
        assert alices.get(f"{path}/{url}?{days}")["Location"] == f"{path}?{days}"
    assert api.post(f"{path}/send", {"dateFrom": "2024-01-16"}).error["details"] == [
        {"field": "dateTo", "message": "The last day must not be before the first"}
    ]
    assert not OutboxEmail.objects.exists()


def _closing(page: str) -> Decimal:
    return _number(re.findall(r"table-sum[^>]*>\s*([^<\s]*)\s*<", page)[0])


def _number(text: str) -> Decimal:
    return Decimal(text.replace("−", "-").replace(",", ""))
