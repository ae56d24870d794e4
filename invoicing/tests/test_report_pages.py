"""Pages of a report's table: only their rows are made, however many there are."""

from decimal import Decimal

import pytest
from django.test import Client
from lxml import html

from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.testing.factories import line, make_customer, make_invoice, make_item
from invoicing.inputs import PaymentInput
from invoicing.pages import reports
from invoicing.services import record_payment
from sales.inputs import LineInput

pytestmark = pytest.mark.usefixtures("in_company", "no_broker")
NAMES = ("First", "Second", "Third")
PATHS = (
    "receivables-ageing?",
    "sales?groupBy=customer&",
    "products?",
    "products?orderBy=customers&",
    "payment-behaviour?",
)


@pytest.fixture
def sold(in_company: None, actor: Actor) -> None:
    """Three customers with an item of their own each: the first ones owe, bought and paid most."""
    for place, name in enumerate(NAMES):
        customer, item = make_customer(actor, name=name), make_item(actor, item_code=f"I-{place}", name=name)
        lines = [LineInput(item_id=item.public_id, quantity=Decimal(1), unit_price=Decimal(300 - 100 * place))]
        make_invoice(actor, customer, lines)
        paid = make_invoice(actor, customer, [line("1", "5")])
        record_payment(actor, paid, PaymentInput(amount=paid.total, payment_method="cash"))


@pytest.mark.usefixtures("sold")
@pytest.mark.parametrize(
    "path",
    [
        "receivables-ageing?",
        "sales?groupBy=customer&",
        "products?",
        "products?orderBy=customers&",
        "payment-behaviour?",
    ],
)
def test_each_page_has_its_rows(alices: Client, monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    monkeypatch.setattr(reports, "ROWS", 2)
    monkeypatch.setattr(reports, "MOST_RANKED", 1)
    found: list[str] = []
    for page, shown in ((1, "1–2"), (2, "3–3")):
        text = alices.get(f"/reports/{path}page={page}").content.decode()
        assert f"{shown} of 3" in text
        rows = html.fromstring(text).xpath("//table[contains(@class, 'report-table')]/tbody/tr")
        found += [" ".join(row.xpath("./td")[0].text_content().split()) for row in rows]
    assert found == list(NAMES)
    assert alices.get(f"/reports/{path}page=3").status_code == 404
