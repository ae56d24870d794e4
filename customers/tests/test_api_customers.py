"""Customers over HTTP."""

from decimal import Decimal
from typing import Any

import pytest

from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.scope import company_scope
from bigledger_crm.testing.client import Answer, ApiClient
from bigledger_crm.testing.factories import make_invoice, make_order, make_quote
from customers.queries import customer_by_public_id
from invoicing.inputs import PaymentInput
from invoicing.services import record_payment

ACME = {
    "name": "Acme Corporation",
    "type": "individual",
    "status": "inactive",
    "email": "billing@acme.com",
    "phone": "+60123456789",
    "website": "https://acme.com",
    "taxNumber": "123456789012",
    "address": {"street": "1 Main Street", "city": "Ipoh", "country": "MY"},
    "billingAddress": {"street": "2 Main Street"},
    "shippingAddress": {"street": "3 Main Street"},
    "currency": "USD",
    "paymentTerms": 14,
    "creditLimit": Decimal("25000.00"),
    "remindersEnabled": False,
    "tags": ["new", "small-business"],
    "customFields": {"industry": "Manufacturing"},
}
CHANGES: dict[str, Any] = {
    "customerNumber": "C-77",
    "name": "Other Ltd",
    "type": "business",
    "status": "active",
    "email": "other@acme.com",
    "phone": "+60198765432",
    "website": "https://other.example.com",
    "taxNumber": "1",
    "address": {"street": "9 Other Street"},
    "billingAddress": {"street": "8 Other Street"},
    "shippingAddress": {"street": "7 Other Street"},
    "currency": "JPY",
    "paymentTerms": 0,
    "creditLimit": 0,
    "remindersEnabled": True,
    "tags": [],
    "customFields": {"a": [1, None, {"b": "c"}]},
}
CLEARED: dict[str, Any] = {
    "email": None,
    "website": None,
    "taxNumber": None,
    "address": None,
    "billingAddress": None,
    "shippingAddress": None,
    "creditLimit": None,
}


@pytest.fixture
def acme(api: ApiClient) -> Answer:
    """A customer with every field."""
    return api.post("/customers", ACME)


def _path(customer: Answer) -> str:
    return f"/customers/{customer.data['id']}"


def test_created_with_a_url_of_its_own(api: ApiClient, acme: Answer) -> None:
    assert acme.status == 201
    assert acme.headers["Location"] == f"/api/v1{_path(acme)}"
    assert api.get(acme.headers["Location"]).data == acme.data
    assert {name: acme.data[name] for name in ACME} == ACME


def test_defaults(api: ApiClient) -> None:
    made = api.post("/customers", {"name": "Acme", "phone": "012-345 6789"}).data
    expected = {"type": "business", "status": "active", "currency": "MYR", "paymentTerms": 30, "creditLimit": None}
    assert {name: made[name] for name in expected} == expected
    assert (made["phone"], made["email"], made["tags"], made["customFields"]) == ("+60123456789", None, [], {})


def test_numbers_count_up_and_pass_over_given_ones(api: ApiClient) -> None:
    given = {"name": "Acme", "email": "billing@acme.com"}
    assert api.post("/customers", {**given, "customerNumber": "CUST-0002"}).data["customerNumber"] == "CUST-0002"
    numbers = [api.post("/customers", given).data["customerNumber"] for _ in range(2)]
    assert numbers == ["CUST-0001", "CUST-0003"]
    taken = api.post("/customers", {**given, "customerNumber": "CUST-0003"})
    assert (taken.status, taken.error["code"]) == (409, "CUSTOMER_NUMBER_TAKEN")


def test_contacts_come_with_a_new_customer_in_their_order(api: ApiClient) -> None:
    names = [f"Contact {number}" for number in range(20)]
    contacts = [{"name": name, "isPrimary": name.endswith(" 7")} for name in names]
    made = api.post("/customers", {**ACME, "contacts": contacts})
    assert [contact["name"] for contact in made.data["contacts"]] == names
    assert [contact["name"] for contact in made.data["contacts"] if contact["isPrimary"]] == ["Contact 7"]
    assert api.get(_path(made)).data == made.data


def test_two_primary_contacts_are_refused(api: ApiClient) -> None:
    answer = api.post("/customers", {**ACME, "contacts": [{"name": name, "isPrimary": True} for name in "ab"]})
    assert (answer.status, answer.error["details"][0]["field"]) == (400, "contacts")


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
@pytest.mark.parametrize("field", CHANGES)
def test_a_change_changes_what_is_sent_and_nothing_else(api: ApiClient, acme: Answer, method: str, field: str) -> None:
    changed = api.request(method, _path(acme), {field: CHANGES[field]})
    assert changed.status == 200
    assert changed.data[field] == CHANGES[field]
    untouched = acme.data.keys() - {field, "updatedAt"}
    assert {name: changed.data[name] for name in untouched} == {name: acme.data[name] for name in untouched}
    assert api.get(_path(acme)).data == changed.data


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
@pytest.mark.parametrize("field", CHANGES)
def test_get_change_one_field_put(api: ApiClient, acme: Answer, method: str, field: str) -> None:
    whole = api.get(_path(acme)).data
    changed = api.request(method, _path(acme), {**whole, field: CHANGES[field]})
    assert changed.data[field] == CHANGES[field]
    assert {**changed.data, field: 0, "updatedAt": 0} == {**whole, field: 0, "updatedAt": 0}


@pytest.mark.parametrize("field", CLEARED)
def test_null_clears(api: ApiClient, acme: Answer, field: str) -> None:
    assert api.put(_path(acme), {field: None}).data[field] is None
    assert api.get(_path(acme)).data[field] is None


@pytest.mark.parametrize("field", ["name", "type", "status", "currency", "paymentTerms", "tags", "customFields"])
def test_what_a_customer_needs_is_not_cleared(api: ApiClient, acme: Answer, field: str) -> None:
    answer = api.put(_path(acme), {field: None})
    assert (answer.status, list(answer.field_errors)) == (400, [field])


def test_one_way_to_reach_the_customer_stays(api: ApiClient, acme: Answer) -> None:
    assert api.put(_path(acme), {"email": None}).status == 200
    assert api.put(_path(acme), {"phone": None}).status == 400
    assert api.put(_path(acme), {"phone": None, "email": "a@acme.com"}).data["phone"] is None


def test_what_is_derived_is_not_taken(api: ApiClient, acme: Answer) -> None:
    derived = {
        "id": "cust_1",
        "currentBalance": 5,
        "totalSales": 5,
        "lastSaleDate": "2024-01-01",
        "createdAt": "now",
        "updatedAt": 5,
        "contacts": [{"nonsense": 1}],
    }
    assert api.put(_path(acme), derived).data == acme.data


def test_an_empty_change_changes_nothing(api: ApiClient, acme: Answer) -> None:
    assert api.put(_path(acme), {}).headers["ETag"] == acme.headers["ETag"]


@pytest.mark.parametrize(
    ("currency", "limit", "shown"),
    [("MYR", "0.1", "0.10"), ("MYR", "12345678.99", "12345678.99"), ("JPY", "2568", "2568"), ("KWD", "7.5", "7.500")],
)
def test_amounts_have_the_decimals_of_the_currency(api: ApiClient, currency: str, limit: str, shown: str) -> None:
    body = f'{{"name":"Acme","email":"a@acme.com","currency":"{currency}","creditLimit":{limit}}}'
    assert f'"creditLimit":{shown},' in api.post("/customers", body).text


@pytest.mark.parametrize(("currency", "limit"), [("MYR", "0.001"), ("JPY", "0.1"), ("KWD", "0.0001")])
def test_an_amount_with_more_decimals_is_refused(api: ApiClient, currency: str, limit: str) -> None:
    body = {"name": "Acme", "email": "a@acme.com", "currency": currency, "creditLimit": limit}
    answer = api.post("/customers", body)
    assert list(answer.field_errors) == ["creditLimit"]


def test_a_customer_with_documents_stays(api: ApiClient, actor: Actor) -> None:
    customer = api.post("/customers", {"name": "Acme", "email": "a@acme.com"})
    with company_scope(actor.company):
        row = customer_by_public_id(customer.data["id"])
        make_quote(actor, row)
        make_quote(actor, row)
        make_order(actor, row)
        record_payment(actor, make_invoice(actor, row), PaymentInput(amount=Decimal(1), payment_method="cash"))
    refused = api.delete(_path(customer))
    assert refused.status == 409
    assert refused.error["code"] == "CUSTOMER_HAS_TRANSACTIONS"
    (counts,) = refused.error["details"]
    documents = {"quotes": 2, "salesOrders": 1, "invoices": 1, "payments": 1}
    assert {name: counts.get(name) for name in documents} == documents
    fixed = api.put(_path(customer), {"currency": "USD"})
    assert (fixed.status, fixed.error["code"]) == (409, "CUSTOMER_CURRENCY_FIXED")


def test_a_customer_without_documents_goes_with_its_contacts(api: ApiClient) -> None:
    customer = api.post("/customers", {**ACME, "contacts": [{"name": "Jane"}]})
    answer = api.delete(_path(customer))
    assert (answer.status, answer.data) == (200, {"id": customer.data["id"], "deleted": True})
    assert api.get("/customers").data == []
    assert api.get(_path(customer)).status == 404
