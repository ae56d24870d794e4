"""A form that is posted twice has its effect once."""

import re
from datetime import timedelta
from decimal import Decimal
from functools import partial

import pytest
from django.test import Client

from bigledger_crm.kernel import clock
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.models import User
from bigledger_crm.tenancy.scope import company_scope
from bigledger_crm.testing.factories import line, make_invoice
from bigledger_crm.testing.html import flat
from bigledger_crm.testing.threads import at_once
from bigledger_crm.web.form_submissions import KEPT, forget_expired
from bigledger_crm.web.models import SubmittedForm
from invoicing.models import Payment
from sales.models import Quote


def _signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def _key(page: bytes) -> str:
    match = re.search(r'name="form_key" value="([0-9a-f-]{36})"', page.decode())
    assert match is not None
    return match[1]


def _pay_page(actor: Actor) -> str:
    with company_scope(actor.company):
        return f"/invoices/{make_invoice(actor, None, [line('1', '70.00')]).public_id}/payments"


def _payment(key: str, amount: str = "10.00") -> dict[str, str]:
    today = clock.now().date().isoformat()
    return {"form_key": key, "amount": amount, "payment_date": today, "payment_method": "cash"}


@pytest.mark.usefixtures("time_in_2024")
def test_a_second_click_pays_nothing_and_goes_where_the_first_went(actor: Actor, alice: User) -> None:
    client, url = _signed_in(alice), _pay_page(actor)
    form = _payment(_key(client.get(url).content))
    first, second = client.post(url, form), client.post(url, form, follow=True)
    assert first.status_code == 302
    assert second.redirect_chain == [(first["Location"], 302)]
    assert "This has already been saved." in flat(second)
    assert Payment.unscoped.get().amount == Decimal("10.00")


@pytest.mark.usefixtures("time_in_2024")
def test_who_goes_back_and_types_something_else_is_asked(actor: Actor, alice: User) -> None:
    client, url = _signed_in(alice), _pay_page(actor)
    key = _key(client.get(url).content)
    client.post(url, _payment(key))
    asked = client.post(url, _payment(key, "20.00"))
    text = flat(asked)
    assert asked.status_code == 409
    assert "This form has already been saved with different values." in text
    assert 'value="20.00"' in text
    assert Payment.unscoped.get().amount == Decimal("10.00")
    assert client.post(url, _payment(_key(asked.content), "20.00")).status_code == 302
    assert [payment.amount for payment in Payment.unscoped.order_by("amount")] == [10, 20]


@pytest.mark.usefixtures("time_in_2024")
def test_a_key_of_another_form_swallows_no_payment(actor: Actor, alice: User) -> None:
    client, url = _signed_in(alice), _pay_page(actor)
    key = _key(client.get(url).content)
    note = client.post(url.replace("/payments", "/notes"), {"form_key": key, "text": "Called"})
    assert note.status_code == 302
    assert client.post(url, _payment(key)).status_code == 409
    again = client.post(url.replace("/payments", "/notes"), {"form_key": key, "text": "Called twice"}, follow=True)
    assert "with different values" in flat(again)


@pytest.mark.usefixtures("time_in_2024")
def test_a_refused_form_keeps_its_key_and_can_be_put_right(actor: Actor, alice: User) -> None:
    client, url = _signed_in(alice), _pay_page(actor)
    key = _key(client.get(url).content)
    refused = client.post(url, _payment(key, "71.00"))
    assert (refused.status_code, _key(refused.content)) == (422, key)
    assert client.post(url, _payment(key, "70.00")).status_code == 302
    assert Payment.unscoped.get().amount == Decimal("70.00")


@pytest.mark.usefixtures("time_in_2024")
def test_two_forms_are_two_payments(actor: Actor, alice: User) -> None:
    client, url = _signed_in(alice), _pay_page(actor)
    for _ in range(2):
        client.post(url, _payment(_key(client.get(url).content)))
    assert Payment.unscoped.count() == 2


@pytest.mark.usefixtures("committed")
def test_ten_clicks_at_once_pay_once(actor: Actor, alice: User) -> None:
    url = _pay_page(actor)
    form = _payment(_key(_signed_in(alice).get(url).content))
    clients = [_signed_in(alice) for _ in range(10)]
    answers, failures = at_once([partial(client.post, url, form) for client in clients])
    assert failures == []
    assert {answer["Location"] for answer in answers} == {url.removesuffix("/payments")}
    assert Payment.unscoped.count() == 1


@pytest.mark.usefixtures("time_in_2024")
def test_a_quote_is_made_once(company: object, alice: User, actor: Actor) -> None:
    client = _signed_in(alice)
    with company_scope(actor.company):
        number = make_invoice(actor).customer.customer_number
    form = {"customer": number, "quote_date": "2024-01-15", "lines-0-description": "Work", "lines-0-quantity": "1"}
    form |= {"lines-0-unit_price": "5.00", "form_key": _key(client.get("/quotes/new").content)}
    locations = [client.post("/quotes/new", form)["Location"] for _ in range(2)]
    assert locations[0] == locations[1]
    assert Quote.unscoped.count() == 1


def test_keys_are_forgotten_after_a_day(actor: Actor) -> None:
    now = clock.now()
    for age in (KEPT + timedelta(seconds=1), KEPT - timedelta(minutes=1)):
        SubmittedForm.unscoped.create(company=actor.company, key=SubmittedForm().pk, location="/", created_at=now - age)
    assert forget_expired() == 1
    assert SubmittedForm.unscoped.get().created_at > now - KEPT
