"""Statements of customers who have documents that are dated later: what was owed on the statement's day."""

import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.test import Client

from bigledger_crm.tenancy.actor import Actor
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
    """Owes 50.00 for 40 days, of which 20.00 are paid today, and 1,358.50 dated later, of which 300.00 are."""
    customer, day = make_customer(actor), TODAY - timedelta(40)
    old = make_invoice(actor, customer, [line("1", "50.00")], invoice_date=day, due_date=day)
    record_payment(actor, old, PaymentInput(amount=Decimal("20.00"), payment_method="cash"))
    later = make_invoice(actor, customer, [line("1", "1358.50")], invoice_date=LATER, due_date=LATER)
    record_payment(actor, later, PaymentInput(amount=Decimal("300.00"), payment_method="cash"))
    return customer


DAYS = [
    (TODAY - timedelta(1), {"31–60 days": "50.00"}, "50.00"),
    (TODAY, {"31–60 days": "30.00", "Unapplied credit": "-300.00"}, "-270.00"),
    (LATER, {"Not yet due": "1058.50", "31–60 days": "30.00"}, "1088.50"),
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


def _closing(page: str) -> Decimal:
    return _number(re.findall(r"table-sum[^>]*>\s*([^<\s]*)\s*<", page)[0])


def _number(text: str) -> Decimal:
    return Decimal(text.replace("−", "-").replace(",", ""))
