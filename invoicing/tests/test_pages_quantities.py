"""Parts of lines on pages: what is wrong stands under the field that it is about, in words."""

import re
from decimal import Decimal

import pytest
from django.test import Client

from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.scope import company_scope
from bigledger_crm.testing.factories import line, make_invoice, make_order
from bigledger_crm.testing.html import flat

pytestmark = pytest.mark.usefixtures("time_in_2024")


@pytest.fixture
def pages(actor: Actor) -> dict[str, tuple[str, list[str]]]:
    """The pages that take parts of two lines of 4 and 5, each with the keys of its lines."""
    with company_scope(actor.company):
        lines = [line("4"), line("5")]
        order = make_order(actor, lines=lines)
        invoice = make_invoice(actor, lines=lines)
        ordered, billed = ([one.public_id for one in document.lines.all()] for document in (order, invoice))
    url = f"/sales-orders/{order.public_id}"
    return {
        "ship": (f"{url}/shipments", ordered),
        "invoice": (f"{url}/invoice", ordered),
        "credit": (f"/invoices/{invoice.public_id}/credit", billed),
    }


@pytest.mark.parametrize("name", ["ship", "invoice", "credit"])
@pytest.mark.parametrize(
    ("quantity", "message"),
    [
        ("9", "Only 5 remain"),
        ("-1", "0 or more"),
        ("1,5", "“1,5” could mean 1.5 or 15. Please enter the one you mean."),
    ],
)
def test_a_wrong_quantity_is_refused_under_its_own_field(
    alices: Client, pages: dict[str, tuple[str, list[str]]], name: str, quantity: str, message: str
) -> None:
    url, (first, second) = pages[name]
    days = dict.fromkeys(("shipped_on", "invoice_date", "credit_note_date"), "2024-01-15")
    refused = alices.post(url, {**days, "reason": "x", first: "", second: quantity})
    page = flat(refused)
    assert refused.status_code in (400, 409, 422)
    errors = re.findall(r'<ul class="field-error" id="id_([^"]+)_error">(.*?)</ul>', page, re.DOTALL)
    assert [(key, message in text) for key, text in errors] == [(second, True)]
    assert "tems[" not in page


def test_shipping_beyond_what_remains_is_refused_under_its_field(alices: Client, actor: Actor) -> None:
    with company_scope(actor.company):
        invoice = make_invoice(actor, lines=[line("4")], shipping_cost=Decimal("9.99"))
    form = {"credit_note_date": "2024-01-15", "reason": "x", "shipping_cost": "10"}
    refused = alices.post(f"/invoices/{invoice.public_id}/credit", form)
    (message,) = re.findall(r'<ul class="field-error" id="id_shipping_cost_error">(.*?)</ul>', flat(refused), re.DOTALL)
    assert (refused.status_code, "Only 9.99 remain" in message) == (422, True)
