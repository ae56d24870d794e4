"""Days that can only be slips are refused on their field, by the API and on pages alike."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.models import User
from bigledger_crm.tenancy.scope import company_scope
from bigledger_crm.testing.client import ApiClient
from bigledger_crm.testing.factories import make_customer, make_invoice, make_order
from bigledger_crm.testing.html import flat

pytestmark = pytest.mark.usefixtures("time_in_2024")
LINE: dict[str, Any] = {"description": "Widget", "quantity": 1, "unitPrice": 10}


@pytest.mark.parametrize(
    ("kind", "field"), [("quotes", "quoteDate"), ("sales-orders", "orderDate"), ("invoices", "invoiceDate")]
)
def test_no_document_is_dated_more_than_a_year_ahead(api: ApiClient, actor: Actor, kind: str, field: str) -> None:
    with company_scope(actor.company):
        customer = make_customer(actor).public_id
    body = {"customerId": customer, "items": [LINE]}
    made = api.post(f"/{kind}", body | {field: "2025-01-15"})
    assert made.status == 201
    for answer in (
        api.post(f"/{kind}", body | {field: "2025-01-16"}),
        api.patch(f"/{kind}/{made.data['id']}", {field: "2025-01-16"}),
    ):
        assert (answer.status, answer.field_errors) == (400, {field: "Dates more than a year ahead are not accepted"})


def test_the_calculator_and_invoices_of_orders_know_it_too(api: ApiClient, actor: Actor) -> None:
    with company_scope(actor.company):
        order = make_order(actor).public_id
    answer = api.post("/calculate", {"items": [LINE], "documentDate": "2025-01-16"})
    assert (answer.status, set(answer.field_errors)) == (400, {"documentDate"})
    answer = api.post(f"/sales-orders/{order}/convert-to-invoice", {"invoiceDate": "2025-01-16"})
    assert (answer.status, set(answer.field_errors)) == (400, {"invoiceDate"})


@pytest.mark.parametrize(("day", "status"), [("2023-01-15", 201), ("2023-01-14", 400)])
def test_no_payment_comes_more_than_a_year_before_its_invoice(
    api: ApiClient, actor: Actor, day: str, status: int
) -> None:
    with company_scope(actor.company):
        invoice = make_invoice(actor).public_id
    answer = api.post(f"/invoices/{invoice}/payments", {"amount": 1, "paymentMethod": "cash", "paymentDate": day})
    assert answer.status == status
    if status == 400:
        assert set(answer.field_errors) == {"paymentDate"}


def test_nothing_is_shipped_before_its_order(api: ApiClient, client: Client, alice: User, actor: Actor) -> None:
    client.force_login(alice)
    with company_scope(actor.company):
        order = make_order(actor, order_date=date(2024, 1, 10))
        ahead = make_order(actor, order.customer, order_date=date(2024, 1, 16))
        key = order.lines.get().public_id
    url = f"/sales-orders/{order.public_id}"
    for answer in (
        api.post(f"{url}/shipments", {"shippedOn": "2024-01-09"}),
        api.post(f"/sales-orders/{ahead.public_id}/shipments"),
        api.patch(f"/sales-orders/{ahead.public_id}/status", {"status": "shipped"}),
    ):
        assert (answer.status, set(answer.field_errors)) == (400, {"shippedOn"})
    form: dict[str, Any] = {"shipped_on": "2024-01-09", key: "1"}
    page = client.post(f"{url}/shipments", form)
    assert page.status_code == 400
    assert "The shipping date cannot be before the order date, 2024-01-10" in flat(page)
    assert client.post(f"{url}/shipments", form | {"shipped_on": "2024-01-10"}).status_code == 302


@pytest.mark.parametrize(
    ("kind", "first", "later"),
    [
        ("quotes", "quoteDate", "validUntil"),
        ("sales-orders", "orderDate", "requiredDate"),
        ("invoices", "invoiceDate", "dueDate"),
    ],
)
def test_all_that_is_wrong_with_the_dates_is_told_at_once(
    api: ApiClient, actor: Actor, kind: str, first: str, later: str
) -> None:
    with company_scope(actor.company):
        customer = make_customer(actor).public_id
    made = api.post(f"/{kind}", {"customerId": customer, "items": [LINE]})
    wrong = {first: "2026-03-01", later: "2026-02-01"}
    for answer in (api.post(f"/{kind}", {"items": [], **wrong}), api.patch(f"/{kind}/{made.data['id']}", wrong)):
        assert answer.status == 400
        assert {first, later} <= set(answer.field_errors)
