"""Days typed into forms and filters: the day first, and refused where only the month could be."""

from datetime import date

import pytest
from django.test import Client

from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.testing.factories import make_customer, make_invoice
from bigledger_crm.testing.html import flat
from customers.models import Customer
from invoicing.models import Payment

pytestmark = pytest.mark.usefixtures("time_in_2024", "in_company")
PAYMENT = {"amount": "1", "payment_method": "cash"}


@pytest.fixture
def customer(actor: Actor) -> Customer:
    """Who owes."""
    return make_customer(actor)


@pytest.mark.parametrize("typed", ["03/01/24", "03/01/2024", "3.1.24", "3 Jan 2024", "Jan 3 2024", "2024-01-03", "3/1"])
def test_a_payment_is_of_the_day_that_was_typed(alices: Client, actor: Actor, customer: Customer, typed: str) -> None:
    invoice = make_invoice(actor, customer, invoice_date=date(2024, 1, 1))
    saved = alices.post(f"/invoices/{invoice.public_id}/payments", {**PAYMENT, "payment_date": typed})
    assert saved.status_code == 302
    assert Payment.objects.get().payment_date == date(2024, 1, 3)


@pytest.mark.parametrize("typed", ["01/13/24", "01/13/2024", "13 Foo 2024"])
def test_a_payment_with_the_month_first_is_refused(
    alices: Client, actor: Actor, customer: Customer, typed: str
) -> None:
    invoice = make_invoice(actor, customer, invoice_date=date(2024, 1, 1))
    refused = alices.post(f"/invoices/{invoice.public_id}/payments", {**PAYMENT, "payment_date": typed})
    assert refused.status_code == 400
    page = flat(refused)
    assert "Enter a date with the day first" in page
    assert f'value="{typed}"' in page
    assert not Payment.objects.exists()


def test_a_list_is_narrowed_by_days_with_the_day_first(alices: Client, actor: Actor, customer: Customer) -> None:
    make_invoice(actor, customer, due_date=date(2024, 11, 5))
    found = flat(alices.get("/invoices?dueDateFrom=05/11/24&dueDateTo=5 Nov 2024"))
    assert "INV-2024-0001" in found
    assert "5 Nov 2024" in found
    assert "INV-2024-0001" not in flat(alices.get("/invoices?dueDateFrom=06/11/24"))


def test_a_statement_is_of_days_with_the_day_first(alices: Client, customer: Customer) -> None:
    page = flat(alices.get(f"/customers/{customer.public_id}/statement?first=03/01/24&last=05/11/24"))
    assert 'value="2024-01-03"' in page
    assert 'value="2024-11-05"' in page
    assert "first=2024-01-03&amp;last=2024-11-05" in page
