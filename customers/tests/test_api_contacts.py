"""Contacts over the API."""

from typing import Any

import pytest

from bigledger_crm.testing.client import ApiClient

pytestmark = pytest.mark.usefixtures("time_in_2024")
NOW = "2024-01-15T01:00:00Z"
SARAH = {
    "name": "Sarah Johnson",
    "email": "sarah@acme.com",
    "phone": "+60123456786",
    "title": "Finance Director",
    "isPrimary": False,
}


@pytest.fixture
def customer(api: ApiClient) -> str:
    """The URL of a customer."""
    made = api.post("/customers", {"name": "Acme", "email": "billing@acme.com"})
    return f"/customers/{made.data['id']}"


def _add(api: ApiClient, customer: str, **fields: Any) -> dict[str, Any]:
    answer = api.post(f"{customer}/contacts", {"name": "Ali", **fields})
    assert answer.status == 201, answer.text
    return dict(answer.data)


def test_the_published_contact(api: ApiClient, customer: str) -> None:
    made = api.post(f"{customer}/contacts", SARAH)
    assert made.data == {
        **SARAH,
        "id": made.data["id"],
        "customerId": customer.removeprefix("/customers/"),
        "mobile": None,
        "department": None,
        "isActive": True,
        "receives": [],
        "notes": None,
        "customFields": {},
        "createdAt": NOW,
        "updatedAt": NOW,
    }
    path = f"{customer}/contacts/{made.data['id']}"
    assert made.headers["Location"] == f"/api/v1{path}"
    assert api.get(path).data == made.data
    assert api.get(f"{customer}/contacts").data == [made.data]
    everything = {
        "mobile": "+60198765432",
        "department": "Finance",
        "isActive": False,
        "receives": ["invoices"],
        "notes": "By email",
    }
    changed = api.put(path, {**made.data, **everything})
    assert changed.data == {**made.data, **everything}
    assert api.patch(path, {"notes": None}).data == {**changed.data, "notes": None}
    assert api.delete(path).data == {"id": made.data["id"], "deleted": True}
    assert api.get(path).error == {
        "code": "CONTACT_NOT_FOUND",
        "message": f"Contact with ID '{made.data['id']}' not found",
    }


def test_a_new_primary_contact_demotes_the_old(api: ApiClient, customer: str) -> None:
    first = _add(api, customer, isPrimary=True)
    second = _add(api, customer, name="Siti", isPrimary=True)
    primary = {row["id"]: row["isPrimary"] for row in api.get(f"{customer}/contacts").data}
    assert primary == {first["id"]: False, second["id"]: True}
    api.patch(f"{customer}/contacts/{first['id']}", {"isPrimary": True})
    assert [row["id"] for row in api.get(customer).data["contacts"] if row["isPrimary"]] == [first["id"]]


def test_filters_and_sorts(api: ApiClient, customer: str) -> None:
    for name, active in (("Zainab", True), ("Ali", False), ("Siti Zainal", True)):
        _add(api, customer, name=name, isActive=active)

    def names(query: str) -> list[str]:
        return [row["name"] for row in api.get(f"{customer}/contacts?{query}").data]

    assert names("search=ZAINA&sort=name") == ["Siti Zainal", "Zainab"]
    assert names("isActive=false") == ["Ali"]
    assert names("sort=name&order=desc") == ["Zainab", "Siti Zainal", "Ali"]
    first = api.get(f"{customer}/contacts?limit=2&sort=name").body["pagination"]
    assert (first["total"], first["hasMore"]) == (3, True)
    assert names(f"limit=2&sort=name&cursor={first['nextCursor']}") == ["Zainab"]


def test_a_contact_of_another_customer_is_not_here(api: ApiClient, customer: str) -> None:
    other = api.post("/customers", {"name": "Other", "phone": "+60123456789"}).data["id"]
    contact = _add(api, customer)["id"]
    for method in (api.get, api.delete):
        assert method(f"/customers/{other}/contacts/{contact}").error["code"] == "CONTACT_NOT_FOUND"
    assert api.get("/customers/cust_1/contacts").error["code"] == "CUSTOMER_NOT_FOUND"


def test_bad_input_is_named(api: ApiClient, customer: str) -> None:
    refused = api.post(f"{customer}/contacts", {"email": "nowhere", "isPrimary": "yes", "role": "boss"})
    assert refused.error["code"] == "INVALID_CONTACT_DATA"
    assert refused.field_errors.keys() == {"name", "email", "isPrimary", "role"}
    path = f"{customer}/contacts/{_add(api, customer)['id']}"
    assert api.patch(path, {"name": ""}).error["details"][0]["field"] == "name"
    etag = api.get(path).headers["ETag"]
    api.patch(path, {"title": "Buyer"})
    assert api.patch(path, {"title": "Boss"}, If_Match=etag).status == 412


def test_a_currency_that_the_credit_limit_does_not_fit(api: ApiClient) -> None:
    made = api.post("/customers", {"name": "Acme", "email": "a@acme.com", "creditLimit": "99.50"}).data
    refused = api.patch(f"/customers/{made['id']}", {"currency": "JPY"})
    assert refused.error["details"] == [
        {"field": "creditLimit", "message": "Credit limit 99.5 has too many decimals for JPY"}
    ]
    assert api.patch(f"/customers/{made['id']}", {"currency": "JPY", "creditLimit": 100}).status == 200
