"""What a line counts: its own, or the item's, from the quote to the credit note."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from bigledger_crm.documents.line_table import line_table
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.testing.client import ApiClient
from bigledger_crm.testing.factories import line, make_customer, make_item, make_quote
from invoicing.models import CreditNoteLine, InvoiceLine
from sales.inputs import QuoteInput
from sales.models import QuoteLine
from sales.services import update_quote
from sales.services.shared import print_context

pytestmark = pytest.mark.usefixtures("time_in_2024")
FREE = {"description": "Sand", "quantity": 2, "unit": " m³ ", "unitPrice": "100.00"}


@pytest.fixture
def item(api: ApiClient) -> str:
    """The id of an item counted in pieces."""
    made = api.post("/items", {"itemCode": "W-1", "name": "Widget", "unit": "pcs", "unitPrice": "25.00"})
    return str(made.data["id"])


def _units(document: Any) -> list[str | None]:
    return [one["unit"] for one in document["items"]]


def test_the_unit_goes_from_the_quote_to_the_credit_note(api: ApiClient, item: str) -> None:
    customer = api.post("/customers", {"name": "Acme", "email": "billing@acme.com"}).data["id"]
    lines = [FREE, {"itemId": item, "quantity": 3}, {"itemId": item, "quantity": 1, "unit": "box"}]
    lines.append({"itemId": item, "quantity": 1, "unit": None})
    expected = ["m³", "pcs", "box", None]
    quote = api.post("/quotes", {"customerId": customer, "validUntil": "2024-01-31", "items": lines}).data
    assert _units(quote) == expected
    api.post(f"/quotes/{quote['id']}/send", {})
    api.post(f"/quotes/{quote['id']}/accept", {})
    order = api.post(f"/quotes/{quote['id']}/convert-to-order", {}).data
    assert _units(api.get(f"/sales-orders/{order['id']}").data) == expected
    invoice = api.post(f"/sales-orders/{order['id']}/convert-to-invoice", {}).data
    assert _units(api.get(f"/invoices/{invoice['id']}").data) == expected
    api.post(f"/invoices/{invoice['id']}/send", {})
    note = api.post("/credit-notes", {"invoiceId": invoice["id"], "reason": "All of it"}).data
    assert [one["unit"] or None for one in note["items"]] == expected
    assert (InvoiceLine.unscoped.count(), CreditNoteLine.unscoped.count()) == (4, 4)


def test_a_unit_that_is_too_long_is_named(api: ApiClient) -> None:
    customer = api.post("/customers", {"name": "Acme", "email": "billing@acme.com"}).data["id"]
    refused = api.post("/quotes", {"customerId": customer, "items": [{**FREE, "unit": "x" * 21}, {**FREE, "unit": 5}]})
    assert refused.status == 400
    assert refused.field_errors.keys() == {"items[0].unit", "items[1].unit"}


def test_a_line_whose_unit_is_not_given_keeps_it(actor: Actor, in_company: None) -> None:
    quote = make_quote(actor, lines=[line(unit="hour")])
    same = line(id=quote.lines.get().public_id)
    update_quote(actor, quote, QuoteInput(items=[same], title="Changed"))
    assert QuoteLine.objects.get().unit == "hour"
    before = quote.updated_at
    update_quote(actor, quote, QuoteInput(items=[replace(same, unit="hour")]))
    update_quote(actor, quote, QuoteInput(items=[replace(same, unit="day")]))
    quote.refresh_from_db()
    assert QuoteLine.objects.get().unit == "day"
    assert quote.updated_at >= before
    update_quote(actor, quote, QuoteInput(items=[replace(same, unit="")]))
    assert QuoteLine.objects.get().unit == ""
    item = make_item(actor, unit="pcs")
    update_quote(actor, quote, QuoteInput(items=[replace(same, item_id=item.public_id)]))
    assert QuoteLine.objects.get().unit == "pcs"


def test_pdfs_print_the_unit_behind_the_quantity(actor: Actor, in_company: None) -> None:
    quote = make_quote(actor, make_customer(actor), lines=[line("2.50", unit="hour"), line("3")])
    facts = print_context.print_context(
        actor.company, quote, list(quote.lines.all()), kind="quote", title="Quote", number="QT-1", dates=[]
    )
    table = line_table(facts["lines"], prices_include_tax=False, sample="1.00")
    assert [row.figures[0] for row in table.rows] == ["2.5 hour", "3"]
    older = [{key: value for key, value in facts["lines"][0].items() if key != "unit"}]
    assert line_table(older, prices_include_tax=False, sample="1.00").rows[0].figures[0] == "2.5"
    assert Decimal(facts["total"]) == quote.total
