"""The pages about orders."""

from decimal import Decimal

import pytest
from django.test import Client

from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.models import Membership, User
from bigledger_crm.tenancy.scope import company_scope
from bigledger_crm.testing.factories import line, make_customer, make_order, make_quote
from bigledger_crm.testing.html import flat
from sales.models import SalesOrder

pytestmark = pytest.mark.usefixtures("time_in_2024")


def test_a_credit_limit_stands_against_an_order_until_it_is_overridden(
    client: Client, alices: Client, actor: Actor, bob: User
) -> None:
    with company_scope(actor.company):
        customer = make_customer(actor, credit_limit=Decimal(50))
        quote = make_quote(actor, customer, accepted=True)
    url = f"/quotes/{quote.public_id}/convert"
    client.force_login(bob)
    refused = client.post(url, {"override_credit_limit": "on"})
    assert refused.status_code == 422
    assert "Override the credit limit" not in flat(refused)

    client.force_login(Membership.objects.get(company=actor.company, role="owner").user)
    refused = client.post(url)
    assert refused.status_code == 422
    page = flat(refused)
    assert "This order takes Acme Corporation MYR 50.00 over the credit limit of MYR 50.00: MYR 0.00 owed" in page
    assert "for this order." in page
    assert "Override the credit limit" in page
    assert client.post(url, {"override_credit_limit": "on"}).status_code == 302


def test_an_order_moves_along_and_is_cancelled_with_a_note(alices: Client, actor: Actor) -> None:
    with company_scope(actor.company):
        shipped = make_order(actor, draft=True)
        cancelled = make_order(actor, shipped.customer, draft=True)
    url = f"/sales-orders/{shipped.public_id}"
    for status, word in (("confirmed", "Confirmed"), ("shipped", "Shipped"), ("delivered", "Delivered")):
        assert alices.post(f"{url}/status", {"to": status})["Location"] == url
        assert f">{word}</span>" in flat(alices.get(url))
    refused = alices.post(f"{url}/status", {"to": "cancelled", "note": "Too late"})
    assert refused.status_code == 422
    assert "Too late" in flat(refused)
    assert alices.post(f"{url}/status", {"to": "nonsense"}).status_code == 404

    url = f"/sales-orders/{cancelled.public_id}"
    assert "keeps its number" in flat(alices.get(f"{url}/status?to=cancelled"))
    alices.post(f"{url}/status", {"to": "cancelled", "note": "Found it cheaper"})
    assert "Found it cheaper" in flat(alices.get(url))
    with company_scope(actor.company):
        assert SalesOrder.objects.get(pk=cancelled.pk).status == "cancelled"


def test_a_refused_confirmation_reads_as_a_sentence(alices: Client, actor: Actor) -> None:
    with company_scope(actor.company):
        order = make_order(actor, make_customer(actor, credit_limit=Decimal(50)), draft=True)
    refused = alices.post(f"/sales-orders/{order.public_id}/status", {"to": "confirmed"})
    page = flat(refused)
    assert refused.status_code == 422
    assert f"Confirm {order.order_number}" in page
    assert "MYR 100.00 for this order." in page


@pytest.mark.parametrize(
    ("kind", "words"),
    [("goods", "It has been invoiced in full. Ship it in full or in part."), ("service", "")],
)
def test_an_order_that_is_invoiced_in_full_asks_for_no_invoice(
    alices: Client, actor: Actor, kind: str, words: str
) -> None:
    with company_scope(actor.company):
        order = make_order(actor, lines=[line(type=kind)])
        order.lines.update(invoiced_quantity=1)
    page = flat(alices.get(f"/sales-orders/{order.public_id}"))
    assert words in page
    assert "Ship and invoice this order" not in page
    assert "Invoice it in full or in part" not in page
